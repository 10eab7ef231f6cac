import Monitoring
import TerminalUI

/// The latest failures, one line each.
extension Painter {
    mutating func paintLatest(_ area: Rect) {
        guard !area.isEmpty else { return }
        let errors = pool.snapshot?.errors ?? ErrorFigures()
        var trailing = StyledText()
        if errors.total > 0 {
            let kinds = pool.groups.count
            trailing.append(SafeText("\(Format.count(errors.total)) so far"), .dim)
            if kinds > 0 { trailing.append(SafeText(" · \(Format.many(kinds, "kind"))"), .dim) }
        }
        if let dead = pool.snapshot?.deadLetters, dead > 0 {
            if !trailing.isEmpty { trailing.append(" · ", .dim) }
            let view = StyledText(SafeText(": view \(Tab.queues.digit)"), .dim)
            trailing += StyledText(SafeText(Format.many(dead, "dead letter")), Style(.failed)) + view
        }
        let isFocused = state.focus == .errors && state.tab == .overview && state.details.isEmpty
        let inside = panel(
            "Errors", in: area, key: Tab.errors.digit, trailing: trailing, isFocused: isFocused)
        layout.spots.append(
            Layout.Spot(
                rect: Rect(x: area.x, y: area.y, width: area.width, height: 1),
                target: .action(.view(.errors))))
        if state.latest.rows.isEmpty {
            grid.write(
                SafeText("no failures"), in: inside, row: max(0, inside.height - 1) / 2, alignment: .center,
                style: .dim)
            return
        }
        let pool = pool
        let painter = self
        layout.latestTop = table(
            [
                TableColumn("", minimum: 8),
                TableColumn("", priority: 4, minimum: workerWidth),
                TableColumn("", priority: 3, minimum: jobWidth),
                TableColumn("", priority: 6, minimum: 8, ideal: 10),
                TableColumn("", priority: 5, minimum: 4),
                TableColumn("", priority: 1, minimum: 28, grows: true),
                TableColumn("", alignment: .right, priority: 2, minimum: 13),
            ], of: state.latest, in: inside, isFocused: isFocused, hasCursor: state.focus == .errors,
            showsTitles: false, placeholder: "",
            spot: { .latestRow($0) }
        ) { id in
            guard let failure = pool.failure(id) else { return [] }
            return [
                .text(SafeText(painter.state.environment.clock(failure.time)), .dim),
                .text(SafeText(failure.worker.description)),
                .text(SafeText(failure.job.description)),
                .text(SafeText(failure.kind, limit: 64), .dim),
                .text(SafeText("\(failure.attempt)/\(failure.maxAttempts)"), .dim),
                .text(Self.message(failure)),
                .text(painter.outcome(failure)),
            ]
        }
    }

    /// `DecodeError: unexpected end of file`.
    static func message(_ failure: Failure) -> StyledText {
        StyledText(SafeText(failure.type, limit: 80), Style(.failed))
            + StyledText(SafeText(failure.rest, limit: 502))
    }

    /// What comes after a failed attempt.
    func outcome(_ failure: Failure) -> StyledText {
        switch failure.outcome {
        case .retry(let time):
            let left = time - now
            return StyledText(
                SafeText(left >= 0.5 ? "retry in \(Format.whole(left))" : "retry due"), Style(.waiting))
        case .recovered: return StyledText("retried, ok", Style(.working))
        case .failedAgain: return StyledText("failed again", .dim)
        case .gaveUp: return StyledText("gave up", Style(.failed))
        }
    }

    /// Columns that the longest worker's name takes.
    var workerWidth: Int {
        let highest = max(pool.snapshot?.workers.each.last?.id.rawValue ?? 1, 1)
        return 7 + max(room == .compact ? 1 : 2, String(highest).count)
    }

    /// Columns that the newest job's number takes.
    var jobWidth: Int { 1 + max(4, String(pool.snapshot?.counters.submitted ?? 0).count) }
}

extension Failure {
    /// What it says beyond its type: `: unexpected end of file`; nothing where the type says it all, as `exit 1` does.
    var rest: String { message.isEmpty || message == type ? "" : ": " + message.prefix(500) }
}
