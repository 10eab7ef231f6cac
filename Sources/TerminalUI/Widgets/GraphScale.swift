/// The vertical scale of a graph: round steps, changed rarely.
package struct GraphScale: Hashable, Sendable {
    /// What the top of the graph stands for. Greater than 0.
    package let maximum: Double
    /// The distance of two labels: 1, 2 or 5 times a power of ten.
    package let step: Double

    /// A scale with a given top, such as the capacity of a queue.
    package init(maximum: Double) {
        let top = maximum.isFinite && maximum > 0 ? min(maximum, Self.greatest) : 1
        self.init(maximum: top, step: Self.step(for: top))
    }

    private init(maximum: Double, step: Double) {
        self.maximum = maximum
        self.step = step
    }

    /// The scale for values up to `peak`. One that is in use stays until a value is above it, or until
    /// less than 60 % of it would do.
    package static func fitting(_ peak: Double, previous: GraphScale? = nil) -> GraphScale {
        let peak = peak.isNaN || peak <= 0 ? 0 : min(peak, greatest)
        let step = step(for: peak)
        let best = GraphScale(maximum: max(step, (peak / step).rounded(.up) * step), step: step)
        if let previous, peak <= previous.maximum, best.maximum > previous.maximum * 0.6 { return previous }
        return best
    }

    private static let greatest = 1e15
    private static let mostSteps = 4.0

    /// The least round step of which not more than four make `peak`.
    private static func step(for peak: Double) -> Double {
        guard peak > 0 else { return 1 }
        var power = 0.001
        while power < greatest {
            for factor in [1.0, 2, 5] where (peak / (factor * power)).rounded(.up) <= mostSteps {
                return factor * power
            }
            power *= 10
        }
        return power
    }

    /// The labelled values above 0, greatest first; the top is always one of them.
    var ticks: [Double] {
        var result = [maximum]
        var count = (maximum / step).rounded(.down)
        while count > 0 {
            // A top that is no round number needs room before the next label.
            if maximum - count * step >= step * 0.5 { result.append(count * step) }
            count -= 1
        }
        return result
    }

    /// A value as a label: at most three digits and a letter.
    package static func label(_ value: Double) -> SafeText {
        let units: [(Double, SafeText)] = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")]
        let (divisor, unit) = units.first { value >= $0.0 } ?? (1, "")
        let digits = ((value / divisor) * 1000).rounded() / 1000
        let places: Double = digits >= 100 ? 1 : digits >= 10 ? 10 : digits >= 1 ? 100 : 1000
        let rounded = (digits * places).rounded() / places
        let text = rounded.description
        return SafeText(text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + unit
    }
}
