import Monitoring
import TerminalUI

/// All limits, with all figures.
extension Painter {
    func limitsPage(width: Int) -> DetailPage {
        var page = DetailPage()
        let limits = limits
        guard !limits.isEmpty else {
            page.head.append(StyledText("This pool limits no kind of jobs.", .dim))
            return page
        }
        let held = limits.reduce(0) { $0 + $1.held }
        page.add("limits", "\(Format.count(limits.count)), the most loaded first")
        page.add(
            "held back", held > 0 ? Format.many(held, "job") : "nothing",
            held > 0 ? Style(.waiting) : .dim)
        page.bodyTitle = "By kind"
        let names = min(24, limits.map { SafeText(Self.name(of: $0), limit: 64).width }.max() ?? 0)
        for limit in limits { page.body += lines(of: limit, nameWidth: names, width: width) }
        return page
    }

    /// What runs on one line; where there is a rate, it on the next.
    private func lines(of limit: LimitFigures, nameWidth: Int, width: Int) -> [StyledText] {
        let name = Self.limitName(limit).truncated(to: nameWidth)
        let margin = nameWidth + 2
        var first = name + StyledText(.spaces(margin - name.width))
        if limit.concurrency != nil {
            first += limitBar(limit, width: min(20, max(6, width - margin - 34)))
            first.append("  ")
        }
        first += Self.runningValue(limit) + StyledText(" running", .dim)
        if limit.held > 0 {
            first.append(SafeText("  \(Format.count(limit.held)) held back"), Style(.waiting))
        }
        guard limit.rate != nil else { return [first] }
        var second = StyledText(.spaces(margin)) + rateText(limit)
        second += StyledText("  tokens ", .dim) + Self.tokensText(limit)
        second += StyledText("  next ", .dim) + Self.nextText(limit)
        return [first, second]
    }
}
