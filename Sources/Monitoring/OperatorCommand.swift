/// What an operator may ask of a live pool.
public enum OperatorCommand: Codable, Sendable, Equatable {
    /// Have this many workers; 0 stops dispatch.
    case resize(to: Int)
    /// Have that many more workers, or fewer where negative, never below 0.
    case adjust(by: Int)
    /// Let the pool size itself again, after an operator resized it.
    case adapt
    /// Submits wait or are refused from now on.
    case pauseIntake
    /// Submits are taken again.
    case resumeIntake
    /// Start nothing from now on.
    case pauseDispatch
    /// Start jobs again.
    case resumeDispatch
    /// Stop running child processes and their timeouts.
    case freeze
    /// Let frozen child processes go on.
    case thaw
    /// Cancel these jobs, queued or running.
    case cancel([JobID])
    /// Cancel every job that has not ended.
    case cancelAll
    /// Submit failed or cancelled jobs anew.
    case retry([JobID])
    /// Give a worker's job up for lost and its slot to another job. The job may still be running.
    case abandon(WorkerID)
    /// Take no more jobs, finish what is there, then stop.
    case drain
    /// Queue the dead letters of a durable queue anew.
    case retryDead(queue: String)
    /// Delete these durable jobs, unless they run.
    case delete([JobID])
    /// Take nothing from a durable queue from now on, in any process.
    case pauseQueue(String)
    /// Take jobs from a durable queue again.
    case resumeQueue(String)
}

/// The answer to a command, and how far the command has come.
public struct Receipt: Codable, Sendable, Equatable, Identifiable {
    /// How far a command has come.
    public enum Phase: String, Codable, Sendable {
        /// Taken note of.
        case requested
        /// Passed on to the running jobs, which have yet to stop.
        case signalled
        /// Done; for a cancel: every job has stopped.
        case done
        /// Not done, and will not be.
        case refused
    }

    /// Counts a pool's receipts from 1.
    public var id: UInt64
    /// How far the command has come.
    public var phase: Phase
    /// How many jobs or workers it concerns.
    public var affected: Int
    /// One line for the operator: what happened, or why not and what to do.
    public var message: String

    /// A receipt.
    public init(id: UInt64, phase: Phase, affected: Int = 0, message: String) {
        self.id = id
        self.phase = phase
        self.affected = affected
        self.message = message
    }
}
