import Glibc
import Monitoring
import Synchronization

/// The handle by which other threads reach a running command.
///
/// A command may be told to stop before it starts, while it runs, or when it is over; each is safe.
public final class ProcessControl: Sendable {
    enum Wish: Int, Comparable {
        case none, stop, kill
        static func < (left: Wish, right: Wish) -> Bool { left.rawValue < right.rawValue }
    }

    private struct State: Sendable {
        var wish = Wish.none
        var process: pid_t = 0
        var wake: WakeEvent?
    }

    private let state = Locked(State())

    /// A handle for one command.
    public init() {}

    /// Asks it to end: TERM to its process group, KILL after the grace period. Returns at once.
    public func stop() { raise(to: .stop) }

    /// Ends it at once: KILL to its process group.
    public func kill() { raise(to: .kill) }

    /// Its process ID while it runs.
    public var processID: Int32? { state.withLock { $0.process > 0 ? $0.process : nil } }

    /// Sends a signal to its process group, where there is one. The lock keeps the number from passing to
    /// another process meanwhile.
    func signal(_ number: Int32) {
        state.withLock { if $0.process > 0 { _ = Glibc.kill(-$0.process, number) } }
    }

    /// What it was asked for so far.
    var wish: Wish { state.withLock { $0.wish } }

    /// From now on `wake` is set when the wish changes.
    func listen(with wake: WakeEvent?) { state.withLock { $0.wake = wake } }

    /// The process exists.
    func began(_ process: pid_t) { state.withLock { $0.process = process } }

    /// Runs `reap` while nobody can signal the process; its number is free afterwards.
    func ended(reap: (pid_t) -> Void) {
        state.withLock {
            reap($0.process)
            $0.process = 0
        }
    }

    private func raise(to wish: Wish) {
        state.withLock { state in
            guard state.wish < wish else { return }
            state.wish = wish
            state.wake?.set()
        }
    }
}
