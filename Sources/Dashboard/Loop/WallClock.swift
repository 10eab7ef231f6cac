import Glibc
import Monitoring

/// The one place where the cockpit reads a clock.
///
/// Reads the time of day once, and from then on counts on: it never goes back.
struct WallClock: Sendable {
    private let start: UnixTime
    private let zero = ThreadExecutor.now()
    private let stands: Bool

    init() {
        stands = false
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        start = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// A clock that stands still.
    init(standingAt time: UnixTime) {
        start = time
        stands = true
    }

    /// Seconds since 1970.
    var now: UnixTime {
        if stands { return start }
        let passed = (ThreadExecutor.now() - zero).components
        return start + Double(passed.seconds) + Double(passed.attoseconds) / 1e18
    }

    /// Seconds that local time is ahead of UTC now.
    var zoneOffset: Seconds {
        var time = time_t(start)
        var parts = tm()
        localtime_r(&time, &parts)
        return Double(parts.tm_gmtoff)
    }
}
