import Monitoring
import Synchronization

/// A pool that is what the test says, and remembers what it was asked.
final class FakeSource: MonitorSource {
    struct State {
        var snapshot = PoolSnapshot()
        var looks = 0
        var commands: [OperatorCommand] = []
        var operators: [String] = []
        var queries: [JobQuery] = []
        var refusal: String?
        /// Whether each snapshot tells which look it came of, as its last event.
        var countsLooks = false
        var error: Failed?
        var waiters: [(looks: Int, CheckedContinuation<Void, Never>)] = []
    }

    struct Failed: Error {}

    private let state: Locked<State>

    init(_ snapshot: PoolSnapshot = PoolSnapshot()) {
        state = Locked(State(snapshot: snapshot))
    }

    var now: (looks: Int, commands: [OperatorCommand], operators: [String], queries: [JobQuery]) {
        state.withLock { ($0.looks, $0.commands, $0.operators, $0.queries) }
    }

    func change(_ body: @Sendable (inout State) -> Void) { state.withLock { body(&$0) } }

    /// Returns once the pool has been looked at so often.
    func looked(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.looks >= count { return true }
                state.waiters.append((count, continuation))
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    func snapshot() async throws -> PoolSnapshot {
        let (snapshot, error, done) = state.withLock { state in
            state.looks += 1
            let looks = state.looks
            let done = state.waiters.filter { $0.looks <= looks }.map(\.1)
            state.waiters.removeAll { $0.looks <= looks }
            var snapshot = state.snapshot
            if state.countsLooks { snapshot.lastEvent = UInt64(looks) }
            return (snapshot, state.error, done)
        }
        for waiter in done { waiter.resume() }
        if let error { throw error }
        return snapshot
    }

    func jobs(_ query: JobQuery) async throws -> JobPage {
        state.withLock { $0.queries.append(query) }
        return JobPage(jobs: [Examples.job], total: 1)
    }

    func job(_ id: JobID) async throws -> JobDetail? {
        id.rawValue == 42 ? JobDetail(summary: Examples.job) : nil
    }

    func failures(limit: Int) async throws -> [Failure] { Array([Examples.failure].prefix(limit)) }

    func events(after id: UInt64, limit: Int) async throws -> EventPage {
        let event = PoolEvent(id: 8, time: 1, kind: .operated, message: "workers 4 → 6", mark: "4→6")
        return EventPage(events: id < 8 ? [event] : [], skipped: 3)
    }

    func perform(_ command: OperatorCommand, by operator: String) async throws -> Receipt {
        state.withLock { state in
            state.commands.append(command)
            state.operators.append(`operator`)
            if let refusal = state.refusal { return Receipt(id: 1, phase: .refused, message: refusal) }
            return Receipt(id: 1, phase: .done, affected: 2, message: "done")
        }
    }
}

enum Examples {
    static var job: JobSummary {
        var job = JobSummary(
            id: JobID(rawValue: 42), name: "resize \"cat\" 日本", kind: "thumbnail", state: .running)
        job.worker = WorkerID(rawValue: 3)
        job.progress = JobProgress(fraction: 0.5)
        return job
    }

    static let failure = Failure(
        id: 1, time: 2, job: JobID(rawValue: 42), name: "x", kind: "y", worker: WorkerID(rawValue: 1),
        attempt: 1,
        maxAttempts: 3, duration: 0.5, type: "exit 7", message: "no", outcome: .retry(at: 3))

    /// A pool that works, so that it is not idle.
    static var busy: PoolSnapshot {
        var snapshot = PoolSnapshot()
        snapshot.name = "mail"
        snapshot.counters.submitted = 3
        snapshot.counters.running = 2
        snapshot.counters.succeeded = 1
        snapshot.workers.target = 4
        return snapshot
    }
}
