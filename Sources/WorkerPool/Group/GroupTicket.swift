import Monitoring
import Synchronization

/// A job of a run while it is in the pool: does its work, tells the run of its end, and lets one task wait for that.
///
/// All that the pool holds of the group, and nothing of it once the job has ended: pools remember jobs.
final class GroupTicket: JobCompletion, @unchecked Sendable {
    let index: Int
    /// Opens once the pool has taken the job, or never will: the next one's turn, so that they keep their order.
    let submitted = GroupGate()
    let ended = GroupGate()
    /// `nil` once the job has ended.
    private let run: Locked<GroupRun?>

    init(run: GroupRun, index: Int) {
        self.index = index
        self.run = Locked(run)
    }

    /// One attempt.
    func perform(_ context: JobContext) async throws {
        let run = run.withLock { $0 }
        if let run, try await run.attempt(index, context) { return }
        // Taken by a worker between the first error and the cancel that follows it; or started anew by an operator,
        // when the group was over.
        Seat.current?.pool.cancel(context.id, by: run?.operator ?? "a group that has ended")
        throw CancellationError()
    }

    override func end(_ end: JobEnd) {
        run.withLock { $0 }?.end(index, end)
        let over = run.withLock { run in
            defer { run = nil }
            return run
        }
        ended.open()
        withExtendedLifetime(over) {}
    }
}

/// Lets one task wait for what happens once.
final class GroupGate: Sendable {
    private struct State {
        var isOpen = false
        var waiter: UnsafeContinuation<Void, Never>?
    }

    private let state = Locked(State())

    func open() {
        let waiter = state.withLock { state in
            state.isOpen = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns once it is open.
    func wait() async {
        await withUnsafeContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiter = continuation }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
