public import Logging
public import Metrics
package import Monitoring
public import Tracing

/// How a pool is made.
public struct PoolConfiguration: Sendable {
    /// What screens and logs call it. The default is `pool`.
    public var name: String
    /// How many workers it has.
    ///
    /// A pool of adaptive size climbs hills of measured throughput (Hellerstein, Morrison and Eilebrecht, FeBID 2008):
    /// while jobs wait it tries other sizes, and keeps the smallest beyond which more workers bring less than 30 % of
    /// what they would in proportion; 60 % while processors or disks are under ``pressure``. It does not grow while no
    /// job waits for a worker, shrinks to what is needed after 30 s of that, and gives a quarter of its workers up
    /// under memory pressure. A size is judged by at least three windows of at least half a second and a job for each
    /// worker. Snapshots and log say why it moved.
    public var size: PoolSize
    /// How many workers it starts with, 0 ... 100,000; 0 means that nothing is started until it is resized. To set it
    /// makes the size fixed.
    public var workers: Int {
        get { size.start }
        set { size = .fixed(newValue) }
    }
    /// What tells a pool of adaptive size how the machine is; `nil` (the default) means that it goes by throughput
    /// alone.
    public var pressure: (any PressureSource)?
    /// How many jobs may wait for a worker, from 1; `nil` means any number. The default is 1,024.
    ///
    /// Jobs that come back for another attempt are not held back by it and take up no room. Delayed jobs do, until they
    /// have been tried.
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
    /// Limits by the kind of a job (``JobOptions/kind``). Empty by default. Jobs run by their producers
    /// (``OverflowPolicy/callerRuns``) are not held back by them, nor by ``rate``.
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
    /// Where the pool's figures go: once a second its counters and gauges, and how long each attempt waited and ran.
    /// `nil` (the default) means nowhere, which costs nothing.
    ///
    /// Each has the dimension `pool`, the pool's name.
    ///
    /// | name | what |
    /// | --- | --- |
    /// | `pooltop_jobs_{submitted,succeeded,failed,cancelled,dropped,rejected,rescued}_total` | counters of jobs |
    /// | `pooltop_attempts_{retried,timed_out,failed}_total` | counters of attempts |
    /// | `pooltop_producer_waits_total`, `pooltop_producer_wait_seconds_total` | submits that had to wait |
    /// | `pooltop_jobs_{scheduled,queued,running}` | jobs now |
    /// | `pooltop_queue_{capacity,high_water,low_water,oldest_seconds}` | the queue |
    /// | `pooltop_workers_{target,live,busy,idle,retiring}` | the workers |
    /// | `pooltop_producers_waiting`, `pooltop_producer_longest_wait_seconds` | who waits at the intake now |
    /// | `pooltop_{arrivals,completions}_per_second` | speeds over about 5 s |
    /// | `pooltop_{intake,dispatch}_paused`, `pooltop_frozen` | 1 where so |
    /// | `pooltop_sizing_active` | 1 while an adaptive pool moves by itself |
    /// | `pooltop_limit_{concurrency,running,held}`, `pooltop_rate_available` | each limit; dimension `kind` too |
    /// | `pooltop_job_{wait,run}_seconds` | timers of each attempt |
    /// | `pooltop_job_total_seconds` | timer of each job that ran to its end |
    public var metrics: (any MetricsFactory)?
    /// Makes a span of each attempt; `nil` (the default) makes none, which costs nothing.
    ///
    /// Its parent is the span in which the job was submitted, its name the job's kind. The body runs with the span's
    /// context as the current one. Attributes are `pooltop.pool`, `pooltop.worker` and `pooltop.job.id`, `.name`,
    /// `.kind`, `.attempt` and `.outcome` (`succeeded`, `failed`, or `stopped` where it was told to stop).
    public var tracer: (any Tracer)?
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
        metrics: (any MetricsFactory)? = nil, tracer: (any Tracer)? = nil,
        logger: Logger = Logger(label: "pooltop", factory: { _ in SwiftLogNoOpLogHandler() }),
        clock: PoolClock = .system, seed: UInt64 = .random(in: 0...UInt64.max)
    ) {
        self.name = name
        size = .fixed(workers)
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
        self.metrics = metrics
        self.tracer = tracer
        self.logger = logger
        self.clock = clock
        self.seed = seed
    }

    /// Adds to every snapshot what only the pool's owner knows. Called from any thread; must answer at once.
    package var annotate: (@Sendable (inout PoolSnapshot) -> Void)?

    /// Told of every job that ended otherwise than plainly well. Called from any thread, with no lock held; must
    /// return at once.
    var onEnd: (@Sendable (JobID, JobEnd) -> Void)?

    /// What its jobs refer to without keeping it; lives as long as the pool.
    var keeps: (any Sendable)?

    /// The line of its jobs without records, where it has such; for no other pool.
    var items: ItemLane?

    /// Whether workers of tiny jobs wait for more of them awake: see `PoolMachine.shouldLinger`.
    var lingers = true

    /// The most workers a pool can have.
    public static let workerLimit = 100_000
}
