import Histogram
import Monitoring

/// A distribution of times over the last 30 to 60 seconds.
struct LatencyWindow {
    private var current = LatencyWindow.empty()
    private var previous = LatencyWindow.empty()
    /// The sums of the times in them: asking a distribution for its mean goes through all of its thousands of steps.
    private var sums = (current: 0.0, previous: 0.0)

    /// How long a half of the window is, in nanoseconds.
    static let half: UInt64 = 30_000_000_000
    /// The longest time told apart: a week.
    private static let longest: UInt64 = 7 * 86_400 * 1_000_000_000

    /// Two significant digits from 64 ns on: 18 KB, and no percentile off by more than 1 %.
    private static func empty() -> Histogram<UInt32> {
        Histogram(
            lowestDiscernibleValue: 64, highestTrackableValue: longest, numberOfSignificantValueDigits: .two)
    }

    /// The latest time, and how many that the distribution does not tell apart from it are to be added to it: times
    /// come in runs, and adding each by itself cost a tenth of a short job.
    private var latest: UInt64 = 0
    private var count: UInt32 = 0
    /// How many low bits of ``latest`` the distribution does not see.
    private var blur: UInt64 = 6

    @inline(__always)
    mutating func record(_ nanoseconds: UInt64) {
        if nanoseconds >> blur == latest >> blur, count < UInt32.max {
            count &+= 1
        } else {
            begin(nanoseconds)
        }
    }

    /// Begins another run.
    private mutating func begin(_ nanoseconds: UInt64) {
        settle()
        latest = nanoseconds
        count = 1
        // 256 steps from 64 ns on, and after that 128 for each doubling.
        blur = UInt64(max(56 - nanoseconds.leadingZeroBitCount, 6))
    }

    /// Adds the latest times to the distribution.
    private mutating func settle() {
        guard count > 0 else { return }
        _ = current.record(min(latest, LatencyWindow.longest), count: count)
        sums.current += Double(latest) * Double(count)
        count = 0
    }

    /// Forgets the older half.
    mutating func turn() {
        settle()
        previous = current
        current = LatencyWindow.empty()
        sums = (0, sums.current)
    }

    /// The distribution; `nil` where nothing was measured.
    func figures() -> LatencyFigures? {
        var window = self
        window.settle()
        var all = window.current
        if previous.totalCount > 0 { all.add(previous) }
        guard all.totalCount > 0 else { return nil }
        var figures = LatencyFigures()
        figures.count = all.totalCount
        figures.mean = (window.sums.current + window.sums.previous) / Double(all.totalCount) / 1e9
        figures.p50 = seconds(all.valueAtPercentile(50))
        figures.p90 = seconds(all.valueAtPercentile(90))
        figures.p95 = seconds(all.valueAtPercentile(95))
        figures.p99 = seconds(all.valueAtPercentile(99))
        figures.max = seconds(all.max)
        return figures
    }
}
