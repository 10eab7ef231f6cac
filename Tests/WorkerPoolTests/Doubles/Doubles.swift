import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

/// An error of a job in a test.
struct Broken: Error, Equatable {}

/// An error that says how it wants to be retried.
struct Choosy: JobFailure {
    var failureType = "choosy"
    var failureMessage = "not this way"
    var isPermanent = false
    var retryAfter: Duration?
}

/// Counts from any thread.
final class Counter: Sendable {
    private let value = Atomic(0)
    func add(_ amount: Int = 1) { value.wrappingAdd(amount, ordering: .relaxed) }
    var count: Int { value.load(ordering: .relaxed) }
}

/// An object of which it is known how many there are.
final class Token: Sendable {
    let number: Int
    private let live: Counter

    init(_ live: Counter, _ number: Int = 0) {
        self.live = live
        self.number = number
        live.add()
    }

    deinit { live.add(-1) }
}

/// Keeps what jobs say, in order.
final class Journal<Line: Sendable>: Sendable {
    private let state = Locked<[Line]>([])
    func note(_ line: Line) { state.withLock { $0.append(line) } }
    var lines: [Line] { state.withLock { $0 } }
}

/// Something a test or a job waits for instead of sleeping. Once fired it lets everyone through.
final class Signal: Sendable {
    private let state = Locked<(fired: Bool, waiters: [CheckedContinuation<Void, Never>])>((false, []))

    var hasFired: Bool { state.withLock { $0.fired } }

    func fire() {
        let waiters = state.withLock { state in
            state.fired = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let fired = state.withLock { state in
                if !state.fired { state.waiters.append(continuation) }
                return state.fired
            }
            if fired { continuation.resume() }
        }
    }
}

/// Waits for the cancellation of the task, then throws.
func cancellation() async throws {
    let signal = Signal()
    await withTaskCancellationHandler {
        await signal.wait()
    } onCancel: {
        signal.fire()
    }
    throw CancellationError()
}

/// Gives other tasks their turns until `condition` holds; a failure of the test where it does not in good time.
///
/// What takes longer than some turns is waited for asleep, so that a wait does not keep the processors from other tests.
func until(
    _ what: Comment, at location: SourceLocation = #_sourceLocation, _ condition: () -> Bool
) async {
    let limit = ContinuousClock.now + .seconds(60)
    var turns = 0
    while !condition() {
        guard ContinuousClock.now < limit else {
            Issue.record("in vain: until \(what)", sourceLocation: location)
            return
        }
        turns += 1
        if turns < 50 { await Task.yield() } else { try? await Task.sleep(for: .milliseconds(1)) }
    }
}

/// A job that says when it runs and ends when it is told to.
struct HeldJob: Sendable {
    let started = Signal()
    let release = Signal()

    /// A body that heeds no cancel.
    var body: JobBody {
        { _ in
            started.fire()
            await release.wait()
        }
    }
}

extension Pool {
    /// Submits a job that holds a worker until it is released, and waits until it does.
    func hold(_ options: JobOptions? = nil) async throws -> (job: HeldJob, id: JobID) {
        let job = HeldJob()
        let id = try await submit(options, job.body)
        await job.started.wait()
        return (job, id)
    }

    /// What became of the jobs so far.
    var counters: Counters { snapshot().counters }

    /// All events that are kept.
    var allEvents: [PoolEvent] { events(after: 0, limit: 1_000).events }

    /// Waits until every worker is parked: none has read the clock and not acted on it yet.
    func parked() async {
        await until("every worker is parked") { state.withLock { $0.parked.count == $0.slots.count } }
    }

    /// Waits until no job is left.
    func quiet() async {
        await until("the pool is quiet") { state.withLock { $0.nothingIsLeft } }
    }
}

extension PoolConfiguration {
    /// A pool on a clock of its own that stands still.
    static func still(
        workers: Int, capacity: Int? = 1_024, overflow: OverflowPolicy = .wait, retry: RetryPolicy = .none,
        clock: ManualClock = ManualClock()
    ) -> PoolConfiguration {
        PoolConfiguration(
            workers: workers, capacity: capacity, overflow: overflow, retry: retry, clock: .manual(clock),
            seed: 1)
    }
}
