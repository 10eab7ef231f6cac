import TerminalUI

extension Keymap {
    /// The lines of the help for so many columns of text beside each other, each that wide; about equally long.
    static func helpPages(columns: Int, width: Int, ofSeveral: Bool, hasQueues: Bool = false)
        -> [[StyledText]]
    {
        let chapters = Binding.Chapter.allCases.map {
            lines(of: $0, width: width, bindings(ofSeveral: ofSeveral, hasQueues: hasQueues))
        }
        let empty = [StyledText()]
        guard columns > 1 else { return [Array(chapters.joined(separator: empty))] }
        let half = (chapters.reduce(0) { $0 + $1.count + 1 }) / 2
        var pages: [[StyledText]] = [[], []]
        for chapter in chapters {
            let isFirst = pages[1].isEmpty && pages[0].count + chapter.count / 2 <= half
            let page = isFirst ? 0 : 1
            if !pages[page].isEmpty { pages[page] += empty }
            pages[page] += chapter
        }
        return pages
    }

    private static func lines(of chapter: Binding.Chapter, width: Int, _ bindings: [Binding]) -> [StyledText]
    {
        // Columns of the keys: where there is little room, the first keys must do.
        let column = width < 56 ? 12 : 20
        var lines = [StyledText(SafeText(chapter.rawValue), Style(.title))]
        for binding in bindings
        where binding.chapter == chapter && !binding.keys.isEmpty {
            var keys = labels(binding)
            while keys.count > 1, keys.joined(separator: " ").count >= column { keys.removeLast() }
            let key = StyledText(
                SafeText(keys.joined(separator: " ")).padded(to: column), Style(.footerKey))
            for (row, text) in wrap(binding.help, room: max(8, width - column)).enumerated() {
                lines.append((row == 0 ? key : StyledText(.spaces(column))) + StyledText(SafeText(text)))
            }
        }
        return lines
    }

    /// Text in lines of at most `room` characters, broken between words.
    private static func wrap(_ text: String, room: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= room {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }

    private static func labels(_ binding: Binding) -> [String] { binding.keys.map(\.label) }

    /// The table of keys for the README, in Markdown.
    package static var readmeTable: String {
        var rows = ["| key | does |", "| --- | --- |"]
        for chapter in Binding.Chapter.allCases {
            for binding in bindings where binding.chapter == chapter && !binding.keys.isEmpty {
                let keys = labels(binding).map { "`\($0)`" }.joined(separator: " ")
                rows.append("| \(keys) | \(binding.help) |")
            }
        }
        return rows.joined(separator: "\n")
    }
}
