import Monitoring
import Synchronization

/// Counts the tasks of a pool, so that its end can wait for them.
final class TaskCount: Sendable {
    private struct State {
        var count = 0
        /// How many of them nobody waits for.
        var givenUp = 0
        var waiters: [UnsafeContinuation<Void, Never>] = []

        mutating func takeWaiters() -> [UnsafeContinuation<Void, Never>] {
            guard count <= givenUp else { return [] }
            defer { waiters = [] }
            return waiters
        }
    }

    private let state = Locked(State())

    var count: Int { state.withLock { $0.count } }

    func started() { state.withLock { $0.count += 1 } }

    /// The last thing a task does.
    func ended(wasGivenUp: Bool = false) {
        change { state in
            state.count -= 1
            if wasGivenUp { state.givenUp -= 1 }
        }
    }

    /// A task goes on that is not waited for any more. May be called just after that task has ended.
    func gaveUp() { change { $0.givenUp += 1 } }

    private func change(_ change: (inout State) -> Void) {
        let waiters = state.withLock { state in
            change(&state)
            return state.takeWaiters()
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns once there is none left to wait for.
    func wait() async {
        await withUnsafeContinuation { continuation in
            let waiters = state.withLock { state in
                state.waiters.append(continuation)
                return state.takeWaiters()
            }
            for waiter in waiters { waiter.resume() }
        }
    }
}
