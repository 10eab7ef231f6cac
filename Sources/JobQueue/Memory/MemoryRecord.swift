import Monitoring

/// One job of a store in memory, with what only the store needs to know.
struct MemoryRecord {
    var job: StoredJob
    /// Since when it waits, or waited before it was claimed.
    var since: StoreTime
    /// The fencing token of its last claim.
    var token: Int64 = 0
    /// Whose hands it is in.
    var session: SessionID?
    /// Counts its moves from state to state.
    var move: UInt64 = 0

    var rank: Int64 { NewJob.rank(priority: job.job.priority, waitingSince: since) }

    /// Whether it has run out of time.
    func isExpired(at now: StoreTime) -> Bool { job.job.deadline.map { $0 <= now } ?? false }

    /// Notes how the attempt under way ended.
    mutating func endAttempt(_ outcome: String, error: String? = nil, now: StoreTime) {
        guard let last = job.attempts.indices.last else { return }
        job.attempts[last].ended = now
        job.attempts[last].outcome = outcome
        job.attempts[last].error = error
    }
}

/// One process's time with the store.
struct MemorySession {
    let owner: String
    /// It lives until then.
    var end: StoreTime
    /// Whether its jobs are being taken by others.
    var isOver = false
    /// What is in its hands.
    var jobs: Set<JobID> = []
}
