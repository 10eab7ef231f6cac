public import Monitoring

/// Keeps durable jobs: the one thing that differs between an in-memory reference, SQLite, Redis and others.
///
/// A store decides nothing by itself. It reads no clock: every function that depends on the time is told `now`. It
/// starts nothing: the duties of a ``JobQueue`` call it. Each function is atomic: it happens whole or, where
/// it throws, may have happened whole or not at all (the reply can be lost after the commit), so that callers repeat
/// only what may be repeated. Once a function has returned, what it did survives the death of the process and, as far
/// as the store promises it, of the machine.
///
/// A claim is a lease. It belongs to the *session* of the process that claimed, and lives as long as the
/// session's heartbeat does; every claim has a fencing token of its own, and a settlement with an
/// outdated token changes nothing. So a job runs at least once, is acknowledged at most once, and a process that
/// was thought dead cannot acknowledge what another has taken over.
///
/// What a store has to do exactly is written down as tests: the conformance suite of `JobStoreTesting`.
public protocol JobStore: Sendable {
    // MARK: Intake

    /// Adds jobs, all or none of them but those with an outcome of their own.
    ///
    /// `capacity` is how many jobs of a queue may wait (scheduled or queued) with the new one; `nil` for no bound.
    /// A job waits since now or, where it is due later, since it is due. One that exists already is told before one that
    /// finds no room; only the latter counts as rejected.
    ///
    /// - Returns: what became of each, in the order given.
    func enqueue(_ jobs: [NewJob], capacity: Int?, now: StoreTime) async throws -> [EnqueueOutcome]

    // MARK: Sessions and leases

    /// Begins a process's session; its leases live until `now + lease` and for as long as it beats.
    func openSession(_ owner: String, lease: Duration, now: StoreTime) async throws -> SessionID

    /// Keeps a session alive until `now + lease`, also one that ran out, as long as nobody has begun to take its jobs.
    ///
    /// - Returns: which of the session's jobs an operator wants stopped; `nil` where the session is over, as its jobs are
    ///   or will be in other hands: the process must stop them and open another session.
    func heartbeat(_ session: SessionID, lease: Duration, now: StoreTime) async throws -> [Lease]?

    /// Ends a session. Jobs it still runs are released: queued again where they stood before, and the attempt does
    /// not count.
    func closeSession(_ session: SessionID, now: StoreTime) async throws

    // MARK: Work

    /// Takes up to `limit` queued jobs: by rank (``NewJob/priority``) within and across the queues that are not paused
    /// and have room under their limits. A job past its deadline is not handed out.
    ///
    /// - Returns: the jobs, best rank first and by number within one; none where there is nothing to do or the session has run out.
    func claim(_ session: SessionID, from queues: ClaimScope, limit: Int, now: StoreTime) async throws
        -> [ClaimedJob]

    /// Ends attempts. What comes with an outdated fencing token changes nothing and is told by `false`.
    ///
    /// A job that an operator wants stopped is cancelled, whatever its attempt ended as, unless it succeeded. One to be
    /// retried waits since it is due; one that is released keeps the place it had.
    func settle(_ settlements: [Settlement], now: StoreTime) async throws -> [Bool]

    /// Notes how far running jobs are; with an outdated token nothing happens.
    func report(_ progress: [Lease: JobProgress], now: StoreTime) async throws

    // MARK: Duties

    /// Queues scheduled jobs that are due, and gives up those past their deadline, at most `limit` of them.
    func promote(limit: Int, now: StoreTime) async throws -> Promotion

    /// Takes the jobs of sessions that ran out away from them: queued again where they stood before (cancelled where an
    /// operator wants them stopped), or `dead` where that happened to a job more than `allowed` times. The attempt
    /// does not count. A session that a pass has come to is over, also where the limit leaves some of its jobs to the next
    /// pass. One whose end is further ahead than `lease` allows (the clock was set back) is given `lease` from now.
    func rescue(allowed: Int, lease: Duration, limit: Int, now: StoreTime) async throws -> Rescue

    /// Deletes jobs that ended longer ago than their state is kept, at most `limit` of them.
    ///
    /// - Returns: how many.
    func clean(_ retention: Retention, limit: Int, now: StoreTime) async throws -> Int

    // MARK: Operators

    /// Cancels waiting jobs at once; running ones are told at their session's next heartbeat.
    func cancel(_ jobs: [JobID], by operator: String, now: StoreTime) async throws -> [CancelOutcome]

    /// Queues jobs that ended anew, with attempts and rescues counted from zero, waiting since now; a deadline that has
    /// passed is forgotten. Others are left as they are, and so are those whose key another job has by now; of all in a
    /// state, these do not count towards the limit.
    ///
    /// - Returns: how many were queued.
    func retry(_ jobs: JobSelection, now: StoreTime) async throws -> Int

    /// Deletes jobs that are not running; those that waited count as cancelled.
    ///
    /// - Returns: how many.
    func delete(_ jobs: JobSelection, now: StoreTime) async throws -> Int

    /// Sets how a queue is run, for every process and past a restart; makes the queue where there is none.
    func configure(_ queue: String, _ settings: QueueSettings, now: StoreTime) async throws

    // MARK: Looking

    /// One job, or `nil` where there is none of that number.
    func job(_ id: JobID) async throws -> StoredJob?

    /// A page of jobs by number, newest first.
    func jobs(_ query: StoreQuery) async throws -> StorePage

    /// All queues by name: their settings, and how many jobs are in which state. Costs O(queues), not O(jobs).
    func queues(now: StoreTime) async throws -> [QueueStatus]

    // MARK: Waking

    /// Yields whenever there may be something to claim, promote, cancel or read anew, told by this process or another
    /// one (within 50 ms). Signals may be merged; there may be more of them than changes.
    func changes() -> AsyncStream<Void>

    /// Finishes what has been asked of it and releases what it holds. Later calls throw.
    func close() async throws
}
