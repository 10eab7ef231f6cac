import Monitoring
import Synchronization
import WorkerPool

/// Wakes one waiting task; a ring that nobody waits for is remembered, further ones are merged with it.
final class Bell: Sendable {
    private struct State {
        var isRung = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Locked(State())

    /// Wakes who waits, or who waits next.
    func ring() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.isRung = state.waiter == nil
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns once it has been rung or the task is cancelled. For one task at a time.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isRung = state.withLock { state in
                    if state.isRung || Task.isCancelled {
                        state.isRung = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isRung { continuation.resume() }
            }
        } onCancel: {
            ring()
        }
    }

    /// As ``wait()``, at the latest until that time.
    func wait(until deadline: UInt64, on clock: PoolClock) async {
        // Not `async let`: before Swift 6.4 a task that ends just as it is waited for looks at its memory once more when that
        // has been freed (swiftlang/swift#89883), and this is done many times a second.
        let alarm = Task {
            if (try? await clock.sleep(until: deadline)) != nil { ring() }
        }
        await wait()
        alarm.cancel()
        await alarm.value
    }
}
