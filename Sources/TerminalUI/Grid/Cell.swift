/// One cell of the screen.
public struct Cell: Hashable, Sendable {
    /// What it shows.
    package var glyph: Glyph
    /// How it looks.
    package var style: Style

    /// A cell of a glyph in a style.
    package init(_ glyph: Glyph, _ style: Style = .text) {
        self.glyph = glyph
        self.style = style
    }

    /// An empty cell.
    package static let blank = Cell(.space)
}
