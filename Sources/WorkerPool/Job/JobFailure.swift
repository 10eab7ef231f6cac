/// An error that tells the pool more than its description.
///
/// Any error may be thrown by a job; one that conforms to this decides how it
/// is shown and whether trying again makes sense.
public protocol JobFailure: Error {
    /// A short name to group failures by, such as `exit 7`.
    var failureType: String { get }
    /// One line: what went wrong.
    var failureMessage: String { get }
    /// More of it: a backtrace, or the last lines of output.
    var failureTrace: String? { get }
    /// Whether another attempt is pointless.
    var isPermanent: Bool { get }
    /// How long to wait before the next attempt, where the failure knows better than the policy.
    var retryAfter: Duration? { get }
}

extension JobFailure {
    /// None.
    public var failureTrace: String? { nil }
    /// Trying again may help.
    public var isPermanent: Bool { false }
    /// The policy decides.
    public var retryAfter: Duration? { nil }
}

/// An error as the failure log keeps it.
struct FailureText {
    let type: String
    let message: String
    let trace: String?

    init(_ error: any Error) {
        if let failure = error as? any JobFailure {
            type = failure.failureType
            message = failure.failureMessage
            trace = failure.failureTrace
        } else {
            type = String(describing: Swift.type(of: error))
            message = String(describing: error)
            trace = nil
        }
    }
}

/// What a job gets as its error when its attempt ran out of time.
struct AttemptTimeout: JobFailure {
    let limit: Duration
    var failureType: String { "timeout" }
    var failureMessage: String { "timed out after \(limit)" }
}

/// What a job gets as its error when it has not ended by its deadline.
struct DeadlinePassed: JobFailure {
    let limit: Duration
    var failureType: String { "deadline" }
    var failureMessage: String { "did not end by its deadline, \(limit) after it was submitted" }
    var isPermanent: Bool { true }
}
