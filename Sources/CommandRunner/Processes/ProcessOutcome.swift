public import Monitoring

/// How a command fared.
public struct ProcessOutcome: Sendable, Equatable {
    /// The end of it.
    public enum Ending: Sendable, Equatable {
        /// The process ran and ended.
        case ended(Termination)
        /// There was never a process.
        case notStarted(SpawnFailure)
        /// It was told to stop before there was a process.
        case withdrawn
    }

    /// The end of it.
    public var ending: Ending
    /// When its process was started, or would have been.
    public var started: UnixTime
    /// How long the process lived.
    public var duration: Seconds = 0
    /// What it used, and its process ID. Its largest resident set is 0 where that was no larger than this
    /// program's own: the system counts that in, because a process begins as a copy of the one that starts it.
    public var usage: ResourceUsage?
    /// Whether it was told to stop before it ended by itself.
    public var wasStopped = false

    init(ending: Ending, started: UnixTime) {
        self.ending = ending
        self.started = started
    }

    /// Whether it did its work: it ended by itself with status 0, and nobody told it to stop.
    public var isSuccess: Bool { ending == .ended(.exited(0)) && !wasStopped }
}
