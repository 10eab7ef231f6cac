import Monitoring
import TerminalUI

/// What waits, and what ended last.
extension Painter {
    private var emptyQueue: String {
        if pool.snapshot?.counters.submitted == 0 { return state.environment.emptyMessage }
        let waiting = pool.snapshot.map { $0.counters.queued + $0.counters.scheduled } ?? 0
        return waiting > 0 ? Format.many(waiting, "job waits", "jobs wait") : "nothing waits"
    }

    mutating func paintNext(_ area: Rect) {
        let page = pool.next
        let title = Rect(x: area.x, y: area.y, width: area.width, height: 1)
        layout.spots.append(Layout.Spot(rect: title, target: .action(.view(.jobs))))
        let waiting = pool.snapshot.map { $0.counters.queued + $0.counters.scheduled } ?? 0
        let order = waiting > 0 ? "next of \(Format.count(waiting)) waiting, then ended" : "ended last"
        let trailing = StyledText(SafeText(order), .dim)
        let inside = panel("Jobs", in: area, key: Tab.jobs.digit, trailing: trailing)
        layout.nextRows = max(0, inside.height - 1)
        let jobs = page?.jobs ?? []
        let now = now
        let environment = state.environment
        // A column of air before the border.
        let room = Rect(x: inside.x, y: inside.y, width: inside.width - 1, height: inside.height)
        // Where it is not, names need the room.
        let isWide = room.width >= 90
        let columns = [
            TableColumn("ID", minimum: jobWidth),
            TableColumn("STATE", minimum: 9),
            Self.priorityColumn.shown(if: pool.seen.contains(.priority)),
            kindColumn(priority: 4),
            TableColumn("NAME", priority: 1, minimum: 18, ideal: 30, maximum: 72, cutsShared: true),
            TableColumn("TRY", alignment: .right, priority: 5, minimum: 4),
            TableColumn("TIME", alignment: .right, priority: 2, minimum: 8),
            TableColumn("SUBMITTED", priority: 7, minimum: 9).shown(if: isWide),
            TableColumn("ERROR", priority: 6, minimum: 16, grows: true).shown(
                if: isWide && pool.seen.contains(.error)),
        ]
        TableView(
            columns: columns, count: jobs.count, placeholder: StyledText(SafeText(emptyQueue), .dim)
        ) { row in
            let job = jobs[row]
            return TableRow([
                .text(SafeText(job.id.description)),
                .text(SafeText(job.state.rawValue), Style(Self.role(of: job.state))),
                Self.priorityCell(job),
                .text(SafeText(job.kind, limit: 64), .dim),
                .text(SafeText(job.name, limit: 512)),
                .text(SafeText(Self.attempts(job)), .dim),
                .text(SafeText(Self.time(of: job, now: now))),
                .text(SafeText(environment.clock(job.submitted)), .dim),
                .text(SafeText(job.error ?? "", limit: 512), Style(job.state == .failed ? .failed : .dim)),
            ])
        }
        .render(in: room, into: &grid)
    }
}
