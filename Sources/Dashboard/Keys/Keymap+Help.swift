import TerminalUI

extension Keymap {
    /// One line of the help.
    struct HelpLine: Equatable {
        var text: StyledText
    }

    /// Columns of the keys in the help.
    private static let keyColumn = 18

    /// The lines of the help in so many columns of about the same length.
    static func helpPages(columns: Int) -> [[HelpLine]] {
        let chapters = Binding.Chapter.allCases.map(lines)
        guard columns > 1 else { return [Array(chapters.joined(separator: [HelpLine(text: StyledText())]))] }
        let half = chapters.reduce(0) { $0 + $1.count } / 2
        var pages: [[HelpLine]] = [[], []]
        for chapter in chapters {
            let page = pages[0].count + chapter.count / 2 <= half ? 0 : 1
            if !pages[page].isEmpty { pages[page].append(HelpLine(text: StyledText())) }
            pages[page] += chapter
        }
        return pages
    }

    private static func lines(of chapter: Binding.Chapter) -> [HelpLine] {
        [HelpLine(text: StyledText(SafeText(chapter.rawValue), Style(.title)))]
            + bindings.filter { $0.chapter == chapter && !$0.keys.isEmpty }.map { binding in
                let keys = SafeText(labels(binding).joined(separator: " "))
                return HelpLine(
                    text: StyledText(keys.padded(to: keyColumn), Style(.footerKey))
                        + StyledText(SafeText(" " + binding.help)))
            }
    }

    private static func labels(_ binding: Binding) -> [String] { binding.keys.map(\.label) }

    /// The table of keys for the README, in Markdown.
    package static var readmeTable: String {
        var rows = ["| key | does |", "| --- | --- |"]
        for chapter in Binding.Chapter.allCases {
            for binding in bindings where binding.chapter == chapter && !binding.keys.isEmpty {
                let keys = labels(binding).map { "`\($0 == "`" ? "` ` `" : $0)`" }.joined(separator: " ")
                rows.append("| \(keys) | \(binding.help) |")
            }
        }
        return rows.joined(separator: "\n")
    }
}
