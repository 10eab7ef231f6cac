public import Logging
public import Monitoring

/// What a running job knows of itself. Plain values: may be kept and passed on.
public struct JobContext: Sendable {
    /// The job's ID.
    public let id: JobID
    /// The worker that runs it.
    public let worker: WorkerID
    /// Which attempt this is, from 1.
    public let attempt: Int
    /// Whether somebody waits for the result: not where an operator had the job run again, perhaps twice at a time.
    @usableFromInline let isAwaited: Bool

    /// Whether the job has been told to stop. The same as `Task.isCancelled` in the job's own task.
    public var isCancelled: Bool { Task.isCancelled }

    /// A logger whose every line names worker, job, kind and attempt.
    ///
    /// Found through the task: in a detached task it goes nowhere.
    public var logger: Logger {
        Seat.current.map { $0.pool.logger(for: self, on: $0.slot) }
            ?? Logger(label: "pooltop", factory: { _ in SwiftLogNoOpLogHandler() })
    }

    /// Says how far the job is. Shown at the next look; costs nothing that others wait for.
    ///
    /// Found through the task: does nothing in a detached task.
    ///
    /// - Parameters:
    ///   - fraction: 0 ... 1; brought into that range.
    ///   - note: Such as `12 of 30`.
    public func report(_ fraction: Double, _ note: String = "") {
        guard let seat = Seat.current, let slot = seat.slot else { return }
        let bounded = fraction.isNaN ? 0 : min(max(fraction, 0), 1)
        seat.pool.report(JobProgress(fraction: bounded, note: note), of: id, on: slot)
    }
}
