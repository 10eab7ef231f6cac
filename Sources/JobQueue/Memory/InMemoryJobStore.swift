public import Monitoring
import Synchronization

/// Keeps jobs in the memory of this process: for tests, and for queues that need not survive it.
///
/// The reference for what a store does. Operations on one job cost O(log n), a claim O(queues) more; only lists and selections by state look
/// at all jobs. Safe to use from any thread; the lock is held for the one operation.
public final class InMemoryJobStore: JobStore {
    private struct State {
        var machine = MemoryStoreMachine()
        var isClosed = false
    }

    private let state = Locked(State())
    private let signal = ChangeSignal()

    /// An empty store.
    public init() {}

    private func look<Result: Sendable>(_ body: (inout MemoryStoreMachine) throws -> Result) throws -> Result
    {
        try state.withLock { state in
            guard !state.isClosed else {
                throw JobStoreError(.closed, "the store is closed: open another one")
            }
            return try body(&state.machine)
        }
    }

    /// As ``look(_:)``, and tells that something has changed.
    private func change<Result: Sendable>(_ body: (inout MemoryStoreMachine) throws -> Result) throws
        -> Result
    {
        let result = try look(body)
        signal.raise()
        return result
    }

    /// Adds jobs.
    public func enqueue(_ jobs: [NewJob], capacity: Int?, now: StoreTime) async throws -> [EnqueueOutcome] {
        try change { try $0.enqueue(jobs, capacity: capacity, now: now) }
    }

    /// Begins a session.
    public func openSession(_ owner: String, lease: Duration, now: StoreTime) async throws -> SessionID {
        try look { $0.openSession(owner, lease: lease, now: now) }
    }

    /// Keeps a session alive.
    public func heartbeat(_ session: SessionID, lease: Duration, now: StoreTime) async throws -> [Lease]? {
        try look { $0.heartbeat(session, lease: lease, now: now) }
    }

    /// Ends a session.
    public func closeSession(_ session: SessionID, now: StoreTime) async throws {
        try change { $0.closeSession(session, now: now) }
    }

    /// Takes queued jobs.
    public func claim(_ session: SessionID, from queues: ClaimScope, limit: Int, now: StoreTime) async throws
        -> [ClaimedJob]
    {
        let claimed = try look { $0.claim(session, from: queues, limit: limit, now: now) }
        if !claimed.isEmpty { signal.raise() }
        return claimed
    }

    /// Ends attempts.
    public func settle(_ settlements: [Settlement], now: StoreTime) async throws -> [Bool] {
        try change { $0.settle(settlements, now: now) }
    }

    /// Notes progress.
    public func report(_ progress: [Lease: JobProgress], now: StoreTime) async throws {
        try change { $0.report(progress) }
    }

    /// Queues what is due.
    public func promote(limit: Int, now: StoreTime) async throws -> Promotion {
        let promotion = try look { $0.promote(limit: limit, now: now) }
        if promotion.promoted + promotion.expired > 0 { signal.raise() }
        return promotion
    }

    /// Takes the jobs of dead processes over.
    public func rescue(allowed: Int, lease: Duration, limit: Int, now: StoreTime) async throws -> Rescue {
        let rescue = try look { $0.rescue(allowed: allowed, lease: lease, limit: limit, now: now) }
        if !rescue.requeued.isEmpty || !rescue.dead.isEmpty { signal.raise() }
        return rescue
    }

    /// Deletes what has been kept long enough.
    public func clean(_ retention: Retention, limit: Int, now: StoreTime) async throws -> Int {
        let count = try look { $0.clean(retention, limit: limit, now: now) }
        if count > 0 { signal.raise() }
        return count
    }

    /// Cancels jobs.
    public func cancel(_ jobs: [JobID], by operator: String, now: StoreTime) async throws -> [CancelOutcome] {
        try change { $0.cancel(jobs, by: `operator`, now: now) }
    }

    /// Queues ended jobs anew.
    public func retry(_ jobs: JobSelection, now: StoreTime) async throws -> Int {
        try change { $0.retry(jobs, now: now) }
    }

    /// Deletes jobs.
    public func delete(_ jobs: JobSelection, now: StoreTime) async throws -> Int {
        try change { $0.delete(jobs) }
    }

    /// Sets how a queue is run.
    public func configure(_ queue: String, _ settings: QueueSettings, now: StoreTime) async throws {
        try change { $0.configure(queue, settings) }
    }

    /// One job.
    public func job(_ id: JobID) async throws -> StoredJob? { try look { $0.records[id]?.job } }

    /// A page of jobs.
    public func jobs(_ query: StoreQuery) async throws -> StorePage { try look { $0.jobs(query) } }

    /// All queues.
    public func queues(now: StoreTime) async throws -> [QueueStatus] {
        try look { $0.statuses(now: now) }
    }

    /// Yields whenever something has changed.
    public func changes() -> AsyncStream<Void> { signal.listen() }

    /// Forgets everything.
    public func close() async throws {
        state.withLock { state in
            state.machine = MemoryStoreMachine()
            state.isClosed = true
        }
        signal.finish()
    }
}
