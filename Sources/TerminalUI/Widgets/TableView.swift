/// Rows under column titles, one of them selected. Only the rows that are seen are asked for, so that a
/// table of a million rows costs what the screen holds.
package struct TableView {
    /// The columns, from left to right.
    package var columns: [TableColumn]
    /// How many rows there are, seen or not.
    package var count: Int
    /// The index of the selected row.
    package var selection: Int?
    /// The index of the first row seen; brought into range, and to the selection, when it is drawn.
    package var offset: Int
    /// The column the rows are sorted by, and whether the least comes first.
    package var sort: (column: Int, ascending: Bool)?
    /// Whether the column titles are shown.
    package var showsTitles: Bool
    /// What is shown when there are no rows.
    package var placeholder: StyledText
    /// The row with an index in `0..<count`.
    package var row: (Int) -> TableRow

    package init(
        columns: [TableColumn], count: Int, selection: Int? = nil, offset: Int = 0,
        sort: (column: Int, ascending: Bool)? = nil, showsTitles: Bool = true,
        placeholder: StyledText = StyledText(), row: @escaping (Int) -> TableRow
    ) {
        self.columns = columns
        self.count = max(0, count)
        self.selection = selection
        self.offset = offset
        self.sort = sort
        self.showsTitles = showsTitles
        self.placeholder = placeholder
        self.row = row
    }

    /// What is where after drawing, for the mouse, the cursor and the next frame.
    package struct Layout: Hashable, Sendable {
        /// The rows seen.
        package var rows: Range<Int>
        /// Where the rows are; the first of `rows` is on its first line.
        package var area: Rect
        /// Where the column titles are.
        package var titles: Rect
        /// The columns shown: their index and where they are on the screen.
        package var columns: [Column]
        /// Where the selected row begins.
        package var cursor: Point?

        /// A column that is shown.
        package struct Column: Hashable, Sendable {
            package var index: Int
            package var x: Int
            package var width: Int
        }

        /// The index of the row at a cell.
        package func row(at point: Point) -> Int? {
            guard area.contains(point) else { return nil }
            let index = rows.lowerBound + point.y - area.y
            return rows.contains(index) ? index : nil
        }

        /// The index of the column whose title is at a cell.
        package func title(at point: Point) -> Int? {
            guard titles.contains(point) else { return nil }
            return columns.last { $0.x <= point.x }?.index
        }
    }

    /// The first row to show, so that the selection is seen and no line stays empty that need not.
    package static func offset(from current: Int, selection: Int?, visible: Int, count: Int) -> Int {
        guard visible > 0, count > visible else { return 0 }
        var offset = min(max(0, current), count - visible)
        if let selection, selection >= 0, selection < count {
            offset = min(offset, selection)
            offset = max(offset, selection - visible + 1)
        }
        return offset
    }

    /// "5 of 20", "20" where nothing is selected, "filtered 5 of 20" where rows are hidden by a filter.
    package static func position(selection: Int?, count: Int, total: Int? = nil) -> SafeText {
        if let total, total != count { return "filtered \(count) of \(total)" }
        guard let selection, count > 0 else { return "\(count)" }
        return "\(min(selection, count - 1) + 1) of \(count)"
    }
}
