import Monitoring

/// Figures of pools in Prometheus' text format.
struct MetricsText {
    private enum Kind: String { case counter, gauge }

    private struct Family {
        var name: String
        var kind: Kind
        var help: String
        var samples: [String] = []
    }

    private var families: [Family] = []

    /// All of it.
    var text: String {
        families.map { family in
            "# HELP \(family.name) \(family.help)\n# TYPE \(family.name) \(family.kind.rawValue)\n"
                + family.samples.map { $0 + "\n" }.joined()
        }.joined()
    }

    /// Adds a pool's figures.
    mutating func add(_ snapshot: PoolSnapshot) {
        let pool = "pool=\"\(Self.escaped(snapshot.name))\""
        addCounters(snapshot, pool)
        let workers = snapshot.workers
        for (state, count) in [
            ("target", workers.target), ("live", workers.live), ("busy", workers.busy),
            ("idle", workers.idle),
            ("retiring", workers.retiring),
        ] {
            add("workers_\(state)", .gauge, "Workers: \(state).", pool, Double(count))
        }
        let queue = snapshot.queue
        add("queue_depth", .gauge, "Jobs waiting for a worker.", pool, Double(queue.depth))
        if let capacity = queue.capacity {
            add("queue_capacity", .gauge, "How many jobs may wait.", pool, Double(capacity))
        }
        add("queue_high_water", .gauge, "The deepest the queue has been.", pool, Double(queue.highWater))
        add("queue_oldest_seconds", .gauge, "How long the oldest job has waited.", pool, queue.oldest ?? 0)
        add(
            "producers_waiting", .gauge, "Submits that wait for room.", pool,
            Double(snapshot.producers.waiting))
        add(
            "producer_waits_total", .counter, "Submits that had to wait.", pool,
            Double(snapshot.producers.waits))
        add(
            "producer_wait_seconds_total", .counter, "Time submits have waited, together.", pool,
            snapshot.producers.waited)
        for (what, pause) in [
            ("intake", snapshot.paused.intake), ("dispatch", snapshot.paused.dispatch),
            ("frozen", snapshot.paused.frozen),
        ] {
            add(
                "paused", .gauge, "1 where that is switched off.", "\(pool),what=\"\(what)\"",
                pause == nil ? 0 : 1)
        }
        add("uptime_seconds", .gauge, "How long the pool has existed.", pool, snapshot.uptime)
        for (name, about, figures) in [
            ("job_wait_seconds", "From due to started", snapshot.latencies.wait),
            ("job_run_seconds", "One attempt, from started to ended", snapshot.latencies.run),
            ("job_total_seconds", "From submitted to ended", snapshot.latencies.total),
        ] {
            addQuantiles(name, about + ", over about the last minute.", pool, figures ?? LatencyFigures())
        }
    }

    private mutating func addCounters(_ snapshot: PoolSnapshot, _ pool: String) {
        let counters = snapshot.counters
        for (name, help, value) in [
            ("submitted", "Jobs admitted.", counters.submitted),
            ("succeeded", "Jobs that ended well.", counters.succeeded),
            ("failed", "Jobs whose last attempt failed.", counters.failed),
            ("cancelled", "Jobs cancelled.", counters.cancelled),
            ("dropped", "Jobs given up by the overflow policy.", counters.dropped),
            ("rejected", "Jobs never admitted.", counters.rejected),
            ("retried", "Attempts that failed and were followed by another.", counters.retried),
            ("timed_out", "Attempts that ran out of time.", counters.timedOut),
            ("rescued", "Jobs taken over from a process that died.", counters.rescued),
        ] {
            add("jobs_\(name)_total", .counter, help, pool, Double(value))
        }
        for (name, help, value) in [
            ("scheduled", "Jobs not due yet.", counters.scheduled),
            ("queued", "Jobs waiting.", counters.queued),
            ("running", "Jobs in a worker's hands.", counters.running),
        ] {
            add("jobs_\(name)", .gauge, help, pool, Double(value))
        }
        add("attempts_failed_total", .counter, "Attempts that failed.", pool, Double(snapshot.errors.total))
    }

    /// Gauges, not a summary: its sum and count would have to grow for ever, and these are those of a window.
    private mutating func addQuantiles(
        _ name: String, _ help: String, _ pool: String, _ figures: LatencyFigures
    ) {
        for (quantile, value) in [
            ("0.5", figures.p50), ("0.9", figures.p90), ("0.95", figures.p95), ("0.99", figures.p99),
            ("1", figures.max),
        ] {
            add(name, .gauge, help, "\(pool),quantile=\"\(quantile)\"", value)
        }
    }

    private mutating func add(
        _ name: String, _ kind: Kind, _ help: String, _ labels: String, _ value: Double
    ) {
        let name = "pooltop_" + name
        let number = Int64(exactly: value).map { "\($0)" } ?? "\(value)"
        let sample = "\(name){\(labels)} \(number)"
        if let place = families.firstIndex(where: { $0.name == name }) {
            families[place].samples.append(sample)
        } else {
            families.append(Family(name: name, kind: kind, help: help, samples: [sample]))
        }
    }

    /// A name as the value of a label.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
