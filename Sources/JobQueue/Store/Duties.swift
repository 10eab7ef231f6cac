public import Monitoring

/// What one pass of promoting did.
public struct Promotion: Sendable, Equatable {
    /// Jobs that were queued.
    public var promoted: Int
    /// Jobs that were given up as their deadline had passed.
    public var expired: Int
    /// When the next job is due or out of time; `nil` where none is.
    public var next: StoreTime?

    /// A pass.
    public init(promoted: Int, expired: Int, next: StoreTime?) {
        self.promoted = promoted
        self.expired = expired
        self.next = next
    }
}

/// What one pass of rescuing did.
public struct Rescue: Sendable, Equatable {
    /// Jobs that wait again.
    public var requeued: [JobID]
    /// Jobs that were given up: they took too many processes down.
    public var dead: [JobID]

    /// A pass.
    public init(requeued: [JobID], dead: [JobID]) {
        self.requeued = requeued
        self.dead = dead
    }
}

/// What became of a cancel.
public enum CancelOutcome: Sendable, Equatable {
    /// It waited; it is cancelled.
    case cancelled
    /// It runs; its process is told.
    case signalled
    /// It had ended.
    case ended(JobState)
    /// There is no such job.
    case unknown
}

/// How long jobs are kept once they have ended; `nil` for ever.
public struct Retention: Sendable, Equatable {
    /// Succeeded jobs. The default is 24 hours.
    public var succeeded: Duration? = .seconds(24 * 3_600)
    /// Cancelled jobs. The default is 24 hours.
    public var cancelled: Duration? = .seconds(24 * 3_600)
    /// Dead letters. The default is 30 days.
    public var dead: Duration? = .seconds(30 * 24 * 3_600)

    /// The defaults.
    public init() {}
}

/// What a store throws.
public struct JobStoreError: Error, Sendable, CustomStringConvertible {
    /// What the caller is to do.
    public enum Code: Sendable, Equatable {
        /// Try again later: locked, busy, or the connection was lost. It may have happened.
        case unavailable
        /// Make room: the disk is full. Nothing has happened.
        case full
        /// Mend or restore the data: it is damaged.
        case corrupt
        /// Use other data or another version of the program: these are not ours or of a newer one.
        case incompatible
        /// Mend the call.
        case invalid
        /// Open the store again: it is closed.
        case closed
    }

    /// What the caller is to do.
    public var code: Code
    /// What is wrong and what to do, in a sentence.
    public var message: String

    /// An error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// What is wrong and what to do.
    public var description: String { message }
}
