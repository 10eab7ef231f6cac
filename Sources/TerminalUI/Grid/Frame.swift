/// A whole screen to show: the cells, and where the cursor is parked.
public struct Frame: Hashable, Sendable {
    /// The cells.
    public var grid: CellGrid
    /// Where the terminal's cursor stands, so that screen readers and magnifiers follow the selection.
    /// `nil` leaves it at the bottom right.
    public var cursor: Point?
    /// Whether the cursor is seen, as it is while text is being entered. The default is `false`.
    public var cursorVisible: Bool

    /// A screen of these cells.
    public init(grid: CellGrid, cursor: Point? = nil, cursorVisible: Bool = false) {
        self.grid = grid
        self.cursor = cursor
        self.cursorVisible = cursorVisible
    }

    /// The rows as text, one per line, without the blanks at their ends.
    public var text: String { grid.text }
}
