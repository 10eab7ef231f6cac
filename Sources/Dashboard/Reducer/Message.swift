import Monitoring
import TerminalUI

/// What reaches the cockpit from outside.
enum Message: Sendable, Equatable {
    /// A key, the mouse, a paste, a new size.
    case input(Input)
    /// The pool now.
    case snapshot(PoolSnapshot)
    /// A page of jobs, and what was asked for it.
    case jobs(JobQuery, JobPage)
    /// One job; `nil` where the pool no longer knows it.
    case job(JobID, JobDetail?)
    /// The failures that are kept, newest first.
    case failures([Failure])
    /// Events that were new.
    case events(EventPage)
    /// The answer to a command.
    case receipt(request: Int, Receipt)
    /// A command that did not reach the pool, and why.
    case undelivered(request: Int, String)
    /// The source cannot be reached, and why.
    case lost(String)
    /// The source answered at that time, and nothing has changed.
    case heard(UnixTime)
    /// Nothing but the passing of time.
    case tick

    /// Whether it answers a question.
    var isAnswer: Bool {
        switch self {
        case .jobs, .job, .failures, .events: true
        default: false
        }
    }
}
