/// How much of a row or column of rectangles one of them takes.
package enum Length: Hashable, Sendable {
    /// So many cells, as long as there are any left.
    case fixed(Int)
    /// A share, by weight, of what the fixed ones leave.
    case share(Int)
}

extension Rect {
    /// Cuts rows off the top: they are the result, the rest stays.
    package mutating func take(top rows: Int) -> Rect {
        let rows = min(max(0, rows), height)
        let taken = Rect(x: x, y: y, width: width, height: rows)
        self = Rect(x: x, y: y + rows, width: width, height: height - rows)
        return taken
    }

    /// Cuts rows off the bottom.
    package mutating func take(bottom rows: Int) -> Rect {
        let rows = min(max(0, rows), height)
        height -= rows
        return Rect(x: x, y: bottom, width: width, height: rows)
    }

    /// Cuts columns off the left.
    package mutating func take(left columns: Int) -> Rect {
        let columns = min(max(0, columns), width)
        let taken = Rect(x: x, y: y, width: columns, height: height)
        self = Rect(x: x + columns, y: y, width: width - columns, height: height)
        return taken
    }

    /// Cuts columns off the right.
    package mutating func take(right columns: Int) -> Rect {
        let columns = min(max(0, columns), width)
        width -= columns
        return Rect(x: right, y: y, width: columns, height: height)
    }

    /// Rectangles below each other that fill this one; all have its width.
    package func rows(_ lengths: [Length]) -> [Rect] {
        var rest = self
        return Self.divide(height, lengths).map { rest.take(top: $0) }
    }

    /// Rectangles beside each other that fill this one; all have its height.
    package func columns(_ lengths: [Length]) -> [Rect] {
        var rest = self
        return Self.divide(width, lengths).map { rest.take(left: $0) }
    }

    /// Shares out `total`: the fixed first, in order; then the shares, whose sum is exact.
    private static func divide(_ total: Int, _ lengths: [Length]) -> [Int] {
        var left = total
        var weight = 0
        var result = lengths.map { length -> Int in
            switch length {
            case .fixed(let cells):
                let taken = min(max(0, cells), left)
                left -= taken
                return taken
            case .share(let share):
                weight += max(0, share)
                return 0
            }
        }
        for (index, length) in lengths.enumerated() {
            guard case .share(let share) = length, weight > 0 else { continue }
            result[index] = left * max(0, share) / weight
            left -= result[index]
            weight -= max(0, share)
        }
        return result
    }
}
