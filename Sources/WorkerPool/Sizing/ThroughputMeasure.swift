/// The throughput at one size, from the latest windows of measuring.
struct ThroughputMeasure: Sendable, Equatable {
    /// How many windows are kept.
    static let limit = 12

    /// Jobs a second, of all that ended and of those that ended well.
    private var rates: [(all: Double, good: Double)] = []
    private var counts: [UInt64] = []

    /// How many windows there are.
    var count: Int { rates.count }

    static func == (left: Self, right: Self) -> Bool {
        left.counts == right.counts && left.rates.elementsEqual(right.rates, by: ==)
    }

    mutating func add(ended: UInt64, succeeded: UInt64, seconds: Double) {
        guard seconds > 0 else { return }
        if rates.count == Self.limit {
            rates.removeFirst()
            counts.removeFirst()
        }
        rates.append((Double(ended) / seconds, Double(succeeded) / seconds))
        counts.append(ended)
    }

    /// Forgets all windows but the latest.
    mutating func keepLatest(_ count: Int) {
        rates = rates.suffix(count)
        counts = counts.suffix(count)
    }

    /// Whether any job ended well: then only such count, as to fail fast is no throughput.
    private var hasSuccess: Bool { rates.contains { $0.good > 0 } }

    /// The mean in jobs a second.
    var mean: Double { mean(good: hasSuccess) }

    private func mean(good: Bool) -> Double {
        rates.isEmpty ? 0 : rates.reduce(0) { $0 + (good ? $1.good : $1.all) } / Double(rates.count)
    }

    /// The standard error of the mean; at least what counting whole jobs leaves open.
    private func error(good: Bool) -> Double {
        guard rates.count > 1 else { return .infinity }
        let mean = mean(good: good)
        let squares = rates.reduce(0.0) { sum, rate in
            let difference = (good ? rate.good : rate.all) - mean
            return sum + difference * difference
        }
        let spread = (squares / Double(rates.count - 1) / Double(rates.count)).squareRoot()
        return max(spread, mean / 2 / Double(max(counts.reduce(0, +), 1)))
    }

    /// By what share `upper` is faster than `lower`, and how far off that may be with about 1 % of chance: Welch's
    /// comparison of means of unequal variance, with a critical value that is larger for few windows.
    static func gain(from lower: Self, to upper: Self) -> (share: Double, margin: Double) {
        let good = lower.hasSuccess || upper.hasSuccess
        let (low, high) = (lower.mean(good: good), upper.mean(good: good))
        guard low > 0 else { return (high > 0 ? .infinity : 0, high > 0 ? 0 : .infinity) }
        let (lowError, highError) = (lower.error(good: good) / low, upper.error(good: good) / low)
        let spread = (highError * highError + (high / low) * (high / low) * lowError * lowError).squareRoot()
        return (high / low - 1, (2 + 5 / Double(max(min(lower.count, upper.count), 1))) * spread)
    }
}
