public import Logging
public import Monitoring

/// What a running job knows of itself.
public struct JobContext: Sendable {
    let record: JobRecord
    let pool: Pool
    /// `nil` where the producer runs the job itself.
    let slot: WorkerSlot?
    /// Which attempt this is, from 1.
    public let attempt: Int

    /// The worker that runs it.
    public var worker: WorkerID { slot?.id ?? WorkerID(rawValue: 0) }

    /// The job's ID.
    public var id: JobID { record.id }

    /// Whether the job has been told to stop. The same as `Task.isCancelled` in the job's own task.
    public var isCancelled: Bool { Task.isCancelled }

    /// A logger whose every line names worker, job, kind and attempt.
    public var logger: Logger { pool.logger(for: record, worker: worker, attempt: attempt) }

    /// Says how far the job is. Shown at the next look; costs nothing that others wait for.
    ///
    /// - Parameters:
    ///   - fraction: 0 ... 1; brought into that range.
    ///   - note: Such as `12 of 30`.
    public func report(_ fraction: Double, _ note: String = "") {
        let bounded = fraction.isNaN ? 0 : min(max(fraction, 0), 1)
        pool.report(JobProgress(fraction: bounded, note: note), of: record, on: slot)
    }
}
