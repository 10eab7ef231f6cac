/// Something done with the mouse.
public struct MouseEvent: Hashable, Sendable {
    /// What was done.
    public enum Kind: Hashable, Sendable {
        /// The left button went down.
        case press
        /// The left button went down twice on one cell, quickly. A `press` came before.
        case doubleClick
        /// The middle or right button went down.
        case otherPress
        /// One notch away from the user.
        case wheelUp
        /// One notch towards the user.
        case wheelDown
    }

    /// What was done.
    public var kind: Kind
    /// The cell under the pointer.
    public var position: Point

    /// Something done at a cell.
    public init(_ kind: Kind, at position: Point) {
        self.kind = kind
        self.position = position
    }
}
