import Synchronization

/// Counts the tasks of a pool, so that its end can wait for them.
final class TaskCount: Sendable {
    private struct State {
        var count = 0
        var waiters: [UnsafeContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.count } }

    func started() { state.withLock { $0.count += 1 } }

    /// The last thing a task does.
    func ended() {
        let waiters = state.withLock { state -> [UnsafeContinuation<Void, Never>] in
            state.count -= 1
            guard state.count == 0 else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns once there is none.
    func wait() async {
        await withUnsafeContinuation { continuation in
            let isDone = state.withLock { state in
                guard state.count > 0 else { return true }
                state.waiters.append(continuation)
                return false
            }
            if isDone { continuation.resume() }
        }
    }
}
