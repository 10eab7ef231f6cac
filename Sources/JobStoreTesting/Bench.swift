import JobQueue
import Monitoring

/// A store with short words for what rows do with it. Times are milliseconds after an arbitrary start.
struct Bench: Sendable {
    let store: any JobStore
    static let lease = Duration.seconds(15)

    init(_ store: any JobStore) { self.store = store }

    static func time(_ milliseconds: Int64) -> StoreTime {
        StoreTime(milliseconds: 1_700_000_000_000 + milliseconds)
    }

    static func job(_ queue: String = "q", _ change: (inout NewJob) -> Void = { _ in }) -> NewJob {
        var job = NewJob(queue: queue, kind: "k", payload: Array("payload".utf8))
        change(&job)
        return job
    }

    /// Adds a job and returns its number.
    @discardableResult
    func add(_ queue: String = "q", at now: Int64 = 0, _ change: (inout NewJob) -> Void = { _ in })
        async throws -> JobID
    {
        let job = Bench.job(queue, change)
        guard case .added(let id)? = try await enqueue([job], at: now).first else {
            throw ConformanceFailure("the job was not added")
        }
        return id
    }

    func enqueue(_ jobs: [NewJob], capacity: Int? = nil, at now: Int64 = 0) async throws -> [EnqueueOutcome] {
        try await store.enqueue(jobs, capacity: capacity, now: Bench.time(now))
    }

    func open(_ owner: String = "a", at now: Int64 = 0) async throws -> SessionID {
        try await store.openSession(owner, lease: Bench.lease, now: Bench.time(now))
    }

    func beat(_ session: SessionID, at now: Int64) async throws -> [Lease]? {
        try await store.heartbeat(session, lease: Bench.lease, now: Bench.time(now))
    }

    func claim(_ session: SessionID, _ limit: Int = 1_000, from scope: ClaimScope = .all, at now: Int64 = 0)
        async throws -> [ClaimedJob]
    {
        try await store.claim(session, from: scope, limit: limit, now: Bench.time(now))
    }

    /// Claims exactly one job.
    func claimOne(_ session: SessionID, at now: Int64 = 0) async throws -> ClaimedJob {
        guard let job = try await claim(session, 1, at: now).first else {
            throw ConformanceFailure("there was no job to claim at \(now)")
        }
        return job
    }

    @discardableResult
    func settle(_ lease: Lease, _ outcome: Settlement.Outcome, error: String? = nil, at now: Int64 = 0)
        async throws -> Bool
    {
        try await store.settle([Settlement(lease, outcome, error: error)], now: Bench.time(now)).first
            ?? false
    }

    func promote(_ limit: Int = 1_000, at now: Int64) async throws -> Promotion {
        try await store.promote(limit: limit, now: Bench.time(now))
    }

    func rescue(allowed: Int = 2, limit: Int = 1_000, at now: Int64) async throws -> Rescue {
        try await store.rescue(allowed: allowed, lease: Bench.lease, limit: limit, now: Bench.time(now))
    }

    func state(_ id: JobID) async throws -> JobState? { try await store.job(id)?.state }

    func job(_ id: JobID) async throws -> StoredJob {
        guard let job = try await store.job(id) else { throw ConformanceFailure("\(id) is gone") }
        return job
    }

    func queue(_ name: String = "q", at now: Int64 = 0) async throws -> QueueStatus {
        guard let queue = try await store.queues(now: Bench.time(now)).first(where: { $0.name == name })
        else {
            throw ConformanceFailure("there is no queue \(name)")
        }
        return queue
    }

    func expectState(_ id: JobID, _ state: JobState, line: Int = #line, file: String = #fileID) async throws {
        try expectEqual(try await self.state(id), state, "state of \(id)", file: file, line: line)
    }

    /// Every job is in exactly one state, by the queue's own books.
    func expectBalance(line: Int = #line, file: String = #fileID) async throws {
        for queue in try await store.queues(now: Bench.time(0)) {
            try expect(
                queue.counters.isBalanced, "\(queue.name) is out of balance: \(queue.counters)", file: file,
                line: line)
        }
    }
}
