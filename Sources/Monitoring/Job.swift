/// One job in a line of a list.
public struct JobSummary: Codable, Sendable, Equatable, Identifiable {
    /// Its name for the life of the pool.
    public var id: JobID
    /// What its submitter called it; text from outside, show it only as safe text.
    public var name: String
    /// Its kind; empty where it has none.
    public var kind: String
    /// How urgent it is; higher comes first, 0 is ordinary.
    public var priority = 0
    /// Where it is in its life.
    public var state: JobState
    /// The attempt under way or last made, from 1; 0 before the first.
    public var attempt = 0
    /// How many attempts it may have.
    public var maxAttempts = 1
    /// Who runs it or ran it last.
    public var worker: WorkerID?
    /// When it was admitted.
    public var submitted: UnixTime = 0
    /// When it is due, where it is scheduled.
    public var due: UnixTime?
    /// When its attempt started.
    public var started: UnixTime?
    /// When it ended.
    public var ended: UnixTime?
    /// How far it is.
    public var progress: JobProgress?
    /// Why its last attempt failed.
    public var error: String?

    /// A job.
    public init(id: JobID, name: String, kind: String = "", state: JobState) {
        self.id = id
        self.name = name
        self.kind = kind
        self.state = state
    }
}

/// How far a job says it is.
public struct JobProgress: Codable, Sendable, Equatable {
    /// 0 ... 1.
    public var fraction: Double
    /// Such as `12 of 30`.
    public var note: String

    /// A report of progress.
    public init(fraction: Double, note: String = "") {
        self.fraction = fraction
        self.note = note
    }
}

/// One job with everything there is to know of it.
public struct JobDetail: Codable, Sendable, Equatable {
    /// The line of the list.
    public var summary: JobSummary
    /// What it was told to do: a command line or a payload.
    public var payload: String?
    /// Labels given by its submitter.
    public var tags: [String: String] = [:]
    /// What no two live jobs of the pool share; `nil` where it has none.
    public var key: String?
    /// When it fails unless it has ended by then.
    public var deadline: UnixTime?
    /// Its attempts, oldest first, at most 32.
    public var attempts: [Attempt] = []
    /// What it has printed, the latest lines.
    public var output: JobOutput?
    /// What it has used, where that is measured.
    public var usage: ResourceUsage?

    /// A job.
    public init(summary: JobSummary) { self.summary = summary }
}

/// One attempt of a job.
public struct Attempt: Codable, Sendable, Equatable {
    /// From 1.
    public var number: Int
    /// Who ran it.
    public var worker: WorkerID?
    /// When it started.
    public var started: UnixTime
    /// When it ended; `nil` while it runs.
    public var ended: UnixTime?
    /// How it ended: `succeeded`, `failed`, `timed out`, `cancelled`; `running` until then.
    public var outcome: String
    /// What the error said.
    public var message: String?

    /// An attempt.
    public init(
        number: Int, worker: WorkerID?, started: UnixTime, ended: UnixTime? = nil, outcome: String,
        message: String? = nil
    ) {
        self.number = number
        self.worker = worker
        self.started = started
        self.ended = ended
        self.outcome = outcome
        self.message = message
    }
}

/// The tail of what a job has printed.
public struct JobOutput: Codable, Sendable, Equatable {
    /// The latest lines of both streams in the order they came.
    public var lines: [OutputLine] = []
    /// Bytes printed so far, both streams.
    public var bytes: UInt64 = 0
    /// Lines printed so far, both streams; those not in ``lines`` are no longer shown.
    public var lineCount: UInt64 = 0

    /// No output.
    public init() {}
}

/// One printed line.
public struct OutputLine: Codable, Sendable, Equatable {
    /// Whether it went to standard error.
    public var isError: Bool
    /// The text, invalid UTF-8 repaired, at most 4,096 bytes; show it only as safe text.
    public var text: String

    /// A line.
    public init(isError: Bool, text: String) {
        self.isError = isError
        self.text = text
    }
}

/// What a job's processes used.
public struct ResourceUsage: Codable, Sendable, Equatable {
    /// Processor time in user mode.
    public var userTime: Seconds
    /// Processor time in the kernel.
    public var systemTime: Seconds
    /// Largest resident set in bytes.
    public var maxResidentBytes: UInt64
    /// Exit status, where it ended by itself.
    public var exitStatus: Int32?
    /// Signal name such as `SIGSEGV`, where one ended it.
    public var signal: String?
    /// Process ID.
    public var processID: Int32?

    /// Usage.
    public init(
        userTime: Seconds, systemTime: Seconds, maxResidentBytes: UInt64, exitStatus: Int32? = nil,
        signal: String? = nil, processID: Int32? = nil
    ) {
        self.userTime = userTime
        self.systemTime = systemTime
        self.maxResidentBytes = maxResidentBytes
        self.exitStatus = exitStatus
        self.signal = signal
        self.processID = processID
    }
}

/// Which jobs of a pool to list.
public struct JobQuery: Codable, Sendable, Equatable {
    /// The longest page.
    public static let maxLimit = 500

    /// Only jobs in one of these states; empty means all.
    public var states: Set<JobState> = []
    /// Only jobs of this durable queue; `nil` means all. Jobs of a pool that has no such queues are in none.
    public var queue: String?
    /// Only jobs whose name, kind or ID contains this, ignoring case; empty means all.
    public var text = ""
    /// How many matching jobs to skip.
    public var offset = 0
    /// How many to list, 1 ... 500.
    public var limit = 100

    /// All jobs, the first hundred.
    public init() {}
}

/// One page of a list of jobs: running ones first, then queued in order, scheduled, failed, and other ended
/// ones, newest first.
public struct JobPage: Codable, Sendable, Equatable {
    /// The jobs of this page.
    public var jobs: [JobSummary]
    /// How many jobs the pool can list in the asked states (before ``JobQuery/text``).
    public var total: Int
    /// Whether the pool stopped looking because the queue is too long to search whole.
    public var isPartial: Bool

    /// A page.
    public init(jobs: [JobSummary], total: Int, isPartial: Bool = false) {
        self.jobs = jobs
        self.total = total
        self.isPartial = isPartial
    }
}
