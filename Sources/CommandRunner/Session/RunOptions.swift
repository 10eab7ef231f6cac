package import WorkerPool

/// Everything a run is told.
package struct RunOptions: Sendable {
    /// How lines become commands.
    package var template = CommandTemplate.lineIsCommand
    /// Where lines come from.
    package var sources: [InputSource] = [.standardInput]
    /// What ends a line.
    package var separator = UInt8(ascii: "\n")
    /// Whether lines come in random order.
    package var isShuffled = false
    /// How many jobs run at once.
    package var size: PoolSize = 1
    /// How many jobs run at once to begin with; 0 means none until that is changed.
    package var workers: Int {
        get { size.start }
        set { size = .fixed(newValue) }
    }
    /// How jobs' output is arranged.
    package var arrangement = OutputSink.Arrangement()
    /// Whether each line of output begins with the job's input line.
    package var isTagged = false
    /// Whether lines of output are written as they come, not job by job.
    package var isLineBuffered = false
    /// Where each job's output is kept in files of its own.
    package var results: [UInt8]?
    /// The job log.
    package var jobLog: [UInt8]?
    /// Whether jobs that succeeded according to the job log are left out.
    package var isResumed = false
    /// Attempts in all, from 1.
    package var attempts = 1
    /// The longest an attempt may take.
    package var timeout: Duration?
    /// The time between two starts.
    package var delay: Duration?
    /// When to stop before all jobs are done.
    package var halt: HaltRule?
    /// Whether commands are printed and not run.
    package var isDryRun = false
    /// `NAME=VALUE` for each variable to set.
    package var variables: [[UInt8]] = []
    /// Where commands run; `nil` for where this program does.
    package var directory: [UInt8]?
    /// From TERM to KILL.
    package var grace = Duration.seconds(5)
    /// The time between two lines of progress; `nil` for none.
    package var interval: Duration? = .seconds(10)

    /// One worker, commands from standard input.
    package init() {}
}

/// Why a run cannot begin.
package struct RunError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One line for the user.
    package var description: String

    /// An error in plain words.
    package init(_ description: String) { self.description = description }
}
