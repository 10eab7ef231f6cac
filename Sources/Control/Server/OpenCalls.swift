import Monitoring
import NIOCore
import Synchronization

/// The calls that wait for something to happen, so that they can be ended when the client goes away or the server
/// closes.
final class OpenCalls: Sendable {
    private struct State {
        var ends: [Int: Task<Reply, any Error>] = [:]
        var next = 0
        var isClosed = false
    }

    private let executor: LoopExecutor
    private let state = Locked(State())

    init(executor: LoopExecutor) { self.executor = executor }

    /// Does a call that may be cancelled.
    func run(on channel: any Channel, _ body: @escaping @Sendable () async throws -> Reply) async throws
        -> Reply
    {
        // Ends with the call, at the latest when the server closes.
        let task = Task(executorPreference: executor) { try await body() }
        let id = state.withLock { state in
            if state.isClosed { task.cancel() }
            state.next += 1
            state.ends[state.next] = task
            return state.next
        }
        channel.closeFuture.whenComplete { _ in task.cancel() }
        defer { state.withLock { $0.ends[id] = nil } }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Cancels all of them, and those to come.
    func close() {
        let all = state.withLock { state in
            state.isClosed = true
            return Array(state.ends.values)
        }
        for task in all { task.cancel() }
    }
}
