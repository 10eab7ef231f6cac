/// How often and how soon a failed job is tried again.
///
/// The delay before attempt *n* + 1 is drawn evenly from 0 to
/// min(`cap`, `base` × 2ⁿ⁻¹): exponential backoff with full jitter, which spreads
/// retries best (M. Brooker, "Exponential Backoff and Jitter", AWS Architecture
/// Blog, 2015). A job that waits for its next attempt holds no worker. An error
/// that is a ``JobFailure`` may name its own delay, or say that trying again is
/// pointless.
public struct RetryPolicy: Sendable, Equatable {
    /// Attempts in all, 1 ... 1,000. The default of a pool is 1: no retry.
    public var maxAttempts: Int
    /// The longest delay before the second attempt. The default is 1 second.
    public var base: Duration
    /// The longest delay before any attempt. The default is 5 minutes.
    public var cap: Duration
    /// Whether the delay is drawn at random (the default) or is always the longest.
    public var jitter: Bool

    /// One attempt, and that is it.
    public static let none = RetryPolicy(maxAttempts: 1)

    /// A policy. Values out of range are brought into it.
    public init(
        maxAttempts: Int, base: Duration = .seconds(1), cap: Duration = .seconds(300), jitter: Bool = true
    ) {
        self.maxAttempts = min(max(maxAttempts, 1), 1_000)
        self.base = base
        self.cap = cap
        self.jitter = jitter
    }

    /// The delay after the `failures`-th failure in a row, in nanoseconds.
    package func delay(afterFailures failures: Int, using generator: inout SplitMix) -> UInt64 {
        let doublings = min(max(failures - 1, 0), 62)
        let (grown, overflow) = base.nanoseconds.multipliedReportingOverflow(by: 1 << UInt64(doublings))
        let longest = min(overflow ? UInt64.max : grown, cap.nanoseconds)
        return jitter ? UInt64.random(in: 0...longest, using: &generator) : longest
    }
}
