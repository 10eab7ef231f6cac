import Glibc

/// The only place of this module that reads a clock.
package enum SystemTime {
    /// Nanoseconds on a clock that never jumps; only differences mean anything.
    package static func monotonic() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Seconds since 1970-01-01 00:00:00 UTC.
    package static func unix() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Lets that much time pass; less where the task is cancelled.
    package static func sleep(_ duration: Duration) async {
        try? await Task.sleep(for: duration)
    }
}

extension Duration {
    /// Whole nanoseconds, 0 where negative, at most 292 years.
    package var nanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow || product > UInt64(Int64.max)
            ? UInt64(Int64.max) : product + UInt64(attoseconds / 1_000_000_000)
    }

    /// Seconds as a fraction.
    package var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
