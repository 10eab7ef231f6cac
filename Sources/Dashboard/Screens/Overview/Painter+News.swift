import Monitoring
import TerminalUI

/// The latest lines of the log, without failures: these have a panel of their own.
extension Painter {
    mutating func paintNews(_ area: Rect) {
        let title = Rect(x: area.x, y: area.y, width: area.width, height: 1)
        layout.spots.append(Layout.Spot(rect: title, target: .action(.view(.log))))
        let trailing = StyledText("without failures", .dim)
        let inside = panel("Log", in: area, key: Tab.log.digit, trailing: trailing)
        let failures: Set = ["failed", "retrying", "timed out", "recovered"]
        var entries: [LogEntry] = []
        for entry in pool.log.entries.reversed() where !failures.contains(entry.kind) {
            entries.append(entry)
            if entries.count >= inside.height { break }
        }
        if entries.isEmpty {
            grid.write(
                SafeText("nothing has happened yet"), in: inside, row: max(0, inside.height - 1) / 2,
                alignment: .center, style: .dim)
        }
        let room = inside.inset(horizontally: 1, vertically: 0)
        for (row, entry) in entries.reversed().enumerated() {
            var text = StyledText(SafeText(state.environment.clock(entry.time) + "  "), .dim)
            text.append(SafeText(entry.kind).padded(to: 9), Style(Self.role(of: entry)))
            text.append("  ")
            if let job = entry.job { text.append(SafeText("\(job) "), .dim) }
            text.append(SafeText(entry.message, limit: 500))
            grid.write(text, in: room, row: row)
        }
    }
}
