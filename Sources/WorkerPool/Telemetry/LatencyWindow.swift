import Histogram
import Monitoring

/// A distribution of times over the last 30 to 60 seconds.
struct LatencyWindow {
    private var current = LatencyWindow.empty()
    private var previous = LatencyWindow.empty()

    /// How long a half of the window is, in nanoseconds.
    static let half: UInt64 = 30_000_000_000
    /// The longest time told apart: a week.
    private static let longest: UInt64 = 7 * 86_400 * 1_000_000_000

    /// Two significant digits from 64 ns on: 18 KB, and no percentile off by more than 1 %.
    private static func empty() -> Histogram<UInt32> {
        Histogram(
            lowestDiscernibleValue: 64, highestTrackableValue: longest, numberOfSignificantValueDigits: .two)
    }

    @inline(__always)
    mutating func record(_ nanoseconds: UInt64) {
        _ = current.record(min(nanoseconds, LatencyWindow.longest))
    }

    /// Forgets the older half.
    mutating func turn() {
        previous = current
        current = LatencyWindow.empty()
    }

    /// The distribution; `nil` where nothing was measured.
    func figures() -> LatencyFigures? {
        var all = current
        if previous.totalCount > 0 { all.add(previous) }
        guard all.totalCount > 0 else { return nil }
        var figures = LatencyFigures()
        figures.count = all.totalCount
        figures.mean = all.mean / 1e9
        figures.p50 = seconds(all.valueAtPercentile(50))
        figures.p90 = seconds(all.valueAtPercentile(90))
        figures.p95 = seconds(all.valueAtPercentile(95))
        figures.p99 = seconds(all.valueAtPercentile(99))
        figures.max = seconds(all.max)
        return figures
    }
}
