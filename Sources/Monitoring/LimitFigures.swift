/// How far a limit is used: that of a kind of jobs, or of the whole pool.
public struct LimitFigures: Codable, Sendable, Equatable, Identifiable {
    /// The kind it holds for; empty for the whole pool.
    public var kind: String
    /// How many may run at once; `nil` where only their rate is limited.
    public var concurrency: Int?
    /// How many run.
    public var running = 0
    /// How many wait although a worker may be free, because the limit holds them back.
    public var held = 0
    /// How often one may start; `nil` where only their number is limited.
    public var rate: RateFigures?

    /// Names the kind.
    public var id: String { kind }

    /// A limit of which nothing is used.
    public init(kind: String) { self.kind = kind }
}

/// How far a rate is used.
public struct RateFigures: Codable, Sendable, Equatable {
    /// Starts allowed a second, on average.
    public var perSecond: Double
    /// How many may start at once after a pause.
    public var burst: Int
    /// How many could start now, 0 ... ``burst``.
    public var available: Double
    /// How long until the next may start; 0 where one may now.
    public var wait: Seconds

    /// A rate.
    public init(perSecond: Double, burst: Int, available: Double, wait: Seconds) {
        self.perSecond = perSecond
        self.burst = burst
        self.available = available
        self.wait = wait
    }
}
