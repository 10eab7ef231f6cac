import Logging
import Monitoring
import Synchronization
import WorkerPool

@testable import JobQueue

/// A queue over a store in memory, on a clock that the test moves.
struct Bench {
    let clock = ManualClock()
    let store: any JobStore
    let queue: JobQueue
    var core: QueueCore { queue.core }

    init(
        _ store: any JobStore = InMemoryJobStore(), workers: Int = 2, _ kinds: [RawJobKind] = [Bench.echo],
        _ change: (inout JobQueueConfiguration) -> Void = { _ in }
    ) {
        self.store = store
        var configuration = JobQueueConfiguration(workers: workers)
        configuration.clock = .manual(clock)
        configuration.seed = 7
        configuration.owner = "test"
        change(&configuration)
        queue = JobQueue(store, kinds: kinds, configuration)
    }

    /// Gives back what it is given.
    static let echo = RawJobKind("echo") { payload, _ in payload }

    func add(_ kind: RawJobKind = Bench.echo, _ options: EnqueueOptions = EnqueueOptions()) async throws
        -> JobID
    {
        try await queue.enqueue(kind, [1, 2, 3], options)
    }

    func state(_ id: JobID) async throws -> JobState? { try await store.job(id)?.state }

    /// Has the pool do all that was claimed, and the store told of it.
    @discardableResult
    func settleAll() async throws -> Int {
        var settled = 0
        while core.table.count > 0 {
            let count = try await Completer(core: core).sweep().settled
            settled += count
            if count == 0 { await Task.yield() }
        }
        return settled
    }
}

/// Waits until `condition` holds; throws where it does not in good time.
func until(_ condition: () async throws -> Bool) async throws {
    for _ in 0..<30_000 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(1))
    }
    throw InVain()
}

struct InVain: Error {}

/// Runs a queue on the machine's clock, and ends it.
func running(
    _ queue: JobQueue, _ body: () async throws -> Void
) async throws {
    let run = Task { try await queue.run() }
    do {
        try await body()
    } catch {
        await queue.shutdown()
        throw error
    }
    await queue.shutdown()
    try await run.value
}

/// What a test waits for: set by a job, awaited by the test.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Locked(State())

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// Counts by number of the job.
final class Tally: Sendable {
    private let counts = Locked<[JobID: Int]>([:])

    func count(_ id: JobID) { counts.withLock { $0[id, default: 0] += 1 } }
    var all: [JobID: Int] { counts.withLock { $0 } }
    var total: Int { all.values.reduce(0, +) }
}

struct Broken: Error {}
