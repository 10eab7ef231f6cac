extension Graph {
    /// The means of `count` dots, newest last; a dot is `unit` samples.
    func dots(of values: [Double?], count: Int, unit: Int) -> [Double?] {
        let last = newest ?? values.count - 1
        let first = last - (values.count - 1)
        let bucket = Int((Double(last) / Double(unit)).rounded(.down))
        return (0..<max(0, count)).map { position in
            let start = (bucket - (count - 1 - position)) * unit
            var sum = 0.0
            var measured = 0
            for sample in start..<start + unit {
                let index = sample - first
                guard index >= 0, index < values.count, let value = values[index], value.isFinite else {
                    continue
                }
                sum += value
                measured += 1
            }
            return measured == 0 ? nil : sum / Double(measured)
        }
    }

    func draw(_ series: Series, in plot: Rect, scale: GraphScale, into grid: inout CellGrid) {
        guard !plot.isEmpty else { return }
        if grid.glyphs == .unicode {
            drawBraille(series, in: plot, scale: scale, into: &grid)
        } else {
            drawBlocks(series, in: plot, scale: scale, into: &grid)
        }
    }

    /// The height of a value in so many steps. What is more than nothing is at least one step.
    private func height(of value: Double, scale: GraphScale, steps: Int) -> Int {
        guard value > 0 else { return 0 }
        return min(steps, max(1, Int((min(1, value / scale.maximum) * Double(steps)).rounded())))
    }

    /// Dots of a braille cell, from the lowest up, left and right.
    private static let brailleDots: [[UInt32]] = [[0x40, 0x04, 0x02, 0x01], [0x80, 0x20, 0x10, 0x08]]

    private func drawBraille(_ series: Series, in plot: Rect, scale: GraphScale, into grid: inout CellGrid) {
        let dots = dots(of: series.values, count: plot.width * 2, unit: samplesPerDot)
        let steps = plot.height * 4
        for column in 0..<plot.width {
            var patterns = [UInt32](repeating: 0, count: plot.height)
            for side in 0..<2 {
                guard let value = dots[column * 2 + side] else { continue }
                let top = height(of: value, scale: scale, steps: steps)
                for step in (series.isFilled ? 0 : max(0, top - 1))..<max(top, series.isFilled ? 0 : 1) {
                    patterns[step / 4] |= Self.brailleDots[side][step % 4]
                }
            }
            for (row, pattern) in patterns.enumerated() where pattern != 0 {
                let place = Point(x: plot.x + column, y: plot.bottom - 1 - row)
                // A line shares its cell with the dots of what it is drawn over.
                let below = grid[place].glyph.base.value
                let merged = (0x2800...0x28FF).contains(below) ? pattern | (below - 0x2800) : pattern
                guard let base = Unicode.Scalar(0x2800 + merged) else { continue }
                grid.write(
                    SafeText(repeating: Glyph(base: base, width: 1), count: 1), at: place,
                    style: Style(series.role))
            }
        }
    }

    private func drawBlocks(_ series: Series, in plot: Rect, scale: GraphScale, into grid: inout CellGrid) {
        let parts = grid.glyphs == .console ? GlyphSet.risingHalves : GlyphSet.glyphs(" .:#")
        let levels = parts.count - 1
        let columns = dots(of: series.values, count: plot.width, unit: samplesPerDot * 2)
        for (column, value) in columns.enumerated() {
            guard let value else { continue }
            let top = height(of: value, scale: scale, steps: plot.height * levels)
            let topRow = max(0, top - 1) / levels
            for row in (series.isFilled ? 0 : topRow)...topRow {
                let part = series.isFilled ? parts[min(levels, top - row * levels)] : Self.lineGlyph
                if part == .space { continue }
                grid.write(
                    SafeText(repeating: part, count: 1),
                    at: Point(x: plot.x + column, y: plot.bottom - 1 - row), style: Style(series.role))
            }
        }
    }

    private static let lineGlyph = Glyph(base: "*", width: 1)
}
