/// A run in a few lines, for the end.
package struct RunSummary: Sendable {
    /// What became of the jobs.
    package var tally: RunTally
    /// Jobs that were read and not started.
    package var notStarted: Int
    /// How long the run took, in seconds.
    package var elapsed: Double

    /// Lines without line ends, at most six.
    package var lines: [String] {
        var lines = [headline]
        if tally.times.count > 1 {
            let p50 = DurationText.write(seconds: tally.times.quantile(0.5))
            let p99 = DurationText.write(seconds: tally.times.quantile(0.99))
            lines.append(
                "  run time: p50 \(p50), p99 \(p99), longest \(DurationText.write(seconds: tally.times.longest))"
            )
        }
        // Where all took about as long, none of them is worth naming.
        if tally.times.count > 3, tally.times.longest > 2 * tally.times.quantile(0.5),
            tally.times.longest > 0.1
        {
            for job in tally.slowest {
                lines.append(
                    "  slow: \(DurationText.write(seconds: job.duration)), job \(job.sequence): \(job.command)"
                )
            }
        }
        if !failures.isEmpty { lines.append("  failed: \(failures)") }
        return lines
    }

    private var headline: String {
        let finished = tally.succeeded + tally.failed
        var parts = ["\(Self.grouped(tally.succeeded)) succeeded"]
        parts += Self.unsuccessful(tally)
        if tally.skipped > 0 { parts.append("\(Self.grouped(tally.skipped)) done before") }
        if notStarted > 0 { parts.append("\(Self.grouped(notStarted)) not started") }
        let time = DurationText.write(seconds: elapsed)
        let speed = elapsed > 0 && finished > 0 ? ", \(Self.rate(Double(finished) / elapsed))" : ""
        let noun = finished == 1 ? "job" : "jobs"
        return "\(Self.grouped(finished)) \(noun) in \(time)\(speed): \(parts.joined(separator: ", "))"
    }

    /// How many jobs failed, and how many were cancelled.
    static func unsuccessful(_ tally: RunTally) -> [String] {
        let failed = tally.failed - tally.cancelled
        return [(failed, "failed"), (tally.cancelled, "cancelled")].filter { $0.0 > 0 }
            .map { "\(grouped($0)) \($1)" }
    }

    private var failures: String {
        let groups = tally.groups.filter { $0.value.count > 0 && $0.key != RunTally.cancelled }
            .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        return groups.prefix(5).map { type, group in
            let jobs = group.examples.sorted().map { String($0) }.joined(separator: ", ")
            let more = group.count > group.examples.count ? ", ..." : ""
            return
                "\(Self.grouped(group.count)) x \(type) (\(group.count == 1 ? "job" : "jobs") \(jobs)\(more))"
        }.joined(separator: "; ") + (groups.count > 5 ? "; ..." : "")
    }

    /// `1,234,567`.
    package static func grouped(_ number: Int) -> String {
        var digits = String(number)
        var end = digits.count
        while end > 3 {
            end -= 3
            digits.insert(",", at: digits.index(digits.startIndex, offsetBy: end))
        }
        return digits
    }

    /// `1,234/s`, `4.2/s`, `3/min`.
    package static func rate(_ perSecond: Double) -> String {
        if perSecond >= 99.5 { return "\(grouped(Int(perSecond.rounded())))/s" }
        func tenths(_ value: Double) -> String {
            let tenths = Int((value * 10).rounded())
            return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
        }
        return perSecond >= 0.95 ? "\(tenths(perSecond))/s" : "\(tenths(perSecond * 60))/min"
    }
}
