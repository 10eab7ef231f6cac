/// How often jobs may start: a token bucket.
///
/// A token comes every `period / count`; at most ``burst`` are kept; a start takes one. Over a long time no more than
/// `count` jobs start a `period`, and never more than ``burst`` at once. Counts attempts: a retry takes a token too.
public struct RateLimit: Sendable, Equatable {
    /// The time between two tokens, in nanoseconds, 1 ... 2⁶³ − 1.
    let interval: Double
    /// How many may start at once after a pause.
    public let burst: Int

    /// Starts a second, on average.
    public var perSecond: Double { 1e9 / interval }

    /// At most `count` starts a `period`.
    ///
    /// - Parameters:
    ///   - count: Above 0; brought to at least 0.000001.
    ///   - period: Above 0. The default is a second.
    ///   - burst: How many may start at once, from 1; `nil` (the default) means as many as a tenth of a second
    ///     brings, at least 1.
    public init(_ count: Double, per period: Duration = .seconds(1), burst: Int? = nil) {
        let count = count.isFinite ? max(count, 0.000_001) : 1e9
        interval = min(max(Double(max(period.nanoseconds, 1)) / count, 1), 9e18)
        self.burst = max(burst ?? Int(min(1e8 / interval, 1e9)), 1)
    }
}
