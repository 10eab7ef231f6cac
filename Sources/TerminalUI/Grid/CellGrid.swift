/// A picture made of cells. Wide characters are whole in it, always: writing over one half of a wide
/// character blanks the other half.
///
/// The grid knows the terminal's glyph set and turns every glyph into one of that set, so that a grid for
/// an ASCII terminal holds 7-bit characters only.
public struct CellGrid: Hashable, Sendable {
    /// Columns.
    public let width: Int
    /// Rows.
    public let height: Int
    /// The characters the terminal can show.
    public let glyphs: GlyphSet
    var cells: [Cell]

    /// An empty grid.
    public init(width: Int, height: Int, glyphs: GlyphSet = .unicode) {
        self.width = max(0, width)
        self.height = max(0, height)
        self.glyphs = glyphs
        cells = Array(repeating: .blank, count: self.width * self.height)
    }

    /// An empty grid of this size.
    public init(_ size: Size, glyphs: GlyphSet = .unicode) {
        self.init(width: size.width, height: size.height, glyphs: glyphs)
    }

    /// The whole grid as a rectangle.
    public var bounds: Rect { Rect(x: 0, y: 0, width: width, height: height) }
    /// Width and height.
    public var size: Size { Size(width: width, height: height) }

    /// The cell at a place; a blank one outside the grid.
    package subscript(x: Int, y: Int) -> Cell {
        guard x >= 0, x < width, y >= 0, y < height else { return .blank }
        return cells[y * width + x]
    }

    /// The cell at a place; a blank one outside the grid.
    package subscript(point: Point) -> Cell { self[point.x, point.y] }

    /// A row's cells; `row` must be one of the grid's.
    package subscript(row row: Int) -> ArraySlice<Cell> {
        precondition(row >= 0 && row < height, "row \(row) is not one of the grid's \(height)")
        return cells[row * width..<(row + 1) * width]
    }

    /// The rows as text, without the blanks at their ends.
    public var lines: [String] {
        (0..<height).map { row in
            var scalars = String.UnicodeScalarView()
            for cell in self[row: row] { cell.glyph.append(to: &scalars) }
            while scalars.last == " " { scalars.removeLast() }
            return String(scalars)
        }
    }

    /// All rows as text, one per line.
    public var text: String { lines.joined(separator: "\n") }
}
