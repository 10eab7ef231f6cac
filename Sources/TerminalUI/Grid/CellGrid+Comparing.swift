extension CellGrid {
    /// The columns of a row that differ from another grid's, widened so that no wide character of either is
    /// cut; `nil` when the row is the same. A grid of another size differs everywhere.
    package func changes(from other: CellGrid?, row: Int) -> Range<Int>? {
        guard row >= 0, row < height, width > 0 else { return nil }
        guard let other, other.size == size else { return 0..<width }
        let start = row * width
        return cells.withUnsafeBufferPointer { new in
            other.cells.withUnsafeBufferPointer { old in
                guard var first = (0..<width).first(where: { new[start + $0] != old[start + $0] }),
                    var last = (0..<width).last(where: { new[start + $0] != old[start + $0] })
                else { return nil }
                while first > 0
                    && (new[start + first].glyph.isContinuation || old[start + first].glyph.isContinuation)
                {
                    first -= 1
                }
                while last + 1 < width
                    && (new[start + last + 1].glyph.isContinuation
                        || old[start + last + 1].glyph.isContinuation)
                {
                    last += 1
                }
                return first..<last + 1
            }
        }
    }
}
