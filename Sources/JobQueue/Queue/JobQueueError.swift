public import WorkerPool

/// What a job queue throws; where the store itself fails, a ``JobStoreError`` comes through.
public struct JobQueueError: JobFailure, CustomStringConvertible {
    /// What the caller is to do.
    public enum Code: Sendable, Equatable {
        /// Try again later: the queue is at its capacity.
        case full
        /// Try again once the intake is open: an operator has paused it.
        case intakePaused
        /// Try again later, or elsewhere: the queue is about to end.
        case ending
        /// Mend the payload or the type it is decoded as.
        case badPayload
        /// Register the kind with the queue.
        case unknownKind
    }

    /// What the caller is to do.
    public var code: Code
    /// What is wrong, in a sentence.
    public var message: String

    /// An error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// What is wrong.
    public var description: String { message }
    /// The code's name.
    public var failureType: String { "\(code)" }
    /// What is wrong.
    public var failureMessage: String { message }
    /// A payload does not get better by trying again.
    public var isPermanent: Bool { code == .badPayload }
}
