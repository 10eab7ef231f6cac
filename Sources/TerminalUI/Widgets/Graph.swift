/// The course of values over time, newest at the right edge, with what the operator did marked on it.
///
/// In Unicode a cell holds two dots side by side and four above each other (braille); elsewhere it is filled
/// in halves or thirds. A cell stands for the same time in all of them.
package struct Graph: Hashable, Sendable {
    /// One course of values.
    package struct Series: Hashable, Sendable {
        /// One value a sample, oldest first; `nil` where none was measured.
        package var values: [Double?]
        /// Its colour.
        package var role: Role
        /// Whether the area below it is filled; else it is a line.
        package var isFilled: Bool

        package init(_ values: [Double?], role: Role = .graph1, isFilled: Bool = true) {
            self.values = values
            self.role = role
            self.isFilled = isFilled
        }
    }

    /// Something that happened, drawn as a vertical line.
    package struct Mark: Hashable, Sendable {
        /// How many samples before the newest.
        package var samplesAgo: Int
        /// What happened, in a few characters.
        package var label: SafeText

        package init(samplesAgo: Int, label: SafeText) {
            self.samplesAgo = samplesAgo
            self.label = label
        }
    }

    /// The courses; their last values are of one time. Later ones are drawn over earlier ones.
    package var series: [Series]
    /// The vertical scale; `nil` fits it to what is shown.
    package var scale: GraphScale?
    /// Seconds from one sample to the next.
    package var interval: Double
    /// Samples that make one dot; their mean is shown.
    package var samplesPerDot: Int
    /// The number of the newest sample since the beginning. With more than one sample a dot it keeps the
    /// same samples together from frame to frame, so that the course moves and does not flicker.
    package var newest: Int?
    /// What happened.
    package var marks: [Mark]

    package init(
        _ series: [Series], scale: GraphScale? = nil, interval: Double = 1, samplesPerDot: Int = 1,
        newest: Int? = nil, marks: [Mark] = []
    ) {
        self.series = series
        self.scale = scale
        self.interval = interval
        self.samplesPerDot = max(1, samplesPerDot)
        self.newest = newest
        self.marks = marks
    }

    /// How many samples a graph in `rect` shows, at most: what must be kept of the past.
    package func capacity(in rect: Rect) -> Int {
        layout(in: rect).plot.width * 2 * samplesPerDot
    }

    /// The greatest value among those a graph in `rect` shows: what the scale must hold.
    package func peak(in rect: Rect) -> Double {
        let shown = capacity(in: rect)
        return series.reduce(0) { peak, series in
            series.values.suffix(shown).reduce(peak) { max($0, $1?.isFinite == true ? $1! : 0) }
        }
    }

    /// Draws the graph. Where there is no room for them, the axes are left out.
    package func render(in rect: Rect, into grid: inout CellGrid) {
        guard !rect.isEmpty else { return }
        let layout = layout(in: rect)
        let scale = scale ?? .fitting(peak(in: rect))
        drawAxes(layout, scale: scale, into: &grid)
        for series in series { draw(series, in: layout.plot, scale: scale, into: &grid) }
        drawMarks(in: layout.plot, into: &grid)
    }

    /// What is where.
    struct Layout {
        /// The values.
        var plot: Rect
        /// Labels of the scale, and the line beside the plot; empty when there is no room.
        var scale: Rect
        /// The line below the plot; empty when there is no room.
        var base: Rect
        /// The times; empty when there is no room.
        var times: Rect
    }

    func layout(in rect: Rect) -> Layout {
        var plot = rect
        let times = plot.take(bottom: rect.height >= 4 && rect.width >= 20 ? 1 : 0)
        let base = plot.take(bottom: rect.height >= 6 && rect.width >= 20 ? 1 : 0)
        // As wide as the widest label there can be, so that the plot does not move with the scale.
        let scale = plot.take(left: rect.height >= 3 && rect.width >= 24 ? Self.labelWidth + 1 : 0)
        return Layout(plot: plot, scale: scale, base: base, times: times)
    }

    static let labelWidth = 4
}
