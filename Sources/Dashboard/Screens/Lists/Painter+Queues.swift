import Monitoring
import TerminalUI

/// The durable queues.
extension Painter {
    mutating func paintQueues(_ area: Rect) {
        guard !area.isEmpty else { return }
        let isFocused = state.details.isEmpty
        let inside = panel(
            "Queues", in: area, key: Tab.queues.digit, trailing: position(state.queues, of: "queue"),
            isFocused: isFocused)
        let columns = [
            TableColumn("QUEUE", minimum: 9, ideal: 12, maximum: 28),
            TableColumn("QUEUED", alignment: .right, minimum: 6),
            TableColumn("SHARE", priority: 9, minimum: 12, maximum: 16),
            TableColumn("RUNNING", alignment: .right, priority: 1, minimum: 7),
            TableColumn("SCHED", alignment: .right, priority: 4, minimum: 5),
            TableColumn("DEAD", alignment: .right, minimum: 5),
            TableColumn("DONE", alignment: .right, priority: 3, minimum: 6),
            TableColumn("CANC", alignment: .right, priority: 6, minimum: 5),
            TableColumn("OLDEST", alignment: .right, priority: 2, minimum: 8),
            TableColumn("LIMIT", alignment: .right, priority: 5, minimum: 9, maximum: 14),
            TableColumn("STATE", priority: 1, minimum: 14, ideal: 20, grows: true),
        ]
        let all = Dictionary(
            (pool.snapshot?.queues ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let waiting = all.values.reduce(0.0) { $0 + Double($1.counters.queued) }
        let painter = self
        layout.queuesTop = table(
            columns, of: state.queues, in: inside, isFocused: isFocused,
            placeholder: state.queues.filter.isActive ? "no queue matches the filter" : "no queues yet",
            spot: { .queueRow($0) }
        ) { name in
            guard let queue = all[name] else { return [.text(SafeText(name, limit: 200), .dim)] }
            return painter.queueCells(queue, waiting: waiting)
        }
    }

    private func queueCells(_ queue: QueueSnapshot, waiting: Double) -> [TableRow.Content] {
        let counters = queue.counters
        func figure(_ count: some BinaryInteger, _ role: Role) -> TableRow.Content {
            .text(SafeText(Format.short(count)), count == 0 ? .dim : Style(role))
        }
        let share = waiting > 0 ? Double(counters.queued) / waiting : 0
        return [
            .text(SafeText(queue.name, limit: 200), Style(.text, bold: true)),
            figure(counters.queued, .text),
            counters.queued > 0 ? .progress(ProgressBar(fraction: share)) : "",
            figure(counters.running, .working),
            figure(counters.scheduled, .waiting),
            figure(queue.dead, .failed),
            figure(counters.succeeded, .text),
            figure(counters.cancelled, .cancelled),
            .text(SafeText(queue.oldest.map(Format.whole) ?? "")),
            .text(SafeText(Self.limit(of: queue)), .dim),
            .text(queueState(queue)),
        ]
    }

    /// `4, 10/s`: how many at once, and how many may start a second.
    private static func limit(of queue: QueueSnapshot) -> String {
        [queue.concurrency.map { Format.count($0) }, queue.rate.map { Format.rate($0) + "/s" }]
            .compactMap { $0 }.joined(separator: ", ")
    }

    /// `PAUSED by bob 01:15`, or `open`.
    private func queueState(_ queue: QueueSnapshot) -> StyledText {
        guard let pause = queue.paused else { return StyledText("open", .dim) }
        let time =
            pool.idleSince == nil
            ? Format.stopwatch(pause.elapsed) : "since " + state.environment.clock(pause.since)
        let by = pause.by.isEmpty ? "" : " by \(pause.by.prefix(32))"
        return StyledText("PAUSED", Style(.paused)) + StyledText(SafeText(by + " " + time), .dim)
    }
}
