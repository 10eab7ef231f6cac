import Dashboard
import Monitoring

/// What a demo leaves on the terminal: a few lines of figures.
struct Farewell {
    let text: String

    init(title: String, snapshot: PoolSnapshot) {
        let counters = snapshot.counters
        var states = [
            "\(Format.count(counters.succeeded)) succeeded", "\(Format.count(counters.failed)) failed",
        ]
        if counters.cancelled > 0 {
            states.append("\(Format.count(counters.cancelled)) cancelled")
        }
        if counters.dropped > 0 { states.append("\(Format.count(counters.dropped)) dropped") }
        if counters.rejected > 0 { states.append("\(Format.count(counters.rejected)) refused") }
        let speed = snapshot.uptime > 0 ? Double(counters.succeeded + counters.failed) / snapshot.uptime : 0
        var lines = [
            "\(title): \(Format.many(counters.submitted, "job")) in \(Format.duration(snapshot.uptime)), "
                + "\(Format.rate(speed))/s: " + states.joined(separator: ", ")
        ]
        let waited = snapshot.latencies.wait.map {
            "wait p50 \(Format.duration($0.p50)), p99 \(Format.duration($0.p99))"
        }
        let ran = snapshot.latencies.run.map {
            "run p50 \(Format.duration($0.p50)), p99 \(Format.duration($0.p99))"
        }
        let producers =
            snapshot.producers.waits > 0
            ? "producers waited \(Format.many(snapshot.producers.waits, "time")), \(Format.duration(snapshot.producers.waited)) in all"
            : nil
        let details = [waited, ran, producers].compactMap { $0 }
        if !details.isEmpty { lines.append("  " + details.joined(separator: "; ")) }
        text = lines.joined(separator: "\n")
    }
}
