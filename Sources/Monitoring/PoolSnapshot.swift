/// Everything a screen or a script needs to know of a pool at one instant.
///
/// Costs the pool O(workers), never O(jobs). Its JSON form is a stable schema:
/// fields are added, never renamed, and ``schema`` counts the versions.
public struct PoolSnapshot: Codable, Sendable, Equatable {
    /// The version this code writes.
    public static let currentSchema = 1

    /// The version of this value's shape.
    public var schema = PoolSnapshot.currentSchema
    /// The pool's name.
    public var name = ""
    /// When the snapshot was taken.
    public var time: UnixTime = 0
    /// How long the pool has existed.
    public var uptime: Seconds = 0
    /// What the pool as a whole is doing.
    public var state: PoolState = .running
    /// The workers, in numbers and one by one.
    public var workers = WorkerFigures()
    /// The queue.
    public var queue = QueueFigures()
    /// What became of every job.
    public var counters = Counters()
    /// Measured speeds.
    public var rates = Rates()
    /// Measured times.
    public var latencies = Latencies()
    /// The producers that are held back.
    public var producers = ProducerFigures()
    /// What is switched off, by whom and since when.
    public var paused = Pauses()
    /// Failures: how many, and the latest.
    public var errors = ErrorFigures()
    /// What may run at once and how often, of the whole pool and of kinds of jobs; empty where nothing is limited.
    public var limits: [LimitFigures] = []
    /// How the pool sizes itself; `nil` where it does not.
    public var sizing: SizingFigures?
    /// What the pool does in a pipeline; `nil` where it is not a stage of one.
    public var stage: StageFigures?
    /// The durable queues that the pool takes its jobs from, by name; `nil` where it has none.
    public var queues: [QueueSnapshot]?
    /// The number of the newest event, for ``MonitorSource/events(after:limit:)``.
    public var lastEvent: UInt64 = 0

    /// An empty pool.
    public init() {}

    /// Nothing runs, waits or is due: the picture stands still until someone acts.
    public var isIdle: Bool {
        counters.unfinished == 0 && producers.waiting == 0 && rates.arrivals == 0 && rates.completions == 0
    }
}

/// What a pool as a whole is doing.
public enum PoolState: String, Codable, Sendable {
    /// Takes and runs jobs, as far as nothing is paused.
    case running
    /// Takes no more jobs and finishes what it has.
    case draining
    /// Over: no job is left and no worker lives.
    case stopped
}

/// The workers of a pool.
public struct WorkerFigures: Codable, Sendable, Equatable {
    /// How many the operator asked for. 0 means that dispatch is stopped.
    public var target = 0
    /// How many exist: busy, idle and retiring.
    public var live = 0
    /// How many run a job, retiring ones included.
    public var busy = 0
    /// How many wait for a job.
    public var idle = 0
    /// How many leave once their job ends.
    public var retiring = 0
    /// Each of them, by ID.
    public var each: [WorkerSnapshot] = []

    /// No workers.
    public init() {}
}

/// One worker at one instant.
public struct WorkerSnapshot: Codable, Sendable, Equatable, Identifiable {
    /// What a worker is doing.
    public enum State: String, Codable, Sendable, CaseIterable {
        /// Waits for a job.
        case idle
        /// Runs a job.
        case running
        /// Runs a job that was told to stop (cancelled or out of time).
        case stopping
        /// Runs a job that was told to stop and did not within the grace period.
        case uncooperative
        /// Runs its last job and leaves afterwards.
        case retiring
    }

    /// Its name.
    public var id: WorkerID
    /// What it is doing.
    public var state: State = .idle
    /// The job in its hands.
    public var job: JobSummary?
    /// How long that job's attempt has run.
    public var elapsed: Seconds?
    /// How long ago its job was told to stop.
    public var stopping: Seconds?
    /// Attempts that ended well here.
    public var succeeded: UInt64 = 0
    /// Attempts that failed here.
    public var failed: UInt64 = 0
    /// Share of its recent time (about 10 s) spent on jobs, 0 ... 1.
    public var busyShare: Double = 0

    /// An idle worker.
    public init(id: WorkerID) { self.id = id }
}

/// The queue of a pool.
public struct QueueFigures: Codable, Sendable, Equatable {
    /// Jobs waiting for a worker.
    public var depth = 0
    /// How many may wait; `nil` where there is no bound.
    public var capacity: Int?
    /// The deepest it has ever been.
    public var highWater = 0
    /// The shallowest in about the last minute.
    public var lowWater = 0
    /// How long the oldest waiting job has waited.
    public var oldest: Seconds?
    /// Jobs not due yet.
    public var scheduled = 0
    /// What happens when it is full: `wait`, `reject`, `dropOldest`, `dropNewest` or `callerRuns`.
    public var overflow = "wait"

    /// An empty, unbounded queue.
    public init() {}
}

/// Measured speeds, in jobs a second over ``window``.
public struct Rates: Codable, Sendable, Equatable {
    /// Jobs admitted a second.
    public var arrivals: Double = 0
    /// Jobs that reached an end in a worker's hands, a second.
    public var completions: Double = 0
    /// The time both were measured over.
    public var window: Seconds = 0

    /// All zero.
    public init() {}
}

/// Measured times, over about the last minute; `nil` until something was measured.
public struct Latencies: Codable, Sendable, Equatable {
    /// From due to started.
    public var wait: LatencyFigures?
    /// From started to ended, one attempt.
    public var run: LatencyFigures?
    /// From submitted to ended, all attempts.
    public var total: LatencyFigures?

    /// Nothing measured.
    public init() {}
}

/// A distribution of times.
public struct LatencyFigures: Codable, Sendable, Equatable {
    /// How many were measured.
    public var count: UInt64 = 0
    /// Their mean.
    public var mean: Seconds = 0
    /// Half are no longer than this.
    public var p50: Seconds = 0
    /// Nine in ten are no longer than this.
    public var p90: Seconds = 0
    /// 95 in a hundred are no longer than this.
    public var p95: Seconds = 0
    /// 99 in a hundred are no longer than this.
    public var p99: Seconds = 0
    /// The longest.
    public var max: Seconds = 0

    /// All zero.
    public init() {}
}

/// The producers that wait at the intake.
public struct ProducerFigures: Codable, Sendable, Equatable {
    /// Submits that wait for room now.
    public var waiting = 0
    /// How long the longest of them has waited.
    public var longest: Seconds?
    /// How often a submit ever had to wait.
    public var waits: UInt64 = 0
    /// How long submits have waited, all together.
    public var waited: Seconds = 0
    /// How many producers there are, where the program said so.
    public var known: Int?

    /// Nobody waits.
    public init() {}
}

/// What is switched off.
public struct Pauses: Codable, Sendable, Equatable {
    /// Submits wait or are refused.
    public var intake: Pause?
    /// Nothing is started.
    public var dispatch: Pause?
    /// Running child processes are stopped, and their timeouts with them.
    public var frozen: Pause?

    /// Nothing is paused.
    public init() {}
}

/// One switch: who turned it, and when.
public struct Pause: Codable, Sendable, Equatable {
    /// Who did it.
    public var by: String
    /// When.
    public var since: UnixTime
    /// For how long by now.
    public var elapsed: Seconds

    /// A pause.
    public init(by: String, since: UnixTime, elapsed: Seconds) {
        self.by = by
        self.since = since
        self.elapsed = elapsed
    }
}

/// Failures of a pool.
public struct ErrorFigures: Codable, Sendable, Equatable {
    /// Attempts that ever failed.
    public var total: UInt64 = 0
    /// How many of them are still kept.
    public var kept = 0
    /// The latest, newest first, at most 16.
    public var latest: [Failure] = []

    /// No failures.
    public init() {}
}

extension PoolSnapshot {
    /// Whether both show an idle pool, and the same but for the time: then there is nothing new to be shown.
    package func isUnchanged(since other: PoolSnapshot) -> Bool {
        guard isIdle, other.isIdle else { return false }
        func still(_ snapshot: PoolSnapshot) -> PoolSnapshot {
            var still = snapshot
            still.time = 0
            still.uptime = 0
            still.paused.intake?.elapsed = 0
            still.paused.dispatch?.elapsed = 0
            still.paused.frozen?.elapsed = 0
            for index in (still.queues ?? []).indices { still.queues?[index].paused?.elapsed = 0 }
            return still
        }
        return still(self) == still(other)
    }
}
