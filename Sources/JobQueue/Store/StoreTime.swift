/// A point in time as stores keep it: milliseconds since 1970-01-01 00:00:00 UTC.
public struct StoreTime: Hashable, Comparable, Sendable, Codable {
    /// Milliseconds since 1970-01-01 00:00:00 UTC.
    public var milliseconds: Int64

    /// A point in time.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// Earlier times come first.
    public static func < (left: StoreTime, right: StoreTime) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// A later time; parts of a millisecond are dropped, and there is no time after the last.
    public static func + (time: StoreTime, duration: Duration) -> StoreTime {
        let (sum, overflows) = time.milliseconds.addingReportingOverflow(duration.wholeMilliseconds)
        return StoreTime(milliseconds: overflows ? (duration < .zero ? .min : .max) : sum)
    }
}

extension Duration {
    /// Without parts of a millisecond, held within `Int64`.
    package var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflows) = seconds.multipliedReportingOverflow(by: 1_000)
        let (sum, exceeds) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        return overflows || exceeds ? (seconds < 0 ? .min : .max) : sum
    }
}
