/// One failed attempt.
public struct Failure: Codable, Sendable, Equatable, Identifiable {
    /// What comes after it.
    public enum Outcome: Codable, Sendable, Equatable {
        /// Another attempt at that time.
        case retry(at: UnixTime)
        /// A later attempt ended well.
        case recovered
        /// A later attempt failed too and stands on its own.
        case failedAgain
        /// No more attempts.
        case gaveUp
    }

    /// Counts the failures of a pool from 1.
    public var id: UInt64
    /// When it failed.
    public var time: UnixTime
    /// Which job.
    public var job: JobID
    /// The job's name.
    public var name: String
    /// The job's kind.
    public var kind: String
    /// On which worker.
    public var worker: WorkerID
    /// Which attempt, from 1.
    public var attempt: Int
    /// How many attempts the job may have.
    public var maxAttempts: Int
    /// How long the attempt ran.
    public var duration: Seconds
    /// The error's type, such as `DecodeError`, `timeout` or `exit 7`.
    public var type: String
    /// What it said.
    public var message: String
    /// A backtrace or the last lines of output, where there are any.
    public var trace: String?
    /// What comes next.
    public var outcome: Outcome

    /// A failure.
    public init(
        id: UInt64, time: UnixTime, job: JobID, name: String, kind: String, worker: WorkerID, attempt: Int,
        maxAttempts: Int, duration: Seconds, type: String, message: String, trace: String? = nil,
        outcome: Outcome
    ) {
        self.id = id
        self.time = time
        self.job = job
        self.name = name
        self.kind = kind
        self.worker = worker
        self.attempt = attempt
        self.maxAttempts = maxAttempts
        self.duration = duration
        self.type = type
        self.message = message
        self.trace = trace
        self.outcome = outcome
    }
}
