import Monitoring
import Synchronization

/// Decides whether a run goes on, and tells those who wait for that.
///
/// Knows neither stages nor items, so that both may keep it.
final class RunControl: Sendable {
    private let state = Locked(RunMachine())
    /// Whether items are taken in; to be read before each.
    let isOpen = Atomic(true)

    /// Why it failed or was cancelled.
    var failure: (any Error)? { state.withLock { $0.failure } }
    var phase: RunMachine.Phase { state.withLock { $0.phase } }

    /// The source is closed.
    func finish() {
        let closing = state.withLock { $0.finish() }
        isOpen.store(false, ordering: .releasing)
        closing?.resume()
    }

    /// The run is to end at once, for that reason; the first one counts.
    func abort(_ error: any Error) {
        let (closing, aborting) = state.withLock { $0.abort(error) }
        // Only now, so that whoever finds it closed finds the reason, too.
        isOpen.store(false, ordering: .releasing)
        aborting?.resume(returning: true)
        closing?.resume()
    }

    /// Returns once the source is closed or the run is to end at once.
    func waitUntilClosed() async {
        await withUnsafeContinuation { continuation in
            if state.withLock({ $0.waitUntilClosed(continuation) }) { continuation.resume() }
        }
    }

    /// Returns true once the run is to end at once, false once it has drained.
    func waitUntilAborted() async -> Bool {
        await withUnsafeContinuation { continuation in
            if let known = state.withLock({ $0.waitUntilAborted(continuation) }) {
                continuation.resume(returning: known)
            }
        }
    }

    /// No stage has an item any more.
    func drained() { state.withLock { $0.drained() }?.resume(returning: false) }

    /// Nothing of the run is left.
    func ended() {
        for waiter in state.withLock({ $0.ended() }) { waiter.resume(returning: true) }
    }

    /// Returns true once nothing of the run is left, false where the waiting task is cancelled before.
    func waitUntilEnded() async -> Bool {
        let id = state.withLock { $0.nextWaiter() }
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let (known, gaveUp) = state.withLock { machine in
                    let known = machine.waitUntilEnded(id, continuation)
                    return (known, Task.isCancelled ? machine.stopWaiting(id) : nil)
                }
                if let known { continuation.resume(returning: known) }
                gaveUp?.resume(returning: false)
            }
        } onCancel: {
            state.withLock { $0.stopWaiting(id) }?.resume(returning: false)
        }
    }
}

/// How far a run is.
struct RunMachine {
    enum Phase: Equatable { case running, draining, ended }

    private(set) var phase = Phase.running
    private(set) var failure: (any Error)?
    private var isDrained = false
    private var closing: UnsafeContinuation<Void, Never>?
    private var aborting: UnsafeContinuation<Bool, Never>?
    private var waiters: [Int: UnsafeContinuation<Bool, Never>] = [:]
    private var lastWaiter = 0

    mutating func finish() -> UnsafeContinuation<Void, Never>? {
        guard phase == .running else { return nil }
        phase = .draining
        return closing.take()
    }

    mutating func abort(_ error: any Error) -> (
        closing: UnsafeContinuation<Void, Never>?, aborting: UnsafeContinuation<Bool, Never>?
    ) {
        guard failure == nil, !isDrained else { return (nil, nil) }
        failure = error
        return (finish(), aborting.take())
    }

    mutating func drained() -> UnsafeContinuation<Bool, Never>? {
        isDrained = true
        return aborting.take()
    }

    mutating func ended() -> [UnsafeContinuation<Bool, Never>] {
        phase = .ended
        defer { waiters = [:] }
        return Array(waiters.values)
    }

    /// True where there is nothing to wait for.
    mutating func waitUntilClosed(_ continuation: UnsafeContinuation<Void, Never>) -> Bool {
        guard phase == .running else { return true }
        closing = continuation
        return false
    }

    mutating func waitUntilAborted(_ continuation: UnsafeContinuation<Bool, Never>) -> Bool? {
        if failure != nil { return true }
        if isDrained { return false }
        aborting = continuation
        return nil
    }

    mutating func nextWaiter() -> Int {
        lastWaiter += 1
        return lastWaiter
    }

    mutating func waitUntilEnded(_ id: Int, _ continuation: UnsafeContinuation<Bool, Never>) -> Bool? {
        if phase == .ended { return true }
        waiters[id] = continuation
        return nil
    }

    mutating func stopWaiting(_ id: Int) -> UnsafeContinuation<Bool, Never>? {
        waiters.removeValue(forKey: id)
    }
}
