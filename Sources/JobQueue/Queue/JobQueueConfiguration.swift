public import Logging
public import WorkerPool

/// How a job queue is run in this process.
public struct JobQueueConfiguration: Sendable {
    /// What screens and logs call it. The default is `jobs`.
    public var name = "jobs"
    /// Names this process in the history of attempts. The default is `pid` and the process's number.
    public var owner: String
    /// How many jobs run at once, 0 ... 100,000; with 0 the process only enqueues.
    public var workers: Int
    /// Where handlers run. The default is the cooperative executor; handlers that block their thread want
    /// `.dedicatedThreads`, or they keep the heartbeat from beating.
    public var executor = WorkerExecutor.cooperative
    /// How many jobs of a queue may wait; `nil` for any number. The default is 10,000.
    public var capacity: Int? = 10_000
    /// Which queues this process takes jobs from. The default is all.
    public var queues = ClaimScope.all
    /// How long a claimed job may go without a heartbeat before another process may take it.
    ///
    /// Shorter means faster recovery after a crash and more writes to the store. A process that is stopped for longer
    /// loses its jobs as soon as another one takes them. Allowed: 1 second ... 24 hours. The default is 15 seconds.
    public var lease = Duration.seconds(15)
    /// How often the heartbeat beats. The default is 3 seconds, a fifth of the lease.
    public var heartbeat = Duration.seconds(3)
    /// How often the store is searched for jobs of dead processes. The default is 2 seconds, so that after a `kill -9`
    /// others take over within 17 seconds.
    public var rescueInterval = Duration.seconds(2)
    /// How many deaths of its process a job survives; with one more it is dead. The default is 2: the third kills it.
    public var allowedRescues = 2
    /// How often the store is looked at for what no signal tells. The default is 1 second.
    public var poll = Duration.seconds(1)
    /// How many jobs beyond those that run may be claimed ahead, while jobs are so short that claiming one by one
    /// would hold them up; long ones are never claimed ahead. The default is 256.
    public var prefetch = 256
    /// How long jobs are kept once they have ended.
    public var retention = Retention()
    /// How often they are cleaned. The default is 1 minute.
    public var cleanInterval = Duration.seconds(60)
    /// How long running jobs may go on after a graceful shutdown before they are handed back. The default is 30 seconds.
    public var grace = Duration.seconds(30)
    /// How long cancelled jobs may take to stop at the end before they are given up. The default is 5 seconds.
    public var cancelGrace = Duration.seconds(5)
    /// Where life-cycle events and failures are logged.
    public var logger = Logger(label: "pooltop", factory: { _ in SwiftLogNoOpLogHandler() })
    /// Where the queue gets its time from.
    public var clock = PoolClock.system
    /// Decides the jitter of retries; the same seed gives the same delays. Random by default.
    public var seed: UInt64 = .random(in: 0...UInt64.max)

    /// Called at each step of the protocol.
    package var onStep: (@Sendable (CrashPoint) -> Void)?

    /// A configuration; everything but the number of workers has a default.
    public init(workers: Int) {
        self.workers = workers
        owner = "pid \(ProcessNumber.own)"
    }
}
