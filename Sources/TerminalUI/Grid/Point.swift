/// A cell's place: column and row, counted from 0 at the top left.
public struct Point: Hashable, Sendable {
    /// The column, growing to the right.
    public var x: Int
    /// The row, growing downwards.
    public var y: Int

    /// A place in a grid; it may lie outside.
    public init(x: Int, y: Int) {
        self.x = x
        self.y = y
    }
}
