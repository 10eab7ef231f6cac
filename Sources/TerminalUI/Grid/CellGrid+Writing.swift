extension CellGrid {
    /// Writes text from a place to the right, clipped to the grid and to `maxWidth` columns.
    ///
    /// A wide character of which only a half would fit is replaced by a blank.
    /// - Returns: the columns written, counted from `point` on.
    @discardableResult
    package mutating func write(
        _ text: SafeText, at point: Point, style: Style = .text, maxWidth: Int = .max
    ) -> Int {
        var x = point.x
        let end = maxWidth >= width - point.x ? width : point.x + max(0, maxWidth)
        for glyph in text.glyphs {
            guard x < end else { break }
            put(Cell(glyph, style), x: x, y: point.y, end: end)
            x += glyph.width
        }
        return max(0, min(x, end) - point.x)
    }

    /// Writes text of several styles.
    @discardableResult
    package mutating func write(_ text: StyledText, at point: Point, maxWidth: Int = .max) -> Int {
        var written = 0
        for span in text.spans {
            guard written < maxWidth else { break }
            written += write(
                span.text, at: Point(x: point.x + written, y: point.y), style: span.style,
                maxWidth: maxWidth == .max ? .max : maxWidth - written)
        }
        return written
    }

    /// Writes text into a row of a rectangle, shortened with an ellipsis where it is too long.
    package mutating func write(
        _ text: StyledText, in rect: Rect, row: Int = 0, alignment: Alignment = .left
    ) {
        guard row >= 0, row < rect.height, rect.width > 0 else { return }
        let fitted = text.truncated(to: rect.width)
        let shift = alignment.shift(of: fitted.width, in: rect.width)
        write(fitted, at: Point(x: rect.x + shift, y: rect.y + row), maxWidth: rect.width - shift)
    }

    /// Writes text into a row of a rectangle, shortened with an ellipsis where it is too long.
    package mutating func write(
        _ text: SafeText, in rect: Rect, row: Int = 0, alignment: Alignment = .left, style: Style = .text
    ) {
        write(StyledText(text, style), in: rect, row: row, alignment: alignment)
    }

    /// Fills a rectangle with one glyph; a wide one is not allowed and shown as a blank.
    package mutating func fill(_ rect: Rect, with glyph: Glyph = .space, style: Style = .text) {
        let area = rect.intersection(bounds)
        let cell = Cell(glyph.width == 1 ? glyph : .space, style)
        for y in area.y..<max(area.y, area.bottom) {
            for x in area.x..<area.right { put(cell, x: x, y: y, end: width) }
        }
    }

    /// Gives every cell of a rectangle a style and leaves its glyphs.
    package mutating func restyle(_ rect: Rect, _ change: (Style) -> Style) {
        let area = rect.intersection(bounds)
        for y in area.y..<max(area.y, area.bottom) {
            for x in area.x..<area.right {
                cells[y * width + x].style = change(cells[y * width + x].style)
            }
        }
    }

    /// Puts one cell; columns from `end` on are not touched.
    private mutating func put(_ cell: Cell, x: Int, y: Int, end: Int) {
        guard y >= 0, y < height else { return }
        let shown = glyphs.representing(cell.glyph)
        let fits = x >= 0 && x + cell.glyph.width <= end
        if shown.width == 2 && fits {
            set(Cell(shown, cell.style), x: x, y: y)
            set(Cell(.continuation, cell.style), x: x + 1, y: y, isRightHalf: true)
        } else {
            // One column; or a wide character's two, of which half is cut off or the stand-in is narrow.
            let part = Cell(shown.width == 2 ? .space : shown, cell.style)
            for column in x..<x + cell.glyph.width where column >= 0 && column < end {
                set(part, x: column, y: y)
            }
        }
    }

    /// Sets a cell; if it was half of a wide character, the other half is blanked.
    private mutating func set(_ cell: Cell, x: Int, y: Int, isRightHalf: Bool = false) {
        let index = y * width + x
        switch cells[index].glyph.width {
        case 0 where x > 0 && !isRightHalf: cells[index - 1].glyph = .space
        case 2 where x + 1 < width: cells[index + 1].glyph = .space
        default: break
        }
        cells[index] = cell
    }
}
