/// What became of every job a pool was ever given.
///
/// At every instant `submitted` equals the sum of the seven states after it
/// (``isBalanced``); the last four are events and stand outside that sum.
public struct Counters: Codable, Sendable, Equatable {
    /// Jobs admitted.
    public var submitted: UInt64 = 0
    /// Jobs not due yet: delayed, or waiting for their next attempt.
    public var scheduled: UInt64 = 0
    /// Jobs waiting for a worker.
    public var queued: UInt64 = 0
    /// Jobs in a worker's hands.
    public var running: UInt64 = 0
    /// Jobs that ended well.
    public var succeeded: UInt64 = 0
    /// Jobs whose last attempt failed.
    public var failed: UInt64 = 0
    /// Jobs that were cancelled, waiting or running.
    public var cancelled: UInt64 = 0
    /// Jobs given up by the overflow policy after they were admitted.
    public var dropped: UInt64 = 0
    /// Jobs that were never admitted: refused because the queue was full or the intake closed.
    public var rejected: UInt64 = 0
    /// Attempts that failed and were followed by another one.
    public var retried: UInt64 = 0
    /// Attempts that ran out of time.
    public var timedOut: UInt64 = 0
    /// Jobs taken over from a process that died.
    public var rescued: UInt64 = 0

    /// All zero.
    public init() {}

    /// Jobs that reached an end.
    public var finished: UInt64 { succeeded + failed + cancelled + dropped }

    /// Jobs that have not reached an end.
    public var unfinished: UInt64 { scheduled + queued + running }

    /// Whether every admitted job is in exactly one state.
    public var isBalanced: Bool {
        submitted == scheduled + queued + running + succeeded + failed + cancelled + dropped
    }
}
