import Monitoring
public import WorkerPool

/// Why an attempt of a command failed.
public struct CommandFailure: JobFailure, Sendable, Equatable {
    /// `exit 7`, `SIGSEGV`, `timeout`, `cancelled`, `not started`, …
    public var failureType: String
    /// One line: what went wrong.
    public var failureMessage: String
    /// The last lines it printed.
    public var failureTrace: String?
    /// Whether another attempt must fail too.
    public var isPermanent = false
    /// At once.
    public var retryAfter: Duration? { .zero }

    /// The exit status a shell would have given.
    var status: Int32 = 1

    init(type: String, message: String) {
        failureType = type
        failureMessage = message
    }

    /// Judges how a process ended; `nil` where it did its work.
    ///
    /// - Parameters:
    ///   - timeout: how long it might have taken, where that time was up when it was told to stop.
    ///   - pressure: tells a kill by the kernel from others; `nil` where nobody watched.
    init?(_ outcome: ProcessOutcome, timeout: Duration?, pressure: MemoryPressure?) {
        guard !outcome.isSuccess else { return nil }
        switch outcome.ending {
        case .notStarted(let failure):
            self.init(type: "not started", message: failure.message)
            status = failure.status
            isPermanent = failure.isPermanent
        case .withdrawn:
            self.init(type: "cancelled", message: "cancelled before it started")
        case .ended(let termination) where outcome.wasStopped:
            let how = termination == .signalled(9) ? " and had to be killed" : ""
            if let limit = timeout.map({ DurationText.write(seconds: $0.inSeconds) }) {
                self.init(type: "timeout", message: "timed out after \(limit)\(how)")
            } else {
                self.init(type: "cancelled", message: "cancelled\(how)")
            }
            status = termination.isSuccess ? 1 : termination.shellStatus
        case .ended(let termination):
            var hint = termination.hint
            if let pressure, termination == .signalled(9) {
                hint = pressure.hint(maxResidentBytes: outcome.usage?.maxResidentBytes ?? 0)
            }
            self.init(type: termination.name, message: termination.name + (hint.map { " (\($0))" } ?? ""))
            status = termination.shellStatus
        }
    }

    /// Adds the last of what was printed, for those who look at the failure later.
    mutating func addOutput(_ tail: OutputTail) {
        guard let last = tail.trace(lines: 1) else { return }
        failureMessage += ": \(last.prefix(300))"
        failureTrace = tail.trace(lines: 20)
    }
}
