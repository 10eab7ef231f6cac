/// Something worth a line in the log.
public struct PoolEvent: Codable, Sendable, Equatable, Identifiable {
    /// What it is about.
    public enum Kind: String, Codable, Sendable {
        /// A job's attempt failed.
        case failed
        /// A job's attempt failed and another follows.
        case retrying
        /// A job's attempt ran out of time.
        case timedOut
        /// A job was cancelled or its cancellation moved on.
        case cancelled
        /// A job succeeded after failures.
        case recovered
        /// Jobs were dropped or refused by the overflow policy.
        case overflow
        /// Someone steered the pool: resized, paused, resumed, drained.
        case operated
        /// The pool changed by itself: workers came or went, intake ended, it stopped.
        case lifecycle
        /// Anything a job or the program wanted to say.
        case note
    }

    /// How grave it is.
    public enum Level: String, Codable, Sendable {
        /// Good to know.
        case info
        /// Worth a look.
        case warning
        /// Something was lost or failed for good.
        case error
    }

    /// Counts a pool's events from 1, without gaps.
    public var id: UInt64
    /// When it happened.
    public var time: UnixTime
    /// What it is about.
    public var kind: Kind
    /// How grave it is.
    public var level: Level
    /// The worker it concerns.
    public var worker: WorkerID?
    /// The job it concerns.
    public var job: JobID?
    /// One line of text.
    public var message: String
    /// What an operator did, in a few characters, such as `4→6`: a mark on the graphs.
    public var mark: String?
    /// The receipt that this event moves on.
    public var receipt: Receipt?

    /// An event.
    public init(
        id: UInt64, time: UnixTime, kind: Kind, level: Level = .info, worker: WorkerID? = nil,
        job: JobID? = nil,
        message: String, mark: String? = nil, receipt: Receipt? = nil
    ) {
        self.id = id
        self.time = time
        self.kind = kind
        self.level = level
        self.worker = worker
        self.job = job
        self.message = message
        self.mark = mark
        self.receipt = receipt
    }
}

/// A piece of the event log.
public struct EventPage: Codable, Sendable, Equatable {
    /// Oldest first.
    public var events: [PoolEvent]
    /// How many events before these were dropped from the bounded log unread.
    public var skipped: UInt64

    /// A page.
    public init(events: [PoolEvent], skipped: UInt64) {
        self.events = events
        self.skipped = skipped
    }
}
