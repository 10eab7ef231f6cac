/// A rectangle of cells. Width and height are never negative.
public struct Rect: Hashable, Sendable {
    /// The left column.
    public var x: Int
    /// The top row.
    public var y: Int
    /// Columns.
    public var width: Int
    /// Rows.
    public var height: Int

    /// A rectangle; a width or height below 0 counts as 0.
    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = max(0, width)
        self.height = max(0, height)
    }

    /// The rectangle of a whole grid.
    public init(_ size: Size) {
        self.init(x: 0, y: 0, width: size.width, height: size.height)
    }
}

extension Rect {
    /// The first column right of it.
    package var right: Int { x + width }
    /// The first row below it.
    package var bottom: Int { y + height }
    /// Its top left corner.
    package var origin: Point { Point(x: x, y: y) }
    /// Width and height.
    package var size: Size { Size(width: width, height: height) }
    /// Whether it has no cell.
    package var isEmpty: Bool { width == 0 || height == 0 }

    /// Whether the cell at `point` is one of its own.
    package func contains(_ point: Point) -> Bool {
        point.x >= x && point.x < right && point.y >= y && point.y < bottom
    }

    /// What both have in common; empty where they do not meet.
    package func intersection(_ other: Rect) -> Rect {
        let left = max(x, other.x)
        let top = max(y, other.y)
        return Rect(
            x: left, y: top,
            width: min(right, other.right) - left, height: min(bottom, other.bottom) - top)
    }

    /// The rectangle without so many cells at its edges.
    package func inset(horizontally columns: Int = 1, vertically rows: Int = 1) -> Rect {
        Rect(x: x + columns, y: y + rows, width: width - 2 * columns, height: height - 2 * rows)
    }

    /// A rectangle of at most `size` in its middle.
    package func centered(_ size: Size) -> Rect {
        let columns = min(size.width, width)
        let rows = min(size.height, height)
        return Rect(x: x + (width - columns) / 2, y: y + (height - rows) / 2, width: columns, height: rows)
    }
}
