import Monitoring

/// An attempt that ended.
struct PastAttempt {
    var number: Int
    /// `nil` where a producer ran it.
    var worker: WorkerID?
    let queuedAt: UInt64
    let startedAt: UInt64
    let endedAt: UInt64
    var outcome: String
    var message: String?

    /// The attempt of a job that is in nobody's hands but those of the caller.
    init(_ record: JobRecord, worker: WorkerID?, outcome: String = "") {
        number = Int(record.failures) + 1
        self.worker = worker
        queuedAt = record.queuedAt
        startedAt = record.startedAt
        endedAt = record.endedAt
        self.outcome = outcome
    }
}
