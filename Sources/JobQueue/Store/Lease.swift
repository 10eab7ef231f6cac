public import Monitoring

/// Names the time for which one process works on a store.
public struct SessionID: Hashable, Sendable, Codable {
    /// The store's number for it; never given twice.
    public var rawValue: Int64

    /// Wraps a number that a store gave out.
    public init(rawValue: Int64) { self.rawValue = rawValue }
}

/// One claim of one job.
public struct Lease: Hashable, Sendable, Codable {
    /// The job.
    public var job: JobID
    /// The fencing token: grows with each claim of the job, so that a late settlement of an earlier claim is known.
    ///
    /// After Kleppmann, "How to do distributed locking" (2016).
    public var token: Int64

    /// A claim.
    public init(job: JobID, token: Int64) {
        self.job = job
        self.token = token
    }
}

/// A job in the hands of the process that claimed it.
public struct ClaimedJob: Sendable, Equatable {
    /// The claim.
    public var lease: Lease
    /// The queue it was taken from.
    public var queue: String
    /// Names the code that runs it.
    public var kind: String
    /// What the job is about.
    public var payload: [UInt8]
    /// Its priority.
    public var priority: Int
    /// This attempt, from 1.
    public var attempt: Int
    /// How many it may have.
    public var maxAttempts: Int
    /// How often it was taken away from a process that died.
    public var rescues: Int
    /// Given up if it has not ended by then.
    public var deadline: StoreTime?
    /// When it was enqueued.
    public var created: StoreTime
    /// Labels of its submitter.
    public var tags: [String: String]

    /// A claimed job.
    public init(
        lease: Lease, queue: String, kind: String, payload: [UInt8], priority: Int, attempt: Int,
        maxAttempts: Int,
        rescues: Int, deadline: StoreTime?, created: StoreTime, tags: [String: String]
    ) {
        self.lease = lease
        self.queue = queue
        self.kind = kind
        self.payload = payload
        self.priority = priority
        self.attempt = attempt
        self.maxAttempts = maxAttempts
        self.rescues = rescues
        self.deadline = deadline
        self.created = created
        self.tags = tags
    }
}

/// Which queues a claim may take from.
public enum ClaimScope: Sendable, Equatable {
    /// Any.
    case all
    /// Only these.
    case queues(Set<String>)
}

/// The end of an attempt.
public struct Settlement: Sendable, Equatable {
    /// What becomes of the job.
    public enum Outcome: Sendable, Equatable {
        /// It ended well.
        case succeed
        /// The attempt failed; another one is due then.
        case retry(at: StoreTime)
        /// The last attempt failed: a dead letter.
        case die
        /// It was cancelled.
        case cancel
        /// The attempt did not count: it waits again, as if never claimed.
        case release
    }

    /// The claim.
    public var lease: Lease
    /// What becomes of the job.
    public var outcome: Outcome
    /// What the job leaves behind, encoded by its kind; kept with the job as long as its state is kept.
    public var result: [UInt8]?
    /// What went wrong, one line first.
    public var error: String?
    /// Whether it ran out of time.
    public var isTimeout = false

    /// The end of an attempt.
    public init(_ lease: Lease, _ outcome: Outcome, result: [UInt8]? = nil, error: String? = nil) {
        self.lease = lease
        self.outcome = outcome
        self.result = result
        self.error = error
    }
}
