public import Monitoring

/// How a queue is run.
public struct QueueSettings: Sendable, Equatable, Codable {
    /// Nothing is claimed from it: by whom, since when; `nil` where it is not paused.
    public var paused: QueuePause?
    /// How many of its jobs may run at once, in all processes together; `nil` for no limit.
    public var concurrency: Int?
    /// How many of its jobs may start a second, in all processes together; `nil` for no limit.
    public var rate: Double?
    /// How many may start at once after a time of quiet, where there is a ``rate``; at least 1.
    public var burst = 1

    /// The limits that a program set last when it started; `nil` where none did. What an operator has changed since then
    /// stays as long as the program wants the same.
    public var declared: QueueLimits?

    /// Nothing paused, nothing limited.
    public init() {}
}

/// Limits of a queue as a program wants them.
public struct QueueLimits: Sendable, Equatable, Codable {
    /// As ``QueueSettings/concurrency``.
    public var concurrency: Int?
    /// As ``QueueSettings/rate``.
    public var rate: Double?

    /// Limits; none by default.
    public init(concurrency: Int? = nil, rate: Double? = nil) {
        self.concurrency = concurrency
        self.rate = rate
    }
}

/// A pause of a queue.
public struct QueuePause: Sendable, Equatable, Codable {
    /// Who did it.
    public var by: String
    /// When.
    public var since: StoreTime

    /// A pause.
    public init(by: String, since: StoreTime) {
        self.by = by
        self.since = since
    }
}

/// One queue of a store.
public struct QueueStatus: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// How it is run.
    public var settings: QueueSettings
    /// Jobs by state, and what has happened to them, since the store was made. Jobs that were cleaned away still count as
    /// what they ended as; `failed` are the dead letters.
    public var counters: Counters
    /// Jobs kept by state.
    public var kept: [JobState: Int]
    /// Since when the job waits that is queued longest.
    public var oldest: StoreTime?
    /// How far its rate is used; `nil` where it has none.
    public var starts: RateFigures?

    /// A queue.
    public init(
        name: String, settings: QueueSettings, counters: Counters, kept: [JobState: Int], oldest: StoreTime?,
        starts: RateFigures? = nil
    ) {
        self.name = name
        self.settings = settings
        self.counters = counters
        self.kept = kept
        self.oldest = oldest
        self.starts = starts
    }
}
