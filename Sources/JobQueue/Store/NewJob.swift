public import Monitoring

/// A job that a store is asked to keep.
public struct NewJob: Sendable, Equatable {
    /// The queue it waits in; the unit of pausing and of limits.
    public var queue: String
    /// What sort of job it is: names the code that runs it.
    public var kind: String
    /// What the job is about, encoded by its kind.
    public var payload: [UInt8]
    /// Higher comes first, -1,000 ... 1,000; 0 is ordinary. A step is worth ``aging`` of waiting: jobs are taken by rank,
    /// the time since when one waits less what its priority is worth, so that a low one does not starve.
    public var priority = 0
    /// Not before this time; `nil` for at once.
    public var due: StoreTime?
    /// Given up if it has not ended by then.
    public var deadline: StoreTime?
    /// No two jobs that have not ended share a key within a queue.
    public var key: String?
    /// How many attempts it may have, 1 ... 1,000; rescues do not count as attempts.
    public var maxAttempts = 1
    /// Labels of its submitter.
    public var tags: [String: String] = [:]

    /// How much waiting one step of ``priority`` is worth.
    public static let aging = Duration.seconds(10)

    /// A job.
    public init(queue: String, kind: String, payload: [UInt8]) {
        self.queue = queue
        self.kind = kind
        self.payload = payload
    }

    /// What a job that waits since `time` is ordered by: lower comes first.
    public static func rank(priority: Int, waitingSince time: StoreTime) -> Int64 {
        priority == 0 ? time.milliseconds : (time + aging * -priority).milliseconds
    }
}

/// What became of a job that a store was asked to keep.
public enum EnqueueOutcome: Sendable, Equatable {
    /// Kept under this number.
    case added(JobID)
    /// A job with its key has not ended yet: that one. Nothing was added.
    case exists(JobID)
    /// Its queue is at its capacity. Nothing was added.
    case full
}
