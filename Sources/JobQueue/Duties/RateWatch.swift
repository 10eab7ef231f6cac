import Monitoring
import Synchronization

/// Keeps the claimer from asking for rates again and again where there are none.
final class RateWatch: Sendable {
    private struct State {
        var looked: UInt64 = 0
        var found = true
    }

    private let state = Locked(State())

    /// Whether the last look found a rate, or was a second ago.
    func mayMatter(at now: UInt64) -> Bool {
        state.withLock { $0.found || now >= $0.looked + 1_000_000_000 }
    }

    func looked(at now: UInt64, found: Bool) {
        state.withLock { $0 = State(looked: now, found: found) }
    }
}
