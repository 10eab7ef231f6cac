/// What happens to a submit when the queue is full.
///
/// The pool has one; each call may name another. While the intake is paused,
/// ``wait`` and ``wait(for:)`` wait and all others are refused.
public struct OverflowPolicy: Sendable, Equatable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        case wait(limit: Duration?)
        case reject, dropOldest, dropNewest, callerRuns
    }

    package let kind: Kind

    /// The producer waits for room: this is backpressure. The default.
    public static let wait = OverflowPolicy(kind: .wait(limit: nil))

    /// The producer waits at most that long, then the submit throws ``PoolError/Code/queueFull``.
    public static func wait(for limit: Duration) -> OverflowPolicy {
        OverflowPolicy(kind: .wait(limit: limit))
    }

    /// The submit throws ``PoolError/Code/queueFull`` at once; the job counts as rejected.
    public static let reject = OverflowPolicy(kind: .reject)

    /// The job that has waited longest makes room; it counts as dropped.
    ///
    /// Where none can be dropped, as all are delayed or about to be started, the submit throws
    /// ``PoolError/Code/queueFull``.
    public static let dropOldest = OverflowPolicy(kind: .dropOldest)

    /// The new job is given up at once; it counts as submitted and dropped.
    public static let dropNewest = OverflowPolicy(kind: .dropNewest)

    /// The producer runs the job itself, in its own task, before `submit` returns.
    ///
    /// The pool cannot stop that attempt: neither a cancel nor the job's timeout or deadline reaches it. Further
    /// attempts, where it has any, are the workers'.
    public static let callerRuns = OverflowPolicy(kind: .callerRuns)

    /// `wait`, `reject`, `dropOldest`, `dropNewest` or `callerRuns`.
    public var description: String {
        switch kind {
        case .wait: "wait"
        case .reject: "reject"
        case .dropOldest: "dropOldest"
        case .dropNewest: "dropNewest"
        case .callerRuns: "callerRuns"
        }
    }
}
