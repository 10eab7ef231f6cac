public import Logging
public import Monitoring
import WorkerPool

/// What a running durable job knows of itself.
public struct DurableContext: Sendable {
    /// The job's number in the store.
    public let id: JobID
    /// The queue it was taken from.
    public let queue: String
    /// This attempt, from 1.
    public let attempt: Int
    /// How many it may have.
    public let maxAttempts: Int
    /// How often the job was taken away from a process that died.
    public let rescues: Int
    /// Given up if it has not ended by then.
    public let deadline: StoreTime?
    /// Labels of its submitter.
    public let tags: [String: String]
    let job: JobContext
    let base: Logger
    let kind: String
    let report: @Sendable (JobProgress) -> Void

    /// The worker that runs it.
    public var worker: WorkerID { job.worker }

    /// Whether the job has been told to stop.
    public var isCancelled: Bool { Task.isCancelled }

    /// A logger whose every line names worker, job, kind and attempt.
    public var logger: Logger {
        var logger = base
        logger[metadataKey: "worker"] = "\(worker)"
        logger[metadataKey: "job"] = "\(id)"
        logger[metadataKey: "kind"] = "\(kind)"
        logger[metadataKey: "attempt"] = "\(attempt)"
        return logger
    }

    /// Says how far the job is: shown at once in this process, and written to the store with the next heartbeat.
    ///
    /// - Parameters:
    ///   - fraction: 0 ... 1; brought into that range.
    ///   - note: Such as `12 of 30`.
    public func report(_ fraction: Double, _ note: String = "") {
        job.report(fraction, note)
        report(JobProgress(fraction: fraction.isNaN ? 0 : min(max(fraction, 0), 1), note: note))
    }
}
