import Monitoring
import TerminalUI

/// Times and counters in columns.
extension Painter {
    /// Waiting, running and total time, as distributions.
    mutating func paintTimes(_ area: Rect) {
        guard let snapshot = pool.snapshot else { return }
        let count = snapshot.latencies.run?.count ?? 0
        let note =
            count > 0 ? StyledText(SafeText("\(Format.short(count)) runs · last minute"), .dim) : StyledText()
        let inside = panel("Times", in: area, trailing: note).inset(horizontally: 1, vertically: 0)
        let all: [(String, (LatencyFigures) -> Seconds)] = [
            ("mean", { $0.mean }), ("p50", { $0.p50 }), ("p90", { $0.p90 }), ("p95", { $0.p95 }),
            ("p99", { $0.p99 }),
            ("max", { $0.max }),
        ]
        let width = 8
        let fitting = max(1, (inside.width - 6) / width)
        let kept =
            fitting >= all.count ? all : [all[1], all[2], all[4], all[5]].suffix(min(4, fitting)).map { $0 }
        let columns = kept.enumerated().map { index, column in
            Rect(
                x: inside.right - (kept.count - index) * width, y: inside.y, width: width,
                height: inside.height
            )
            .with(column)
        }
        for (rect, column) in columns {
            grid.write(SafeText(column.0), in: rect, alignment: .right, style: .heading)
        }
        let rows: [(String, LatencyFigures?)] = [
            ("wait", snapshot.latencies.wait), ("run", snapshot.latencies.run),
            ("total", snapshot.latencies.total),
        ]
        for (row, (label, figures)) in rows.enumerated() where row + 1 < inside.height {
            grid.write(SafeText(label), in: inside, row: row + 1, style: .dim)
            for (rect, column) in columns {
                grid.write(
                    SafeText(Format.duration(figures.map(column.1))), in: rect, row: row + 1,
                    alignment: .right,
                    style: figures == nil ? .dim : .text)
            }
        }
    }

    /// What became of every job.
    mutating func paintCounters(_ area: Rect) {
        guard let counters = pool.snapshot?.counters else { return }
        let trailing = StyledText(SafeText("\(Format.count(counters.submitted)) submitted"), .dim)
        let inside = panel("Counters", in: area, trailing: trailing).inset(horizontally: 1, vertically: 0)
        // The important ones come first: they are left where there is no room for all.
        let figures: [(String, UInt64, Role)] = [
            ("running", counters.running, .working), ("queued", counters.queued, .text),
            ("succeeded", counters.succeeded, .working), ("failed", counters.failed, .failed),
            ("scheduled", counters.scheduled, .waiting), ("retried", counters.retried, .waiting),
            ("cancelled", counters.cancelled, .cancelled), ("dropped", counters.dropped, .failed),
            ("timed out", counters.timedOut, .failed), ("refused", counters.rejected, .failed),
        ]
        let rows = max(1, inside.height)
        let columns = max(1, min((figures.count + rows - 1) / rows, (inside.width + 3) / 20))
        let gap = 3
        let width = (inside.width - gap * (columns - 1)) / columns
        for (place, (label, value, role)) in figures.prefix(rows * columns).enumerated() {
            let cell = Rect(
                x: inside.x + place % columns * (width + gap), y: inside.y + place / columns, width: width,
                height: 1)
            grid.write(SafeText(label), in: cell, style: .dim)
            grid.write(
                SafeText(Format.count(value)), in: cell, alignment: .right,
                style: value == 0 ? .dim : Style(role))
        }
    }
}

extension Rect {
    fileprivate func with<Value>(_ value: Value) -> (Rect, Value) { (self, value) }
}
