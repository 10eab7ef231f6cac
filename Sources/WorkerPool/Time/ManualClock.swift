import Monitoring
import Synchronization

/// A clock for tests: time passes only in ``advance(by:)``.
public final class ManualClock: Sendable {
    private struct State {
        var now: UInt64 = 1_000_000_000_000
        var nextID = 0
        var sleepers: [Int: (deadline: UInt64, continuation: UnsafeContinuation<Void, any Error>)] = [:]
    }

    private let state = Locked(State())

    /// A clock that stands at 1,000 seconds.
    public init() {}

    /// Nanoseconds on this clock.
    public var now: UInt64 { state.withLock { $0.now } }

    /// How many tasks sleep on this clock now.
    public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// Moves the clock on and wakes whoever is due.
    public func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += duration.nanoseconds
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.sorted { $0.deadline < $1.deadline }.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }

    /// Returns once the clock has reached `deadline`; throws when the task is cancelled.
    package func sleep(until deadline: UInt64) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                let isDue = state.withLock { state in
                    guard deadline > state.now, !Task.isCancelled else { return true }
                    state.sleepers[id] = (deadline, continuation)
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: id) }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
        try Task.checkCancellation()
    }
}
