import Monitoring
import TerminalUI

/// The failures, grouped by what they say.
extension Painter {
    mutating func paintErrors(_ area: Rect) {
        guard !area.isEmpty else { return }
        let errors = pool.snapshot?.errors ?? ErrorFigures()
        let sort = ErrorSort(rawValue: state.errors.sort) ?? .latest
        let kept =
            errors.total > UInt64(max(0, errors.kept)) ? ", last \(Format.count(errors.kept)) kept" : ""
        var trailing = StyledText()
        if room != .compact {
            trailing.append(SafeText("\(Format.many(errors.total, "failure"))\(kept) · "), .dim)
        }
        trailing += position(state.errors, of: "kind", sort: sort.title)
        let isFocused = state.details.isEmpty
        let inside = panel(
            "Errors", in: area, key: Tab.errors.digit, trailing: trailing, isFocused: isFocused)
        let columns = [
            TableColumn("COUNT", alignment: .right, minimum: 5),
            TableColumn("LATEST", minimum: 8),
            TableColumn("FIRST", priority: 6, minimum: 8),
            kindColumn(priority: 5).shown(if: pool.groups.contains { !$0.latest.kind.isEmpty }),
            TableColumn("TYPE", priority: 1, minimum: 8, ideal: 14, maximum: 24),
            TableColumn("MESSAGE", priority: 2, minimum: 16, grows: true),
            TableColumn("OUTCOME", priority: 4, minimum: 12, ideal: 24, maximum: 34),
        ]
        let groups = Dictionary(pool.groups.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let environment = state.environment
        layout.errorsTop = table(
            columns, of: state.errors, in: inside, isFocused: isFocused, sort: sortMark(sort),
            placeholder: state.errors.filter.isActive ? "no error matches the filter" : "no failures",
            spot: { .errorRow($0) }
        ) { key in
            guard let group = groups[key] else { return [] }
            let latest = group.latest
            return [
                .text(SafeText(Format.short(group.failures.count)), Style(.text, bold: true)),
                .text(SafeText(environment.clock(latest.time)), .dim),
                .text(SafeText(environment.clock(group.first.time)), .dim),
                .text(SafeText(latest.kind, limit: 64), .dim),
                .text(SafeText(latest.type, limit: 80), Style(.failed)),
                .text(SafeText(group.failures.count > 1 ? key.pattern : latest.message, limit: 512)),
                .text(Self.outcomes(group)),
            ]
        }
    }

    private func sortMark(_ sort: ErrorSort) -> (column: Int, ascending: Bool)? {
        switch sort {
        case .latest: (1, state.errors.isReversed)
        case .count: (0, state.errors.isReversed)
        case .type: (4, !state.errors.isReversed)
        }
    }

    /// `2 gave up, 1 retrying`.
    private static func outcomes(_ group: ErrorGroup) -> StyledText {
        var (lost, retrying, recovered) = (0, 0, 0)
        for failure in group.failures {
            switch failure.outcome {
            case .gaveUp: lost += 1
            case .retry: retrying += 1
            case .recovered: recovered += 1
            case .failedAgain: break
            }
        }
        var text = StyledText()
        for (count, word, role) in [
            (lost, "gave up", Role.failed), (retrying, "retrying", .waiting),
            (recovered, "ok later", .working),
        ] where count > 0 {
            if !text.isEmpty { text.append(", ", .dim) }
            text.append(SafeText("\(Format.short(count)) \(word)"), Style(role))
        }
        return text.isEmpty ? StyledText("tried again", .dim) : text
    }
}
