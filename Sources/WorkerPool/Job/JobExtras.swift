import Monitoring

/// What only some jobs carry, apart so that plain ones stay small.
@usableFromInline
class JobExtras: @unchecked Sendable {
    let options: JobOptions
    /// Who is told how the job ends.
    private let completion: (any JobCompletion)?
    /// The latest attempts that ended otherwise than plainly well, oldest first; guarded by the telemetry lock.
    private(set) var attempts: [PastAttempt] = []

    init(options: JobOptions, completion: (any JobCompletion)? = nil) {
        self.options = options
        self.completion = completion
    }

    /// The job has ended. Called once, with no lock held.
    func end(_ end: JobEnd) { completion?.end(end) }

    /// The longest timeline there is, an attempt under way included.
    static let attemptLimit = 32

    /// Adds an attempt to the timeline.
    func keep(_ attempt: PastAttempt) {
        if attempts.count == JobExtras.attemptLimit - 1 { attempts.removeFirst() }
        attempts.append(attempt)
    }
}

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
