/// A column of a table: what stands above it and how much room it asks for.
///
/// Widths follow from the room and the columns alone, never from the rows, so that columns do not move
/// while the rows change.
package struct TableColumn: Hashable, Sendable {
    /// What stands above it.
    package var title: SafeText
    /// Where its text stands. Numbers stand right.
    package var alignment: Alignment
    /// 0 is never left out; of the others, the greatest number is left out first when it gets narrow.
    package var priority: Int
    /// Columns below which it is of no use.
    package var minimum: Int
    /// Columns in which its usual text fits.
    package var ideal: Int
    /// Columns it can make use of; `nil` for any number.
    package var maximum: Int?
    /// Whether too long a text loses first what it shares with those above and below it, or else its middle, and not its
    /// end: as is right for commands and paths.
    package var cutsShared: Bool
    /// Whether it is there at all: not where no row could have anything in it.
    package var isShown = true

    /// A column; `ideal` and `maximum` are at least `minimum`, which is their default.
    package init(
        _ title: SafeText, alignment: Alignment = .left, priority: Int = 0, minimum: Int, ideal: Int? = nil,
        grows: Bool = false, maximum: Int? = nil, cutsShared: Bool = false
    ) {
        self.title = title
        self.alignment = alignment
        self.priority = priority
        self.minimum = max(1, minimum)
        self.ideal = max(self.minimum, ideal ?? minimum)
        self.maximum = grows ? nil : max(self.ideal, maximum ?? self.ideal)
        self.cutsShared = cutsShared
    }

    /// The same column where that holds; else one that takes no room, so that rows need not know.
    package func shown(if isShown: Bool) -> TableColumn {
        var column = self
        column.isShown = isShown
        return column
    }

    /// Blanks between two columns.
    package static let gap = 2

    /// Where the columns stand that fit into `room`: their index, the first column of text, and the width.
    package static func layout(
        _ columns: [TableColumn], room: Int, gap: Int = TableColumn.gap
    ) -> [(index: Int, x: Int, width: Int)] {
        var kept = columns.indices.filter { columns[$0].isShown }
        func needed() -> Int { kept.reduce(gap * max(0, kept.count - 1)) { $0 + columns[$1].minimum } }
        while needed() > room, let last = kept.max(by: { columns[$0].priority < columns[$1].priority }),
            columns[last].priority > 0
        {
            let worst = columns[last].priority
            kept.remove(at: kept.lastIndex { columns[$0].priority == worst } ?? 0)
        }
        var widths = columns.map(\.minimum)
        var left = max(0, room - needed())
        // The important ones get their ideal width first.
        for index in kept.sorted(by: { (columns[$0].priority, $0) < (columns[$1].priority, $1) }) {
            let more = min(left, columns[index].ideal - columns[index].minimum)
            widths[index] += more
            left -= more
        }
        // What is left goes to those that can use it, evenly.
        while left > 0 {
            let hungry = kept.filter { widths[$0] < columns[$0].maximum ?? .max }
            guard !hungry.isEmpty else { break }
            for (position, index) in hungry.enumerated() {
                let share = left / (hungry.count - position)
                let more = min(share, (columns[index].maximum ?? .max) - widths[index])
                widths[index] += more
                left -= more
            }
            if hungry.count == 1 { break }
        }
        var x = 0
        return kept.compactMap { index in
            guard x < room else { return nil }
            defer { x += widths[index] + gap }
            return (index, x, min(widths[index], room - x))
        }
    }
}
