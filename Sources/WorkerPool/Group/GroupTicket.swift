import Synchronization

/// A job of a run while it is in the pool: does its work, tells the run of its end, and lets one task wait for that.
///
/// All that the pool holds of the group, and nothing of it once the job has ended: pools remember jobs.
final class GroupTicket: JobCompletion, @unchecked Sendable {
    private struct State {
        /// `nil` once the job has ended.
        var run: GroupRun?
        var waiter: UnsafeContinuation<Void, Never>?
    }

    private let index: Int
    private let state: Locked<State>

    init(run: GroupRun, index: Int) {
        self.index = index
        state = Locked(State(run: run))
    }

    /// One attempt.
    func perform(_ context: JobContext) async throws {
        let run = state.withLock { $0.run }
        if let run, try await run.attempt(index, context) { return }
        // Taken by a worker between the first error and the cancel that follows it; or started anew by an operator,
        // when the group was over.
        Seat.current?.pool.cancel(context.id, by: run?.operator ?? "a group that has ended")
        throw CancellationError()
    }

    override func end(_ end: JobEnd) {
        state.withLock { $0.run }?.end(index, end)
        let (run, waiter) = state.withLock { state in
            defer { state = State() }
            return (state.run, state.waiter)
        }
        waiter?.resume()
        withExtendedLifetime(run) {}
    }

    /// Returns once the job has ended.
    func wait() async {
        await withUnsafeContinuation { continuation in
            let hasEnded = state.withLock { state in
                if state.run != nil { state.waiter = continuation }
                return state.run == nil
            }
            if hasEnded { continuation.resume() }
        }
    }
}
