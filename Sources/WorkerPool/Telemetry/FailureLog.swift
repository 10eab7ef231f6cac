import DequeModule
import Monitoring

/// The latest failed attempts, with what became of their jobs.
struct FailureLog {
    /// How many are kept.
    static let limit = 1_000

    private var failures = Deque<Failure>()
    private var lastID: UInt64 = 0

    var count: Int { failures.count }

    /// Appends a failure; earlier ones of the same job stand on their own no more.
    mutating func append(_ failure: Failure) {
        if failure.attempt > 1 { resolve(failure.job, as: .failedAgain) }
        var failure = failure
        lastID += 1
        failure.id = lastID
        failures.append(failure)
        if failures.count > FailureLog.limit { failures.removeFirst() }
    }

    /// A later attempt ended: the failures before it are past.
    mutating func resolve(_ job: JobID, as outcome: Failure.Outcome) {
        for place in failures.indices.reversed() where failures[place].job == job {
            guard case .retry = failures[place].outcome else { break }
            failures[place].outcome = outcome
        }
    }

    /// The latest, newest first.
    func latest(_ limit: Int) -> [Failure] {
        Array(failures.suffix(max(limit, 0)).reversed())
    }

    /// What the job's latest failure said.
    func message(for job: JobID) -> String? { failures.last { $0.job == job }?.message }
}
