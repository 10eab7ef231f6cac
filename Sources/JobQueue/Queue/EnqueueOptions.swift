/// What a job carries besides its payload; what is left out is as its kind says.
public struct EnqueueOptions: Sendable, Equatable {
    /// Where it waits; `nil` (the default) means its kind's queue.
    public var queue: String?
    /// Higher comes first, −1,000 ... 1,000, brought into that range; 0 (the default) is ordinary. See ``NewJob/priority``.
    public var priority: Int
    /// How long it waits at least; `nil` (the default) means that it may start at once.
    public var delay: Duration?
    /// Not before this time; where ``delay`` is given too, the later counts.
    public var due: StoreTime?
    /// How long after it was enqueued it must have ended, waiting included, or it is given up.
    public var deadline: Duration?
    /// No two jobs that have not ended share a key within a queue: the second enqueue gives the first job's number.
    public var key: String?
    /// Attempts in all, 1 ... 1,000, brought into that range; `nil` (the default) means as its kind says.
    public var maxAttempts: Int?
    /// Labels for whoever looks at the job.
    public var tags: [String: String]

    /// Options; everything has a default.
    public init(
        queue: String? = nil, priority: Int = 0, delay: Duration? = nil, due: StoreTime? = nil,
        deadline: Duration? = nil, key: String? = nil, maxAttempts: Int? = nil, tags: [String: String] = [:]
    ) {
        self.queue = queue
        self.priority = min(max(priority, -1_000), 1_000)
        self.delay = delay
        self.due = due
        self.deadline = deadline
        self.key = key
        self.maxAttempts = maxAttempts.map { min(max($0, 1), 1_000) }
        self.tags = tags
    }
}

extension RawJobKind {
    /// A job of this kind for a store.
    package func job(_ payload: [UInt8], _ options: EnqueueOptions, now: StoreTime) -> NewJob {
        var job = NewJob(queue: options.queue ?? queue, kind: name, payload: payload)
        job.priority = options.priority
        job.due = [options.due, options.delay.map { now + $0 }].compactMap { $0 }.max()
        job.deadline = options.deadline.map { now + $0 }
        job.key = options.key
        job.maxAttempts = options.maxAttempts ?? maxAttempts
        job.tags = options.tags
        return job
    }
}
