/// One durable queue at one instant.
public struct QueueSnapshot: Codable, Sendable, Equatable, Identifiable {
    /// Its name.
    public var name: String
    /// What became of every job of it since the store was made; `failed` counts dead letters, also those that are no longer
    /// kept.
    public var counters = Counters()
    /// Dead letters that are kept.
    public var dead = 0
    /// Jobs that are kept, whatever their state.
    public var kept = 0
    /// How long the job waits that is queued longest.
    public var oldest: Seconds?
    /// Nothing is taken from it: who paused it, and when.
    public var paused: Pause?
    /// How many of its jobs may run at once, in all processes together; `nil` where that is not limited.
    public var concurrency: Int?
    /// How many of its jobs may start a second, in all processes together; `nil` where that is not limited.
    public var rate: Double?

    /// Names the queue.
    public var id: String { name }

    /// An empty queue.
    public init(name: String) { self.name = name }
}
