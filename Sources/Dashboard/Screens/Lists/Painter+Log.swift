import Monitoring
import TerminalUI

/// Events and what operators did, newest last.
extension Painter {
    mutating func paintLog(_ area: Rect) {
        guard !area.isEmpty else { return }
        let list = state.log
        let below = list.isEntered ? list.rows.count - 1 - list.index : 0
        var trailing =
            below > 0
            ? StyledText(SafeText("paused, \(Format.count(below)) below: G follows · "), Style(.operated))
            : StyledText("following · ", .dim)
        trailing += position(list, of: "line")
        if pool.log.skipped > 0 {
            trailing.append(SafeText(" · \(Format.count(pool.log.skipped)) dropped unread"), Style(.waiting))
        }
        let isFocused = state.details.isEmpty
        let inside = panel("Log", in: area, key: Tab.log.digit, trailing: trailing, isFocused: isFocused)
        let entries = pool.log.entries
        let first = entries.first?.id ?? 0
        let environment = state.environment
        layout.logTop = table(
            [
                TableColumn("TIME", minimum: 8),
                TableColumn("WHAT", priority: 2, minimum: 9),
                TableColumn("WORKER", priority: 4, minimum: workerWidth),
                TableColumn("JOB", priority: 3, minimum: jobWidth),
                TableColumn("", priority: 1, minimum: 20, grows: true),
            ], of: list, in: inside, isFocused: isFocused,
            placeholder: list.filter.isActive ? "no line matches the filter" : "nothing has happened yet",
            spot: { .logRow($0) }
        ) { id in
            // Lines are numbered without holes.
            let place = Int(clamping: id &- first)
            guard entries.indices.contains(place) else { return [] }
            let entry = entries[place]
            return [
                .text(SafeText(environment.clock(entry.time)), .dim),
                .text(SafeText(entry.kind), Style(Self.role(of: entry))),
                .text(SafeText(entry.worker?.description ?? ""), .dim),
                .text(SafeText(entry.job?.description ?? ""), .dim),
                .text(SafeText(entry.message, limit: 1_000)),
            ]
        }
    }

    static func role(of entry: LogEntry) -> Role {
        switch entry.kind {
        case "failed", "timed out": .failed
        case "retrying", "overflow", "skipped": .waiting
        case "cancelled": .cancelled
        case "operator", "verdict": .operated
        case "recovered": .working
        default: entry.level == .error ? .failed : entry.level == .warning ? .waiting : .dim
        }
    }
}
