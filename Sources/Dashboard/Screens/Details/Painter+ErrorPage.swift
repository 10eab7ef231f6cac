import Monitoring
import TerminalUI

/// Details of failures that say the same.
extension Painter {
    func errorPage(_ key: ErrorGroup.Key, _ id: UInt64, width: Int) -> DetailPage {
        var page = DetailPage()
        let group = pool.groups.first { $0.id == key }
        guard let failure = group?.failures.first(where: { $0.id == id }) ?? group?.latest ?? pool.failure(id) else {
            page.head.append(StyledText("These failures are no longer kept.", .dim))
            return page
        }
        let all = group?.failures ?? [failure]
        let place = (all.firstIndex { $0.id == failure.id } ?? 0) + 1
        page.add("type", failure.type, Style(.failed, bold: true))
        page.add("message", wrapped: failure.message, room: width, most: 4)
        page.add(
            "seen",
            StyledText(SafeText("\(Format.many(all.count, "time"))"))
                + StyledText(
                    SafeText(
                        "  from \(state.environment.clock(all.last?.time)) to \(state.environment.clock(all.first?.time))"),
                    .dim))
        page.head.append(StyledText())
        page.add(
            "failure",
            StyledText(SafeText("\(Format.count(place)) of \(Format.count(all.count))"))
                + StyledText(SafeText("  at \(state.environment.clock(failure.time))"), .dim))
        page.add("job", StyledText(SafeText("\(failure.job) ")) + StyledText(SafeText(failure.name, limit: 1_000), Style(.text, bold: true)))
        var where_ = "on \(failure.worker), attempt \(failure.attempt) of \(failure.maxAttempts)"
        where_ += ", after \(Format.duration(failure.duration))"
        if !failure.kind.isEmpty { where_ += ", kind \(failure.kind.prefix(60))" }
        page.add("", where_, .dim)
        page.add("then", outcome(failure))
        var keys = [("Enter", "the job")]
        if all.count > 1 { keys.append(("j k", "next, previous")) }
        if !state.environment.isReadOnly, failure.outcome == .gaveUp { keys.append(("r", "run the job again")) }
        page.add("", actions(keys))
        if let trace = failure.trace, !trace.isEmpty {
            page.bodyTitle = "Trace"
            page.body = DetailPage.wrap(trace, room: width, most: 400).map { StyledText($0) }
        }
        return page
    }
}
