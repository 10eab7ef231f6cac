import Logging
import Monitoring
import Synchronization
import WorkerPool

/// What the duties of a job queue share.
final class QueueCore: Sendable {
    private struct State {
        var isPaused = false
        var isStopping = false
        var workers: Int
        var prefetch = 0
        var errors: [String: (count: UInt64, told: UInt64)] = [:]
        var random: SplitMix
    }

    let store: any JobStore
    let configuration: JobQueueConfiguration
    let kinds: [String: RawJobKind]
    let pool: Pool
    let table = WorkTable()
    let sessions = SessionBook()
    let waiters = EndWaiters()
    let settlements = SettlementBox()
    /// Wakes the claimer, the heartbeat and the promoter.
    let claimBell = Bell()
    let heartBell = Bell()
    let promoteBell = Bell()
    let lookBell = Bell()
    /// When the promoter is to look next, at the latest.
    let nextDue = Locked<StoreTime?>(nil)
    private let state: Locked<State>

    init(_ store: any JobStore, _ kinds: [RawJobKind], _ configuration: JobQueueConfiguration) {
        self.store = store
        self.configuration = configuration
        self.kinds = Dictionary(kinds.map { ($0.name, $0) }) { _, last in last }
        var pool = PoolConfiguration(
            name: configuration.name, workers: configuration.workers, capacity: nil, aging: nil,
            executor: configuration.executor, cancelGrace: configuration.cancelGrace,
            clock: configuration.clock, seed: configuration.seed)
        pool.overflow = .wait
        self.pool = Pool(pool)
        state = Locked(
            State(workers: configuration.workers, random: SplitMix(seed: configuration.seed)))
    }

    var clock: PoolClock { configuration.clock }

    /// The present, as stores count it.
    var now: StoreTime {
        StoreTime(milliseconds: Int64((clock.unixTime(clock.now()) * 1_000).rounded(.down)))
    }

    @inline(__always)
    func step(_ point: CrashPoint) {
        if let onStep = configuration.onStep { onStep(point) }
    }

    // MARK: How much to claim

    /// Whether jobs are taken from the store.
    var mayClaim: Bool { state.withLock { !$0.isPaused && !$0.isStopping } }
    var isStopping: Bool { state.withLock { $0.isStopping } }
    var isPaused: Bool { state.withLock { $0.isPaused } }

    func setPaused(_ isPaused: Bool) {
        state.withLock { $0.isPaused = isPaused }
        claimBell.ring()
    }

    func stopClaiming() { state.withLock { $0.isStopping = true } }

    func setWorkers(_ count: Int) {
        state.withLock { $0.workers = count }
        claimBell.ring()
    }

    func setPrefetch(_ count: Int) { state.withLock { $0.prefetch = count } }

    /// How many jobs may be claimed now.
    var room: Int {
        let (workers, prefetch) = state.withLock { ($0.workers, $0.prefetch) }
        return workers == 0 ? 0 : max(workers + prefetch - table.inHand, 0)
    }

    /// An attempt is over: wakes the claimer where the hands are half empty.
    func attemptEnded(left inHand: Int) {
        let isLow = state.withLock { inHand < $0.workers + ($0.prefetch + 1) / 2 }
        if isLow { claimBell.ring() }
    }

    // MARK: Time and chance

    /// How long until the attempt after that many failures.
    func delay(_ policy: RetryPolicy, afterFailures failures: Int) -> Duration {
        let nanoseconds = state.withLock { policy.delay(afterFailures: failures, using: &$0.random) }
        return .nanoseconds(Int64(clamping: nanoseconds))
    }

    /// A job becomes due or runs out of time then: the promoter is not to sleep past it.
    func expect(_ times: some Sequence<StoreTime>) {
        guard let first = times.min() else { return }
        let isSooner = nextDue.withLock { next in
            guard first < next ?? StoreTime(milliseconds: .max) else { return false }
            next = first
            return true
        }
        if isSooner { promoteBell.ring() }
    }

    // MARK: Telling

    /// Logs what a duty ran into, once in ten seconds, and counts it.
    func note(_ error: any Error, of duty: String) {
        let now = clock.now()
        let count = state.withLock { state -> UInt64? in
            var entry = state.errors[duty] ?? (0, 0)
            entry.count += 1
            let isDue = entry.count == 1 || elapsed(from: entry.told, to: now) >= 10_000_000_000
            if isDue { entry.told = now }
            state.errors[duty] = entry
            return isDue ? entry.count : nil
        }
        if let count {
            configuration.logger.error(
                "\(duty) failed and will be tried again: \(error)", metadata: ["errors": "\(count)"])
        }
    }

    func noteRecovery(of duty: String) { configuration.logger.info("\(duty) works again") }

    /// How often duties have failed, by name.
    var errors: [String: UInt64] { state.withLock { $0.errors.mapValues(\.count) } }

    // MARK: Stopping jobs

    /// Has claims stop, at once where they run.
    func stop(_ leases: [Lease], _ reason: WorkTable.Stop) {
        let running = table.stop(leases, reason)
        if !running.isEmpty { pool.cancelQuietly(running) }
    }
}
