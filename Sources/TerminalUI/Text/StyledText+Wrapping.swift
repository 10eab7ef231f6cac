extension StyledText {
    /// The text in lines of at most so many columns, broken at blanks where there are any.
    ///
    /// - Parameter limit: lines returned at most; the last one is shortened if there is more.
    package func wrapped(to room: Int, limit: Int = .max) -> [StyledText] {
        guard room > 0, limit > 0 else { return [] }
        var lines: [StyledText] = []
        var rest = cells[...]
        while !rest.isEmpty {
            if lines.count + 1 == limit {
                lines.append(Self.joined(rest).truncated(to: room))
                return lines
            }
            var width = 0
            var end = rest.startIndex
            var blank: Int?
            while end < rest.endIndex && width + rest[end].glyph.width <= room {
                if rest[end].glyph == .space { blank = end }
                width += rest[end].glyph.width
                end += 1
            }
            if end == rest.endIndex {
                lines.append(Self.joined(rest))
                return lines
            }
            // A blank that is the first to stand outside is where to break, too.
            let stop = rest[end].glyph == .space ? end : blank ?? end
            // A wide character in a single column: it cannot be shown, but must not hold up the rest.
            let cut = stop > rest.startIndex ? stop : max(end, rest.startIndex + 1)
            lines.append(cut > end ? StyledText() : Self.joined(rest[..<cut]))
            rest = rest[cut...].drop { $0.glyph == .space }
        }
        return lines.isEmpty ? [StyledText()] : lines
    }

    private var cells: [Cell] {
        spans.flatMap { span in span.text.glyphs.map { Cell($0, span.style) } }
    }

    private static func joined(_ cells: ArraySlice<Cell>) -> StyledText {
        var result = StyledText()
        var run: [Glyph] = []
        var style = cells.first?.style ?? .text
        func flush() {
            result.append(SafeText(glyphs: run, width: run.reduce(0) { $0 + $1.width }), style)
        }
        for cell in cells {
            if cell.style != style {
                flush()
                run = []
                style = cell.style
            }
            run.append(cell.glyph)
        }
        flush()
        return result
    }
}
