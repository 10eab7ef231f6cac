/// The recent course of a value in one row, newest at the right: `▁▂▃▅▆▇███▇▆▅`.
package struct Sparkline: Hashable, Sendable {
    /// One value a column, oldest first; `nil` where none was measured. Only the newest are shown.
    package var values: [Double?]
    /// What fills a column; `nil` takes the greatest of the values shown.
    package var maximum: Double?
    /// The role of the bars.
    package var role: Role

    package init(_ values: [Double?], maximum: Double? = nil, role: Role = .graph1) {
        self.values = values
        self.maximum = maximum
        self.role = role
    }

    /// Draws into the first row of `rect`.
    package func render(in rect: Rect, into grid: inout CellGrid) {
        guard rect.height > 0 else { return }
        let bars = grid.glyphs.rising
        let shown = values.suffix(rect.width)
        let top = maximum ?? shown.reduce(0) { max($0, $1 ?? 0) }
        var x = rect.right - shown.count
        for value in shown {
            if let value, !value.isNaN {
                let level = top > 0 ? min(1, max(0, value / top)) : 0
                // The lowest bar is "measured, and nothing": a gap means that nothing was measured.
                let bar = 1 + Int((level * Double(bars.count - 2)).rounded())
                grid.write(
                    SafeText(repeating: bars[bar], count: 1), at: Point(x: x, y: rect.y), style: Style(role))
            }
            x += 1
        }
    }
}
