import Monitoring
import TerminalUI

/// Details of failures that say the same: the one that is looked at, and a list of all.
extension Painter {
    func errorPage(_ key: ErrorGroup.Key, _ id: UInt64, size: Size) -> DetailPage {
        var page = DetailPage()
        let group = pool.groups.first { $0.id == key }
        guard let failure = group?.failures.first(where: { $0.id == id }) ?? group?.latest ?? pool.failure(id)
        else {
            page.head.append(StyledText("These failures are no longer kept.", .dim))
            return page
        }
        let all = group?.failures ?? [failure]
        page.add("type", failure.type, Style(.failed, bold: true))
        page.add("message", wrapped: failure.message, room: size.width, most: 4)
        page.add("at", state.environment.clock(failure.time))
        page.add(
            "job",
            StyledText(SafeText("\(failure.job) "))
                + StyledText(SafeText(failure.name, limit: 1_000), Style(.text, bold: true)))
        if !failure.kind.isEmpty { page.add("kind", StyledText(SafeText(failure.kind, limit: 200))) }
        let attempt = "attempt \(failure.attempt) of \(failure.maxAttempts)"
        page.add("on", "\(failure.worker), \(attempt), after \(Format.duration(failure.duration))")
        page.add("then", outcome(failure))
        if let trace = failure.trace, !trace.isEmpty {
            let most = max(3, size.height - page.head.count - 6)
            page.add("trace", wrapped: trace, room: size.width, most: min(most, 16), style: .dim)
        }
        page.add("", actions(errorActions(failure, isAlone: all.count == 1)))
        page.bodyTitle = "Failures that say the same"
        page.bodyState = StyledText(SafeText(Format.count(all.count)), .dim)
        page.body = all.map { line($0, isChosen: $0.id == failure.id) }
        page.chosen = all.firstIndex { $0.id == failure.id }
        return page
    }

    private func errorActions(_ failure: Failure, isAlone: Bool) -> [(String, String)] {
        var keys = [("Enter", "the job")]
        if !isAlone { keys.append(("j k", "next, previous")) }
        if !state.environment.isReadOnly, failure.outcome == .gaveUp { keys.append(("r", "run it again")) }
        return keys
    }

    private func line(_ failure: Failure, isChosen: Bool) -> StyledText {
        var text = StyledText(isChosen ? "▸ " : "  ", Style(.operated))
        text.append(
            SafeText(state.environment.clock(failure.time)), isChosen ? Style(.text, bold: true) : .dim)
        text.append("  ")
        text.append(SafeText(failure.job.description).padded(to: jobWidth))
        text.append("  ")
        text.append(SafeText(failure.worker.description).padded(to: workerWidth), .dim)
        text.append(SafeText("  \(failure.attempt)/\(failure.maxAttempts)  "), .dim)
        return text + outcome(failure)
    }
}
