public import Logging
package import Monitoring

/// How a pool is made.
public struct PoolConfiguration: Sendable {
    /// What screens and logs call it. The default is `pool`.
    public var name: String
    /// How many workers it starts with, 0 ... 100,000; 0 means that nothing is started until it is resized.
    public var workers: Int
    /// How many jobs may wait for a worker, from 1; `nil` means any number. The default is 1,024.
    ///
    /// Jobs that come back for another attempt are not held back by it.
    public var capacity: Int?
    /// What happens to a submit when the queue is full. The default is ``OverflowPolicy/wait``.
    public var overflow: OverflowPolicy
    /// How long a job must wait to weigh as much as one of the next higher priority; `nil` means that a higher
    /// priority always comes first. The default is 5 seconds.
    ///
    /// So a job of priority 0 that has waited for 15 seconds comes before any of priority 3 that has just come, and
    /// no job starves however many urgent ones there are.
    public var aging: Duration?
    /// How often a job may start, whatever its kind; `nil` (the default) means any time.
    public var rate: RateLimit?
    /// Limits by kind. Empty by default. Jobs run by their producers (``OverflowPolicy/callerRuns``) are not held
    /// back by them.
    public var limits: [String: KindLimit]
    /// Where the workers run. The default is ``WorkerExecutor/cooperative``.
    public var executor: WorkerExecutor
    /// How often a failed job is tried, where the job does not say. The default is once.
    public var retry: RetryPolicy
    /// How long a job may take to heed a cancel before it is shown as uncooperative. The default is 5 seconds.
    public var cancelGrace: Duration
    /// How many producers submit, for display, where the program knows.
    public var producers: Int?
    /// Called with true when the pool is frozen and with false when it is thawed, to stop and continue what
    /// runs outside the process.
    public var onFreeze: (@Sendable (Bool) -> Void)?
    /// Where failures, operator actions and life-cycle events are logged.
    public var logger: Logger
    /// Where the pool gets its time from.
    public var clock: PoolClock
    /// Decides the jitter of retries; the same seed gives the same delays. Random by default.
    public var seed: UInt64

    /// A configuration; everything but the number of workers has a default.
    public init(
        name: String = "pool", workers: Int, capacity: Int? = 1_024, overflow: OverflowPolicy = .wait,
        aging: Duration? = .seconds(5), rate: RateLimit? = nil, limits: [String: KindLimit] = [:],
        executor: WorkerExecutor = .cooperative,
        retry: RetryPolicy = .none, cancelGrace: Duration = .seconds(5), producers: Int? = nil,
        onFreeze: (@Sendable (Bool) -> Void)? = nil,
        logger: Logger = Logger(label: "pooltop", factory: { _ in SwiftLogNoOpLogHandler() }),
        clock: PoolClock = .system, seed: UInt64 = .random(in: 0...UInt64.max)
    ) {
        self.name = name
        self.workers = workers
        self.capacity = capacity
        self.overflow = overflow
        self.aging = aging
        self.rate = rate
        self.limits = limits
        self.executor = executor
        self.retry = retry
        self.cancelGrace = cancelGrace
        self.producers = producers
        self.onFreeze = onFreeze
        self.logger = logger
        self.clock = clock
        self.seed = seed
    }

    /// Adds to every snapshot what only the pool's owner knows. Called from any thread; must answer at once.
    package var annotate: (@Sendable (inout PoolSnapshot) -> Void)?

    /// Told of every job that ended otherwise than plainly well. Called from any thread, with no lock held; must
    /// return at once.
    var onEnd: (@Sendable (JobID, JobEnd) -> Void)?

    /// The most workers a pool can have.
    public static let workerLimit = 100_000
}
