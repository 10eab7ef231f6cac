import Monitoring
import Synchronization

/// This process's sessions: the one it claims with, and earlier ones whose jobs still run.
final class SessionBook: Sendable {
    private struct State {
        var current: SessionID?
        var retiring: [SessionID] = []
    }

    private let state = Locked(State())

    /// The one to claim with.
    var current: SessionID? { state.withLock { $0.current } }

    /// All of them.
    var all: [SessionID] { state.withLock { [$0.current].compactMap { $0 } + $0.retiring } }

    /// Those that are closed once their jobs have ended.
    var retiring: [SessionID] { state.withLock { $0.retiring } }

    func opened(_ session: SessionID) { state.withLock { $0.current = session } }

    /// A claim's reply was lost: what it took is handed back once this session is closed.
    func retire(_ session: SessionID) {
        state.withLock { state in
            guard state.current == session else { return }
            state.current = nil
            state.retiring.append(session)
        }
    }

    /// It is closed, or over.
    func forget(_ session: SessionID) {
        state.withLock { state in
            if state.current == session { state.current = nil }
            state.retiring.removeAll { $0 == session }
        }
    }
}
