extension Graph {
    func drawAxes(_ layout: Layout, scale: GraphScale, into grid: inout CellGrid) {
        drawScale(layout, scale, into: &grid)
        if !layout.base.isEmpty {
            let line = layout.scale.isEmpty ? layout.base.x : layout.scale.right
            if !layout.scale.isEmpty {
                let label = SafeText("0").padded(to: Self.labelWidth, alignment: .right)
                grid.write(label, at: layout.base.origin, style: .dim)
                grid.write("┼", at: Point(x: line - 1, y: layout.base.y), style: .border)
            }
            grid.write(
                SafeText(repeating: grid.glyphs.border.horizontal, count: layout.plot.right - line),
                at: Point(x: line, y: layout.base.y), style: .border)
        }
        drawTimes(layout, into: &grid)
    }

    private func drawScale(_ layout: Layout, _ scale: GraphScale, into grid: inout CellGrid) {
        let area = layout.scale
        guard !area.isEmpty else { return }
        let axis = Rect(x: area.right - 1, y: area.y, width: 1, height: area.height)
        grid.fill(axis, with: grid.glyphs.border.vertical, style: .border)
        var free = area.y
        for tick in scale.ticks {
            // The row whose top is nearest to the value; every label has a row of air below it.
            let y = area.bottom - max(1, Int((tick / scale.maximum * Double(area.height)).rounded()))
            guard y >= free, y == area.y || y < area.bottom - 1 || !layout.base.isEmpty else { continue }
            let label = GraphScale.label(tick).padded(to: Self.labelWidth, alignment: .right)
            grid.write(label, at: Point(x: area.x, y: y), style: .dim)
            grid.write("┤", at: Point(x: axis.x, y: y), style: .border)
            free = y + 2
        }
    }

    private static let timeSteps: [(seconds: Double, unit: Double, name: SafeText)] = [
        (1, 1, "s"), (2, 1, "s"), (5, 1, "s"), (10, 1, "s"), (15, 1, "s"), (30, 1, "s"), (60, 60, "min"),
        (120, 60, "min"), (300, 60, "min"), (600, 60, "min"), (900, 60, "min"), (1800, 60, "min"),
        (3600, 3600, "h"), (7200, 3600, "h"), (21600, 3600, "h"), (43200, 3600, "h"), (86400, 86400, "d"),
    ]

    /// Labels at round ages; "now" at the right edge, the unit with the oldest.
    private func drawTimes(_ layout: Layout, into grid: inout CellGrid) {
        let plot = layout.plot
        let perColumn = interval * Double(samplesPerDot * 2)
        guard !layout.times.isEmpty, perColumn > 0, perColumn.isFinite else { return }
        let y = layout.times.y
        grid.write("now", at: Point(x: plot.right - 3, y: y), style: .dim)
        let spacing = 9.0
        guard let step = Self.timeSteps.first(where: { $0.seconds / perColumn >= spacing }) else { return }
        var count = 1.0
        var limit = plot.right - 4
        while true {
            // The middle of the label stands below its time.
            let column = plot.right - 1 - Int((step.seconds * count / perColumn).rounded())
            let isOldest =
                plot.right - 1 - Int((step.seconds * (count + 1) / perColumn).rounded()) < plot.x + 4
            let number = (step.seconds * count / step.unit * 10).rounded() / 10
            let digits = number == number.rounded() ? SafeText("\(Int(number))") : SafeText("\(number)")
            let label: SafeText = isOldest ? "−\(digits) \(step.name)" : "−\(digits)"
            let x = isOldest ? max(plot.x, column - 1 - digits.width / 2) : column - label.width / 2
            guard column >= plot.x, x + label.width <= limit else { return }
            grid.write(label, at: Point(x: x, y: y), style: .dim)
            if isOldest { return }
            limit = x - 1
            count += 1
        }
    }

    func drawMarks(in plot: Rect, into grid: inout CellGrid) {
        guard !plot.isEmpty else { return }
        let unit = grid.glyphs == .unicode ? samplesPerDot : samplesPerDot * 2
        let last = newest ?? (series.map(\.values.count).max() ?? 0) - 1
        func bucket(_ sample: Int) -> Int { Int((Double(sample) / Double(unit)).rounded(.down)) }
        let placed = marks.filter { $0.samplesAgo >= 0 }
            .map { mark -> (x: Int, label: SafeText) in
                let dots = bucket(last) - bucket(last - mark.samplesAgo)
                return (plot.right - 1 - (grid.glyphs == .unicode ? dots / 2 : dots), mark.label)
            }
            .filter { $0.x >= plot.x }
        for mark in placed {
            let line = Rect(x: mark.x, y: plot.y, width: 1, height: plot.height)
            grid.fill(line, with: grid.glyphs.border.vertical, style: .mark)
        }
        // The newest first: if there is no room for all labels, they are the ones to know.
        let lines = placed.map(\.x)
        var taken: [Rect] = []
        for mark in placed.sorted(by: { $0.x > $1.x }) {
            guard let place = labelPlace(of: mark, lines: lines, taken: taken, in: plot) else { continue }
            grid.write(mark.label, at: place.origin, style: .mark)
            // A column of air between two labels.
            taken.append(Rect(x: place.x - 1, y: place.y, width: place.width + 2, height: 1))
        }
    }

    /// Beside the line of a mark, right rather than left, on one of the upper rows, where it covers no other
    /// label and no line.
    private func labelPlace(
        of mark: (x: Int, label: SafeText), lines: [Int], taken: [Rect], in plot: Rect
    ) -> Rect? {
        let width = mark.label.width
        for row in 0..<min(3, plot.height) {
            for x in [mark.x + 1, mark.x - width] {
                let place = Rect(x: x, y: plot.y + row, width: width, height: 1)
                guard x >= plot.x, place.right <= plot.right else { continue }
                if lines.contains(where: { $0 >= x && $0 < place.right }) { continue }
                if taken.allSatisfy({ $0.intersection(place).isEmpty }) { return place }
            }
        }
        return nil
    }
}
