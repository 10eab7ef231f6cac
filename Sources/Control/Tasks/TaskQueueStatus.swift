public import Monitoring

/// The queue of one kind of tasks as it stands.
public struct TaskQueueStatus: Codable, Sendable, Equatable, Identifiable {
    /// The kind.
    public var name: String
    /// Tasks not due yet.
    public var scheduled = 0
    /// Tasks that are due and wait for a worker.
    public var queued = 0
    /// Tasks in a worker's hands.
    public var running = 0
    /// Tasks kept that ended well.
    public var succeeded = 0
    /// Tasks kept whose last attempt failed, dead ones not included.
    public var failed = 0
    /// Tasks kept that were cancelled.
    public var cancelled = 0
    /// Tasks given up, kept for an operator.
    public var dead = 0
    /// Who stopped it, and when; `nil` where it is open.
    public var paused: Pause?
    /// How many may run at once; `nil` where only the pool limits them.
    public var concurrency: Int?
    /// How many may start a second on average; `nil` where that is not limited.
    public var rate: Double?

    /// Names the queue.
    public var id: String { name }

    /// An empty queue.
    public init(name: String) { self.name = name }
}

/// What is to change about a queue; what is not set stays as it is.
public struct QueueChange: Sendable, Equatable {
    /// A limit: a number, or none.
    public enum Limit<Number: Sendable & Equatable>: Sendable, Equatable {
        /// At most that.
        case to(Number)
        /// No limit of its own.
        case unlimited
    }

    /// Whether its tasks are held back.
    public var isPaused: Bool?
    /// How many of its tasks may run at once, from 1.
    public var concurrency: Limit<Int>?
    /// How many may start a second on average: one of ``rates``.
    public var rate: Limit<Double>?

    /// What a rate may be: a few times a year to a million times a second.
    public static let rates = 1e-7...1e6
    /// The same for people.
    public static let ratesText = "0.0000001 to 1,000,000"

    /// Nothing changes.
    public init() {}
}
