import Dashboard
import Glibc
import Monitoring

/// A pool in one line, for where there is no screen.
struct PlainLine {
    let text: String

    /// - Parameter isNamed: whether the pool's name comes first.
    init(_ snapshot: PoolSnapshot, isNamed: Bool = false) {
        var parts = isNamed ? [snapshot.name] : []
        parts += [
            Format.stopwatch(snapshot.uptime),
            "\(snapshot.workers.busy)/\(snapshot.workers.target) busy",
            "queue \(Format.count(snapshot.queue.depth))"
                + (snapshot.queue.capacity.map { "/\(Format.count($0))" } ?? ""),
            "\(Format.rate(snapshot.rates.completions))/s",
            "\(Format.count(snapshot.counters.succeeded)) done",
            "\(Format.count(snapshot.counters.failed)) failed",
        ]
        if snapshot.producers.waiting > 0 {
            parts.append(Format.many(snapshot.producers.waiting, "producer") + " waiting")
        }
        if let pause = snapshot.paused.intake {
            parts.append("INTAKE PAUSED \(Format.stopwatch(pause.elapsed))")
        }
        if let pause = snapshot.paused.dispatch {
            parts.append("DISPATCH PAUSED \(Format.stopwatch(pause.elapsed))")
        }
        text = parts.joined(separator: "  ")
    }

    /// Writes it to standard error at once.
    func tell() {
        let bytes = Array((text + "\n").utf8)
        _ = write(2, bytes, bytes.count)
    }
}
