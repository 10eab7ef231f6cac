import Monitoring
import Synchronization

/// What all jobs of a run share.
final class JobKit: Sendable {
    let options: RunOptions
    let host: ProcessHost
    let sink: OutputSink
    let results: ResultsDirectory?
    /// What remembers the run; `nil` where nothing does.
    let memory: (any RunState)?
    let pressure = MemoryPressure()
    let tally = Locked(RunTally())
    let open = OpenJobs()
    /// Where jobs run, for the job log.
    let directory: [UInt8]
    /// What the jobs' keys have in common.
    let key: JobKey
    private let observer = Locked(Observer())

    /// What a job tells the run.
    enum Event: Sendable {
        /// It has ended, for good unless an operator runs it again; the status is as a shell gives it.
        case ended(status: Int32)
        /// Its files could not be written.
        case resultsFailed(SystemError)
    }

    // A closure of its own in a Locked would be wrapped once more each time it is read.
    private struct Observer: Sendable {
        var hear: (@Sendable (Event) -> Void)?
    }

    init(
        options: RunOptions, host: ProcessHost, sink: OutputSink, results: ResultsDirectory?,
        memory: (any RunState)?, directory: [UInt8]
    ) {
        self.options = options
        self.host = host
        self.sink = sink
        self.results = results
        self.memory = memory
        self.directory = directory
        key = JobKey(template: options.template, directory: directory)
    }

    /// Calls `observer` with each event from now on, from the job's thread; `nil` for nobody.
    func observe(_ observer: (@Sendable (Event) -> Void)?) { self.observer.withLock { $0.hear = observer } }

    func tell(_ event: Event) { observer.withLock { $0.hear }?(event) }

    /// The command of a line, as the user would type it.
    func text(of line: [UInt8], sequence: Int, slot: Int?) -> [UInt8] {
        options.template.text(for: TemplateInput(line: line, sequence: sequence, slot: slot))
    }
}
