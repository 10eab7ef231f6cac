public import JobQueue
public import Monitoring
import Synchronization
import WorkerPool

/// A store that fails as stores do: before anything has happened, or after everything has and only the reply is lost.
///
/// What fails is decided by a script, by chance with a seed, or by both; each function can also be held until the test lets it go.
public final class FaultyJobStore: JobStore {
    /// One function of a store.
    public enum Function: String, Sendable, CaseIterable {
        /// `enqueue`
        case enqueue
        /// `openSession`
        case openSession
        /// `heartbeat`
        case heartbeat
        /// `closeSession`
        case closeSession
        /// `claim`
        case claim
        /// `settle`
        case settle
        /// `report`
        case report
        /// `promote`
        case promote
        /// `rescue`
        case rescue
        /// `clean`
        case clean
        /// `cancel`, `retry`, `delete` and `configure`
        case operate
        /// `job`, `jobs` and `queues`
        case look
    }

    /// What goes wrong in one call.
    public enum Fault: Sendable, Equatable {
        /// Nothing.
        case none
        /// It throws, and nothing has happened.
        case failBefore
        /// It happens, and the reply is lost.
        case failAfter
    }

    private struct State {
        var scripts: [Function: [Fault]] = [:]
        var random: SplitMix?
        var share = 0.0
        var only: Set<Function> = []
        var held: [Function: [CheckedContinuation<Void, Never>]] = [:]
        var isHeld: Set<Function> = []
        var calls: [Function: Int] = [:]
        var faults = 0
    }

    private let store: any JobStore
    private let state = Locked(State())

    /// A store that does all that `store` does, until it is told to fail.
    public init(_ store: any JobStore) { self.store = store }

    // MARK: Scripting

    /// The next calls of a function go wrong like this, one after the other; later ones go well.
    public func script(_ function: Function, _ faults: [Fault]) {
        state.withLock { $0.scripts[function, default: []] += faults }
    }

    /// A share (0 ... 1) of the calls goes wrong, before or after, as the seed decides.
    public func failAtRandom(
        _ share: Double, seed: UInt64, only functions: Set<Function> = Set(Function.allCases)
    ) {
        state.withLock { state in
            state.random = SplitMix(seed: seed)
            state.share = share
            state.only = functions
        }
    }

    /// Nothing goes wrong any more.
    public func heal() {
        state.withLock { state in
            state.scripts = [:]
            state.random = nil
        }
    }

    /// Calls of that function wait until it is let go.
    public func hold(_ function: Function) { state.withLock { _ = $0.isHeld.insert(function) } }

    /// Lets calls of that function go on.
    public func letGo(_ function: Function) {
        let waiters = state.withLock { state in
            state.isHeld.remove(function)
            return state.held.removeValue(forKey: function) ?? []
        }
        for waiter in waiters { waiter.resume() }
    }

    /// How often a function was called.
    public func calls(_ function: Function) -> Int { state.withLock { $0.calls[function] ?? 0 } }

    /// How many calls went wrong.
    public var faults: Int { state.withLock { $0.faults } }

    private func fault(_ function: Function) -> Fault {
        state.withLock { state in
            state.calls[function, default: 0] += 1
            var fault = Fault.none
            if let scripted = state.scripts[function]?.first {
                state.scripts[function]?.removeFirst()
                fault = scripted
            } else if state.only.contains(function), var random = state.random {
                if Double.random(in: 0..<1, using: &random) < state.share {
                    fault = Bool.random(using: &random) ? .failBefore : .failAfter
                }
                state.random = random
            }
            if fault != .none { state.faults += 1 }
            return fault
        }
    }

    private func call<Result: Sendable>(
        _ function: Function, _ body: @Sendable (any JobStore) async throws -> Result
    ) async throws -> Result {
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                guard state.isHeld.contains(function) else { return false }
                state.held[function, default: []].append(continuation)
                return true
            }
            if !isHeld { continuation.resume() }
        }
        let fault = fault(function)
        if fault == .failBefore { throw JobStoreError(.unavailable, "\(function.rawValue) was made to fail") }
        let result = try await body(store)
        if fault == .failAfter {
            throw JobStoreError(.unavailable, "the reply of \(function.rawValue) was made to be lost")
        }
        return result
    }

    // MARK: JobStore

    /// As the store, with faults.
    public func enqueue(_ jobs: [NewJob], capacity: Int?, now: StoreTime) async throws -> [EnqueueOutcome] {
        try await call(.enqueue) { try await $0.enqueue(jobs, capacity: capacity, now: now) }
    }

    /// As the store, with faults.
    public func openSession(_ owner: String, lease: Duration, now: StoreTime) async throws -> SessionID {
        try await call(.openSession) { try await $0.openSession(owner, lease: lease, now: now) }
    }

    /// As the store, with faults.
    public func heartbeat(_ session: SessionID, lease: Duration, now: StoreTime) async throws -> [Lease]? {
        try await call(.heartbeat) { try await $0.heartbeat(session, lease: lease, now: now) }
    }

    /// As the store, with faults.
    public func closeSession(_ session: SessionID, now: StoreTime) async throws {
        try await call(.closeSession) { try await $0.closeSession(session, now: now) }
    }

    /// As the store, with faults.
    public func claim(_ session: SessionID, from queues: ClaimScope, limit: Int, now: StoreTime) async throws
        -> [ClaimedJob]
    {
        try await call(.claim) { try await $0.claim(session, from: queues, limit: limit, now: now) }
    }

    /// As the store, with faults.
    public func settle(_ settlements: [Settlement], now: StoreTime) async throws -> [Bool] {
        try await call(.settle) { try await $0.settle(settlements, now: now) }
    }

    /// As the store, with faults.
    public func report(_ progress: [Lease: JobProgress], now: StoreTime) async throws {
        try await call(.report) { try await $0.report(progress, now: now) }
    }

    /// As the store, with faults.
    public func promote(limit: Int, now: StoreTime) async throws -> Promotion {
        try await call(.promote) { try await $0.promote(limit: limit, now: now) }
    }

    /// As the store, with faults.
    public func rescue(allowed: Int, lease: Duration, limit: Int, now: StoreTime) async throws -> Rescue {
        try await call(.rescue) {
            try await $0.rescue(allowed: allowed, lease: lease, limit: limit, now: now)
        }
    }

    /// As the store, with faults.
    public func clean(_ retention: Retention, limit: Int, now: StoreTime) async throws -> Int {
        try await call(.clean) { try await $0.clean(retention, limit: limit, now: now) }
    }

    /// As the store, with faults.
    public func cancel(_ jobs: [JobID], by operator: String, now: StoreTime) async throws -> [CancelOutcome] {
        try await call(.operate) { try await $0.cancel(jobs, by: `operator`, now: now) }
    }

    /// As the store, with faults.
    public func retry(_ jobs: JobSelection, now: StoreTime) async throws -> Int {
        try await call(.operate) { try await $0.retry(jobs, now: now) }
    }

    /// As the store, with faults.
    public func delete(_ jobs: JobSelection, now: StoreTime) async throws -> Int {
        try await call(.operate) { try await $0.delete(jobs, now: now) }
    }

    /// As the store, with faults.
    public func configure(_ queue: String, _ settings: QueueSettings, now: StoreTime) async throws {
        try await call(.operate) { try await $0.configure(queue, settings, now: now) }
    }

    /// As the store, with faults.
    public func job(_ id: JobID) async throws -> StoredJob? {
        try await call(.look) { try await $0.job(id) }
    }

    /// As the store, with faults.
    public func jobs(_ query: StoreQuery) async throws -> StorePage {
        try await call(.look) { try await $0.jobs(query) }
    }

    /// As the store, with faults.
    public func queues(now: StoreTime) async throws -> [QueueStatus] {
        try await call(.look) { try await $0.queues(now: now) }
    }

    /// As the store's own: signals do not fail.
    public func changes() -> AsyncStream<Void> { store.changes() }

    /// As the store's own: never fails.
    public func close() async throws { try await store.close() }
}
