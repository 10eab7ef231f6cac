import DequeModule
import Monitoring
import Synchronization

/// Everything a pool decides, as one value under one lock.
///
/// Owns no task, reads no clock, resumes nobody and calls nobody: its functions
/// take the time and return what to do once the lock is free.
struct PoolMachine {
    let capacity: Int
    let defaultRetry: RetryPolicy
    let lingers: Bool
    var generator: SplitMix

    // Intake
    var lifecycle = PoolState.running
    var intakePause: PauseMark?
    var nextJob: UInt64 = 1
    /// Records of ended jobs, to be used again.
    var spare = Deque<Held>()
    /// How many records ahead of its use one is fetched.
    static let ahead = 6
    /// How many of them are kept.
    static let spareLimit = 2_048
    var waiting = Deque<ProducerWaiter>()
    var queue: IntakeQueue
    /// The line of jobs without records, where there are such: part of the queue.
    let items: ItemLane?
    var scheduled: [JobID: JobRecord] = [:]
    /// How many of those have not been tried yet: delayed jobs take up room.
    var delayed = 0
    /// Places kept for items that are on their way here.
    var reserved = 0
    /// Jobs admitted with a delay or a deadline, for which timers are to be set.
    private var timed: [JobRecord] = []
    /// Live jobs by their keys.
    var keyed: [String: JobRecord] = [:]
    var limits: LimitSet
    var arrivals = RateMeter()
    var depthMarks = DepthMarks()

    // Dispatch
    var dispatchPause: PauseMark?
    var frozen: PauseMark?
    /// Whether timers and processes are frozen too, or about to be.
    var isFrozenThrough = false
    /// Whether someone is about to freeze or thaw them.
    var isFreezing = false
    var target = 0
    /// By ascending ID.
    var slots: [WorkerSlot] = []
    /// Workers without work, the last to park at the end.
    var parked: [WorkerSlot] = []
    /// Whether a worker was woken and has not looked for work yet: then no other is woken.
    var isWaking = false
    /// The worker that lingers, until it is served or has enough of it.
    var lingering: WorkerSlot?
    /// Jobs in batches beyond the first of each.
    var handed = 0
    /// Workers that gather finished items.
    var gathering = 0
    /// Jobs taken out of the queue to be cancelled and not counted yet.
    var taken = 0
    /// Jobs that producers run themselves right now (`callerRuns`).
    var inline: [JobRecord] = []
    /// Jobs whose last attempt was unsuccessful, and who are about to be kept among the ended ones.
    var ending: [JobRecord] = []
    /// How many waiting jobs each worker that is awake is trusted with: none, where the one that came by last does not run
    /// tiny ones, and may not be back soon.
    var trust = 0
    /// When a worker came by last.
    var lastClaim: UInt64 = 0
    /// Whether someone looks again soon for jobs that are stuck.
    var isWatched = false
    /// When a full queue was last looked at for room in the batches of workers.
    var lookedForRoom: UInt64 = 0
    var quietWaiters: [QuietWaiter] = []
    var nextQuietWaiter: UInt64 = 0
    var stopWaiters: [UnsafeContinuation<Void, Never>] = []
    /// Whether failed jobs get further attempts; not once a shutdown is under way.
    var retriesFailures = true
    /// Whether the workers have been sent away for good: none is taken on any more.
    var isOver = false
    /// How many jobs had been cancelled when the end of the pool began to cut jobs short.
    var cancelledBefore: UInt64?
    /// Jobs that heeded no cancel and were given up at the end.
    var givenUp = 0

    // Figures that no worker keeps
    var tally = Tally()
    var stats = ProducerTally()

    init(
        capacity: Int?, retry: RetryPolicy, seed: UInt64, aging: Duration? = nil, rate: RateLimit? = nil,
        limits: [String: KindLimit] = [:], lingers: Bool = true, items: ItemLane? = nil
    ) {
        self.items = items
        self.lingers = lingers
        self.capacity = max(capacity ?? Int.max, 1)
        defaultRetry = retry
        generator = SplitMix(seed: seed)
        queue = IntakeQueue(aging: aging, items: items)
        self.limits = LimitSet(rate: rate, kinds: limits)
    }

    /// Jobs that wait for a worker.
    @inline(__always)
    var depth: Int { queue.count + queue.held + handed }

    /// Jobs that take up room.
    @inline(__always)
    var occupied: Int { depth + delayed + reserved }

    /// Has timers set for a job.
    mutating func time(_ record: JobRecord) { timed.append(record) }

    /// The jobs for which timers are to be set.
    mutating func takeTimed() -> [JobRecord] {
        guard !timed.isEmpty else { return [] }
        defer { timed = [] }
        return timed
    }

    /// Lets go of the records it holds by hand.
    mutating func releaseRecords() {
        for record in spare { record.release() }
        spare = Deque()
        _ = queue.removeAll()
    }

    /// From now on jobs are cut short: those that fail get no further attempt.
    mutating func beginCuttingShort() {
        retriesFailures = false
        cancelledBefore = cancelledBefore ?? tally.cancelled
    }

    /// How many jobs the end of the pool cut short.
    var cutShort: Int { cancelledBefore.map { Int(tally.cancelled - $0) } ?? 0 }

    /// Whether workers may take jobs.
    var isDispatching: Bool { dispatchPause == nil && frozen == nil && !limits.isOutOfTokens }
}

/// Who switched something off, and when.
struct PauseMark {
    let by: String
    let since: UInt64
}

/// Counts that belong to no worker, or to workers that are gone.
struct Tally {
    var submitted: UInt64 = 0
    var rejected: UInt64 = 0
    var dropped: UInt64 = 0
    var cancelledWaiting: UInt64 = 0
    /// Jobs whose deadline passed before they started, or between two attempts.
    var expiredWaiting: UInt64 = 0
    var retried: UInt64 = 0
    var requeued: UInt64 = 0
    var timedOut: UInt64 = 0
    /// Attempts started and ended in hands that are not in ``PoolMachine/slots``.
    var started: UInt64 = 0
    var ended: UInt64 = 0
    /// Jobs whose last attempt failed, and that were cancelled while they ran, everywhere.
    var failed: UInt64 = 0
    var cancelledRunning: UInt64 = 0
    /// Attempts that failed, everywhere.
    var failedAttempts: UInt64 = 0

    var cancelled: UInt64 { cancelledWaiting + cancelledRunning }
}

/// How producers fared.
struct ProducerTally {
    var waits: UInt64 = 0
    var waited: UInt64 = 0
}

/// A submit that waits for room, with the jobs that it has not got rid of yet.
final class ProducerWaiter: @unchecked Sendable {
    /// How the wait ended.
    enum End {
        case admitted
        case refused(PoolError)
        case cancelled
    }

    /// Guarded by the pool's lock.
    let jobs: PreparedJobs
    /// What became of those it got rid of; guarded by the pool's lock.
    var enqueued = Enqueued()
    /// When the jobs were submitted.
    let submittedAt: UInt64
    /// Set once, before it is put in line.
    var since: UInt64 = 0
    var continuation: UnsafeContinuation<End, Never>?
    /// Whether the wait is over, for whoever still keeps a note of it.
    let isOver = Atomic(false)

    init(_ jobs: PreparedJobs, at now: UInt64) {
        self.jobs = jobs
        submittedAt = now
    }
}

/// What became of jobs that were put into the queue together.
struct Enqueued {
    /// The job admitted last.
    var last = JobID(rawValue: 0)
    /// Those that were not admitted, as live jobs have their keys; to be given up where no lock is held.
    private var leftOutJobs: [JobRecord] = []
    /// How many of those are to be refused.
    var refused = 0
    /// The live job that the last of them has a key with.
    var live: LiveJob?

    mutating func leaveOut(_ held: Held, for live: LiveJob) {
        let record = held.takeRetainedValue()
        leftOutJobs.append(record)
        if record.options?.duplicates == .refuse { refused += 1 }
        self.live = live
    }

    /// How many were not admitted.
    var leftOut: Int { leftOutJobs.count }

    static func += (left: inout Enqueued, right: Enqueued) {
        if right.last.rawValue > 0 { left.last = right.last }
        left.leftOutJobs += right.leftOutJobs
        left.refused += right.refused
        left.live = right.live ?? left.live
    }
}

/// Someone who waits for the pool to become quiet.
struct QuietWaiter {
    enum Condition {
        /// No job runs.
        case nothingRuns
        /// No job runs, waits or is due.
        case nothingIsLeft
    }

    let id: UInt64
    let condition: Condition
    /// Resumed with whether the pool is quiet.
    let continuation: UnsafeContinuation<Bool, Never>
}
