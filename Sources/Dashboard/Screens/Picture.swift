import TerminalUI

/// What a state looks like, and what is where in it.
struct Picture: Sendable, Equatable {
    var frame: Frame
    var layout: Layout

    /// The picture of a state. The same state always gives the same picture.
    init(of state: CockpitState) {
        var painter = Painter(state)
        painter.paint()
        frame = Frame(grid: painter.grid, cursor: painter.cursor, cursorVisible: painter.cursorIsVisible)
        layout = painter.layout
    }
}
