import Glibc
package import Monitoring

/// Where a pool gets its time from: the machine, or a test.
///
/// Every time inside the engine is a number of nanoseconds on this clock; only
/// what leaves through a snapshot is turned into seconds since 1970.
public struct PoolClock: Sendable {
    private let manual: ManualClock?
    /// Whether time passes by itself.
    package let isSystem: Bool

    private init(manual: ManualClock?) {
        self.manual = manual
        isSystem = manual == nil
    }

    /// The machine's monotonic clock (`CLOCK_MONOTONIC`).
    public static let system = PoolClock(manual: nil)

    /// A clock that stands still until a test moves it.
    public static func manual(_ clock: ManualClock) -> PoolClock { PoolClock(manual: clock) }

    /// Nanoseconds since some fixed point.
    @inline(__always)
    package func now() -> UInt64 {
        isSystem ? PoolClock.read(CLOCK_MONOTONIC) : manualTime
    }

    /// Apart, so that the machine's clock costs no counting of references to another.
    @inline(never)
    private var manualTime: UInt64 { manual?.now ?? 0 }

    /// The same instant as seconds since 1970, by the machine's present idea of the date.
    package func unixTime(_ nanoseconds: UInt64) -> UnixTime {
        if manual != nil { return Double(nanoseconds) / 1e9 }
        let ahead = Double(PoolClock.read(CLOCK_REALTIME)) - Double(PoolClock.read(CLOCK_MONOTONIC))
        return (Double(nanoseconds) + ahead) / 1e9
    }

    /// Returns at that time, or throws `CancellationError` as soon as the task is cancelled.
    package func sleep(until deadline: UInt64) async throws {
        if let manual { return try await manual.sleep(until: deadline) }
        let now = self.now()
        if deadline > now { try await Task.sleep(nanoseconds: deadline - now) }
    }

    @inline(__always)
    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(bitPattern: Int64(time.tv_sec)) &* 1_000_000_000
            &+ UInt64(bitPattern: Int64(time.tv_nsec))
    }
}

extension Duration {
    /// Whole nanoseconds, 0 where negative, at most 2⁶³ − 1.
    package var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow
            ? UInt64(Int64.max) : min(whole + UInt64(attoseconds) / 1_000_000_000, UInt64(Int64.max))
    }
}

/// Nanoseconds as seconds.
@inline(__always)
package func seconds(_ nanoseconds: UInt64) -> Seconds { Double(nanoseconds) / 1e9 }

/// The time between two readings, which may have been taken on two threads and
/// so be out of order: then it is 0.
@inline(__always)
package func elapsed(from start: UInt64, to end: UInt64) -> UInt64 { end > start ? end - start : 0 }

/// Seconds as nanoseconds, at most 2⁶³ − 1.
package func nanoseconds(_ seconds: Seconds) -> UInt64 { UInt64(min(max(seconds * 1e9, 0), 9e18)) }
