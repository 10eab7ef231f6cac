import Monitoring
import TerminalUI

/// An effect, and the number of the source it is meant for, where it is meant for one.
struct Errand: Sendable, Equatable {
    var source: Int
    var effect: Effect
}

/// What the cockpit wants done outside itself.
enum Effect: Sendable, Equatable {
    /// Send a command to the pool; its answer comes as ``Message/receipt(request:_:)``.
    case perform(OperatorCommand, request: Int)
    /// Ask for a page of jobs.
    case fetchJobs(JobQuery)
    /// Ask for one job's details.
    case fetchJob(JobID)
    /// Ask for the failures that are kept.
    case fetchFailures
    /// Ask for the events after that one.
    case fetchEvents(after: UInt64)
    /// Ask for a snapshot now instead of at the next turn.
    case sampleNow
    /// Switch the mouse on or off.
    case setMouse(Bool)
    /// Send the whole screen again.
    case redraw
    /// Stop the process as Ctrl-Z does.
    case suspend
    /// Do what the process does on an interrupt.
    case interrupt
    /// Take the screen down.
    case quit(CockpitExit)

    /// Whether the source is asked something that the screen shows.
    var isQuestion: Bool {
        switch self {
        case .fetchJobs, .fetchJob, .fetchFailures, .fetchEvents: true
        default: false
        }
    }
}
