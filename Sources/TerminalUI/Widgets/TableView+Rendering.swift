extension TableView {
    /// Columns in front of every row: the mark, the pointer of the selection, a blank.
    private static let margin = 3

    /// Draws the table.
    @discardableResult
    package func render(in rect: Rect, into grid: inout CellGrid) -> Layout {
        var area = rect
        let titles = area.take(top: showsTitles && rect.height > 1 ? 1 : 0)
        let start = rect.x + min(Self.margin, rect.width)
        let placed = TableColumn.layout(columns, room: rect.right - start)
            .map { Layout.Column(index: $0.index, x: start + $0.x, width: $0.width) }
        drawTitles(placed, in: titles, into: &grid)

        let first = Self.offset(from: offset, selection: selection, visible: area.height, count: count)
        let rows = first..<min(count, first + area.height)
        var layout = Layout(rows: rows, area: area, titles: titles, columns: placed)
        if rows.isEmpty {
            grid.write(placeholder, in: area, row: max(0, area.height - 1) / 2, alignment: .center)
        }
        let seen = rows.map(row)
        let ends = placed.map { sharedEnds(of: seen, in: $0) }
        for (line, index) in rows.enumerated() {
            let band = Rect(x: area.x, y: area.y + line, width: area.width, height: 1)
            let isSelected = index == selection
            draw(seen[line], isSelected: isSelected, in: band, columns: placed, ends: ends, into: &grid)
            if isSelected {
                layout.cursor = Point(x: min(band.x + 1, max(band.x, band.right - 1)), y: band.y)
            }
        }
        return layout
    }

    /// What the texts have in common that are too long for that column.
    private func sharedEnds(of rows: [TableRow], in column: Layout.Column) -> SharedEnds {
        guard columns[column.index].cutsShared else { return SharedEnds(of: []) }
        return SharedEnds(
            of: rows.compactMap { row in
                guard column.index < row.contents.count, case .text(let text) = row.contents[column.index]
                else { return nil }
                return text.width > column.width ? text.plain : nil
            })
    }

    private func drawTitles(_ placed: [Layout.Column], in band: Rect, into grid: inout CellGrid) {
        guard !band.isEmpty else { return }
        for column in placed {
            let spec = columns[column.index]
            var title = spec.title
            if let sort, sort.column == column.index {
                // The arrow stays when the title has to give way.
                title = title.prefix(max(0, column.width - 1)) + (sort.ascending ? "↑" : "↓")
            }
            let place = Rect(x: column.x, y: band.y, width: column.width, height: 1)
            grid.write(title, in: place, alignment: spec.alignment, style: .heading)
        }
    }

    private func draw(
        _ row: TableRow, isSelected: Bool, in band: Rect, columns placed: [Layout.Column],
        ends: [SharedEnds], into grid: inout CellGrid
    ) {
        if row.isMarked { grid.write("●", at: band.origin, style: .marked, maxWidth: band.width) }
        if isSelected { grid.write("▸", at: Point(x: band.x + 1, y: band.y), maxWidth: band.width - 1) }
        for (column, ends) in zip(placed, ends) where column.index < row.contents.count {
            let spec = columns[column.index]
            let place = Rect(x: column.x, y: band.y, width: column.width, height: 1)
            switch row.contents[column.index] {
            case .text(let text):
                grid.write(
                    spec.cutsShared ? text.truncated(to: place.width, sharing: ends) : text, in: place,
                    alignment: spec.alignment)
            case .progress(let bar):
                bar.render(in: place, into: &grid)
            }
        }
        // One bar of one look: patches of several colours would be harder to read, and states are words.
        if isSelected { grid.restyle(band) { Style(.selection, bold: $0.bold) } }
    }
}
