import Control
import Dashboard
import Monitoring

/// How pools stand, in a few lines each.
struct StatusText {
    let text: String

    init(_ info: ServerInfo, _ snapshots: [PoolSnapshot], _ queues: [TaskQueueStatus]) {
        var blocks = snapshots.map { snapshot in
            let name = info.pools.count == 1 && !info.title.isEmpty ? info.title : snapshot.name
            return Self.block(snapshot, name: name, process: info.pid)
        }
        if !queues.isEmpty {
            let width = queues.map(\.name.count).max() ?? 0
            blocks.append(queues.map { Self.line($0, width) }.joined(separator: "\n"))
        }
        text = blocks.joined(separator: "\n\n")
    }

    private static func block(_ snapshot: PoolSnapshot, name: String, process: Int32) -> String {
        let workers = snapshot.workers
        let queue = snapshot.queue
        let counters = snapshot.counters
        var lines = [
            "\(Clean.text(name))  \(snapshot.state.rawValue) \(Format.stopwatch(snapshot.uptime))  pid \(process)"
        ]
        func add(_ title: String, _ parts: [String]) {
            guard !parts.isEmpty else { return }
            lines.append(
                "  " + title + String(repeating: " ", count: 10 - title.count) + parts.joined(separator: "  ")
            )
        }
        var hands = [meter(workers.busy, of: workers.target), "\(workers.busy) of \(workers.target) busy"]
        if workers.retiring > 0 { hands.append("\(workers.retiring) retiring") }
        if let sizing = snapshot.sizing, sizing.isActive {
            hands.append("sizes itself \(sizing.min)–\(sizing.max)")
        }
        add("workers", hands)
        var waiting = [meter(queue.depth, of: queue.capacity ?? 0), Format.count(queue.depth)]
        if let capacity = queue.capacity { waiting[1] += " of \(Format.count(capacity))" }
        if let oldest = queue.oldest { waiting.append("oldest \(Format.duration(oldest))") }
        if queue.scheduled > 0 { waiting.append("\(Format.count(queue.scheduled)) scheduled") }
        if snapshot.producers.waiting > 0 {
            waiting.append(Format.many(snapshot.producers.waiting, "producer") + " waiting")
        }
        add("queue", waiting)
        add(
            "rate",
            [
                "\(Format.rate(snapshot.rates.arrivals))/s in",
                "\(Format.rate(snapshot.rates.completions))/s out",
            ]
                + [("wait", snapshot.latencies.wait), ("run", snapshot.latencies.run)].compactMap {
                    title, figures in
                    figures.map { "\(title) p50 \(Format.duration($0.p50)) p99 \(Format.duration($0.p99))" }
                })
        add("jobs", tallies(counters))
        let pauses = [
            ("intake", snapshot.paused.intake), ("dispatch", snapshot.paused.dispatch),
            ("running jobs", snapshot.paused.frozen),
        ]
        add(
            "PAUSED",
            pauses.compactMap { what, pause in
                pause.map { "\(what) for \(Format.stopwatch($0.elapsed)) by \(Clean.text($0.by))" }
            })
        if let failure = snapshot.errors.latest.first {
            add("failure", ["\(failure.job) \(Clean.text(failure.type)): \(Clean.text(failure.message))"])
        }
        return lines.joined(separator: "\n")
    }

    private static func tallies(_ counters: Counters) -> [String] {
        [
            ("submitted", counters.submitted), ("succeeded", counters.succeeded), ("failed", counters.failed),
            ("cancelled", counters.cancelled), ("dropped", counters.dropped), ("refused", counters.rejected),
            ("retried", counters.retried),
        ].enumerated().compactMap { place, part in
            place < 3 || part.1 > 0 ? "\(Format.count(part.1)) \(part.0)" : nil
        }
    }

    private static func line(_ queue: TaskQueueStatus, _ width: Int) -> String {
        var parts = [
            Clean.text(queue.name) + String(repeating: " ", count: max(0, width - queue.name.count)),
            "\(queue.queued) waiting", "\(queue.running) running", "\(queue.succeeded) succeeded",
            "\(queue.failed) failed",
        ]
        if queue.scheduled > 0 { parts.append("\(queue.scheduled) scheduled") }
        if queue.dead > 0 { parts.append("\(queue.dead) DEAD") }
        if queue.paused != nil { parts.append("PAUSED") }
        return "  " + parts.joined(separator: "  ")
    }

    /// A share as a bar of ten.
    private static func meter(_ value: Int, of whole: Int) -> String {
        let filled = whole > 0 ? min(10, (10 * value + whole - 1) / whole) : 0
        return "[" + String(repeating: "|", count: filled) + String(repeating: " ", count: 10 - filled) + "]"
    }
}
