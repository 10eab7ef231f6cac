import Monitoring

/// Something an operator did, as the graphs show it.
struct OperatorMark: Sendable, Equatable {
    /// Resizes closer together than this are one.
    static let together: Seconds = 3
    /// Marks older than these are forgotten.
    static let limit = 200

    /// When.
    var time: UnixTime
    /// In a few characters: `4→6`, `intake paused`.
    var label: String
    /// The numbers of workers before and after, where it was a resize.
    var from: Int?
    var to: Int?
    /// What it did, once that was measured.
    var verdict: ResizeVerdict?

    /// The second it fell into.
    var second: Int { Int(max(-9e13, min(9e13, time)).rounded(.down)) }

    /// The mark of an event, where it has one.
    init?(_ event: PoolEvent) {
        guard let label = event.mark, !label.isEmpty else { return nil }
        time = event.time
        // Some fonts have no such sign, and few people know it.
        self.label = String(label.map { $0 == "‖" ? "■" : $0 })
        guard let arrow = label.firstIndex(of: "→"), let from = Int(label[..<arrow]),
            let to = Int(label[label.index(after: arrow)...])
        else { return }
        (self.from, self.to) = (from, to)
    }

    /// Adds a mark, joined with the one before where both are resizes in one go.
    static func add(_ mark: OperatorMark, to marks: inout [OperatorMark]) {
        if let last = marks.last, let from = last.from, last.to != nil, last.to == mark.from,
            let to = mark.to,
            mark.time - last.time <= together, last.verdict == nil
        {
            marks[marks.count - 1].time = mark.time
            marks[marks.count - 1].to = to
            marks[marks.count - 1].label = "\(from)→\(to)"
            if from == to { marks.removeLast() }
        } else {
            marks.append(mark)
        }
        if marks.count > limit { marks.removeFirst(marks.count - limit) }
    }
}
