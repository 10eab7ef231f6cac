public import Monitoring

/// A job as a store keeps it.
public struct StoredJob: Sendable, Equatable, Identifiable {
    /// Its number in the store, from 1 in the order of enqueuing.
    public var id: JobID
    /// What was asked for.
    public var job: NewJob
    /// Where it is in its life: `dead` where it was given up.
    public var state: JobState
    /// Attempts begun, this one included; starts again at 0 when an operator retries it.
    public var attempt = 0
    /// How often it was taken away from a process that died.
    public var rescues = 0
    /// When it was enqueued.
    public var created: StoreTime
    /// When its last attempt began.
    public var started: StoreTime?
    /// When it ended.
    public var ended: StoreTime?
    /// Whether an operator wants it stopped and it has yet to stop.
    public var isCancelRequested = false
    /// How far its attempt is.
    public var progress: JobProgress?
    /// What it left behind.
    public var result: [UInt8]?
    /// Why its last attempt failed, or why it was given up.
    public var error: String?
    /// Its latest attempts, oldest first, at most ``maxHistory``.
    public var attempts: [StoredAttempt] = []

    /// How many attempts a store remembers of a job.
    public static let maxHistory = 32

    /// A job.
    public init(id: JobID, job: NewJob, state: JobState, created: StoreTime) {
        self.id = id
        self.job = job
        self.state = state
        self.created = created
    }
}

/// One attempt at a job.
public struct StoredAttempt: Sendable, Equatable, Codable {
    /// From 1.
    public var number: Int
    /// Who ran it: the owner of the session.
    public var owner: String
    /// When it began.
    public var started: StoreTime
    /// When it ended; `nil` while it runs.
    public var ended: StoreTime?
    /// How it ended: `succeeded`, `failed`, `timed out`, `cancelled`, `released`, `rescued`; `running` until then.
    public var outcome: String
    /// What the error said.
    public var error: String?

    /// An attempt.
    public init(number: Int, owner: String, started: StoreTime, outcome: String = "running") {
        self.number = number
        self.owner = owner
        self.started = started
        self.outcome = outcome
    }
}

/// Which jobs of a store to list.
public struct StoreQuery: Sendable, Equatable {
    /// The longest page.
    public static let maxLimit = 500
    /// Pages show payloads up to so many bytes; longer ones are left out.
    public static let listedPayload = 1_024

    /// Only jobs in these states; empty means all.
    public var states: Set<JobState> = []
    /// Only jobs of this queue.
    public var queue: String?
    /// Only jobs of this kind.
    public var kind: String?
    /// Only jobs numbered below this one: the last of the page before.
    public var after: JobID?
    /// How many to list, 1 ... 500.
    public var limit = 100

    /// All jobs, the newest hundred.
    public init() {}
}

/// One page of a store's jobs.
public struct StorePage: Sendable, Equatable {
    /// The jobs, newest first, without results and attempts, and without payloads longer than
    /// ``StoreQuery/listedPayload``.
    public var jobs: [StoredJob]
    /// What ``StoreQuery/after`` takes for the next page; `nil` where this is the last.
    public var next: JobID?

    /// A page.
    public init(jobs: [StoredJob], next: JobID?) {
        self.jobs = jobs
        self.next = next
    }
}

/// Jobs that an operator means.
public enum JobSelection: Sendable, Equatable {
    /// These.
    case jobs([JobID])
    /// Up to `limit` of those in a state, in the order in which they ended and then by number; in one queue, or in all where
    /// it is `nil`. With `endedBy` only those that had ended by then.
    case all(JobState, queue: String?, limit: Int, endedBy: StoreTime? = nil)
}
