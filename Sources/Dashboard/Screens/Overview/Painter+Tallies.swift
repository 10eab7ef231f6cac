import Monitoring
import TerminalUI

/// Times and counters in columns.
extension Painter {
    /// Waiting, running and total time, as distributions.
    mutating func paintTimes(_ area: Rect) {
        guard let snapshot = pool.snapshot else { return }
        let count = snapshot.latencies.run?.count ?? 0
        let note = count > 0 ? StyledText(SafeText("\(Format.short(count)) runs · last minute"), .dim) : StyledText()
        let inside = panel("Times", in: area, trailing: note).inset(horizontally: 1, vertically: 0)
        let all: [(String, (LatencyFigures) -> Seconds)] = [
            ("mean", { $0.mean }), ("p50", { $0.p50 }), ("p90", { $0.p90 }), ("p95", { $0.p95 }), ("p99", { $0.p99 }),
            ("max", { $0.max }),
        ]
        let width = 9
        let fitting = max(1, (inside.width - 6) / width)
        let kept = fitting >= all.count ? all : [all[1], all[2], all[4], all[5]].suffix(min(4, fitting)).map { $0 }
        let columns = kept.enumerated().map { index, column in
            Rect(x: inside.right - (kept.count - index) * width, y: inside.y, width: width, height: inside.height)
            .with(column)
        }
        for (rect, column) in columns {
            grid.write(SafeText(column.0), in: rect, alignment: .right, style: .heading)
        }
        let rows: [(String, LatencyFigures?)] = [
            ("wait", snapshot.latencies.wait), ("run", snapshot.latencies.run), ("total", snapshot.latencies.total),
        ]
        for (row, (label, figures)) in rows.enumerated() where row + 1 < inside.height {
            grid.write(SafeText(label), in: inside, row: row + 1, style: .dim)
            for (rect, column) in columns {
                grid.write(
                    SafeText(Format.duration(figures.map(column.1))), in: rect, row: row + 1, alignment: .right,
                    style: figures == nil ? .dim : .text)
            }
        }
    }

    /// What became of every job.
    mutating func paintCounters(_ area: Rect) {
        guard let counters = pool.snapshot?.counters else { return }
        let trailing = StyledText(SafeText("\(Format.count(counters.submitted)) submitted"), .dim)
        let inside = panel("Jobs", in: area, key: Tab.jobs.digit, trailing: trailing).inset(horizontally: 1, vertically: 0)
        layout.spots.append(Layout.Spot(rect: Rect(x: area.x, y: area.y, width: area.width, height: 1), target: .action(.view(.jobs))))
        let left: [(String, UInt64, Role)] = [
            ("running", counters.running, .working), ("queued", counters.queued, .text),
            ("scheduled", counters.scheduled, .waiting), ("retried", counters.retried, .waiting),
            ("timed out", counters.timedOut, .failed),
        ]
        let right: [(String, UInt64, Role)] = [
            ("succeeded", counters.succeeded, .working), ("failed", counters.failed, .failed),
            ("cancelled", counters.cancelled, .cancelled), ("dropped", counters.dropped, .failed),
            ("refused", counters.rejected, .failed),
        ]
        let halves = inside.columns([.share(1), .fixed(4), .share(1)])
        for (half, figures) in [(halves[0], left), (halves[2], right)] {
            for (row, (label, value, role)) in figures.enumerated() where row < half.height {
                grid.write(SafeText(label), in: half, row: row, style: .dim)
                grid.write(
                    SafeText(Format.count(value)), in: half, row: row, alignment: .right,
                    style: value == 0 ? .dim : Style(role))
            }
        }
    }
}

extension Rect {
    fileprivate func with<Value>(_ value: Value) -> (Rect, Value) { (self, value) }
}
