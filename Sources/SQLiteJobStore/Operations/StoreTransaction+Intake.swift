import GRDB
import JobQueue
import Monitoring

extension StoreTransaction {
    func enqueue(_ jobs: [NewJob], capacity: Int?, now: StoreTime) throws -> [EnqueueOutcome] {
        try jobs.map { try enqueue($0, capacity: capacity, now: now) }
    }

    private func enqueue(_ job: NewJob, capacity: Int?, now: StoreTime) throws -> EnqueueOutcome {
        if let key = job.key, let queue = queue(job.queue), let live = try self.live(key, queue.id) {
            return .exists(live)
        }
        let since = max(job.due ?? now, now)
        let state: JobState = since > now ? .scheduled : .queued
        let queue = try changeQueue(job.queue) { queue -> Int64? in
            if let capacity, queue.depth >= capacity {
                queue.counters.rejected += 1
                return nil
            }
            queue.counters.submitted += 1
            queue.counters[state] += 1
            queue.kept[state, default: 0] += 1
            return queue.id
        }
        guard let queue else { return .full }
        let id = nextJob()
        try run(
            """
            INSERT INTO jobs (id, queue, state, rank, since, priority, max_attempts, created, due, deadline, kind, key,
                tags, payload)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                id.databaseValue, queue.databaseValue, state.code,
                NewJob.rank(priority: job.priority, waitingSince: since).databaseValue, since.databaseValue,
                job.priority.databaseValue, job.maxAttempts.databaseValue, now.databaseValue,
                job.due.databaseValue, job.deadline.databaseValue, job.kind.databaseValue, job.key.text,
                try Tags.write(job.tags), job.payload.blob,
            ])
        return .added(JobID(id))
    }

    /// The job of that key that has not ended.
    func live(_ key: String, _ queue: Int64) throws -> JobID? {
        try row(
            "SELECT id FROM jobs WHERE queue = ? AND key = ? AND state < 3",
            [queue.databaseValue, key.databaseValue]
        ).map { JobID($0[0] as Int64) }
    }

    // MARK: Sessions

    func openSession(_ owner: String, lease: Duration, now: StoreTime) throws -> SessionID {
        let id = nextSession()
        try run(
            "INSERT INTO sessions (id, owner, ends) VALUES (?, ?, ?)",
            [id.databaseValue, owner.databaseValue, (now + lease).databaseValue])
        return SessionID(rawValue: id)
    }

    func heartbeat(_ session: SessionID, lease: Duration, now: StoreTime) throws -> [Lease]? {
        guard try isAlive(session, now: now) else { return nil }
        try run(
            "UPDATE sessions SET ends = ? WHERE id = ?",
            [(now + lease).databaseValue, session.rawValue.databaseValue])
        return try rows(
            "SELECT id, token FROM jobs WHERE session = ? AND state = 2 AND cancel = 1 ORDER BY id",
            [session.rawValue.databaseValue]
        ).map { Lease(job: JobID($0[0] as Int64), token: $0[1]) }
    }

    func isAlive(_ session: SessionID, now: StoreTime) throws -> Bool {
        let row = try row("SELECT ends FROM sessions WHERE id = ?", [session.rawValue.databaseValue])
        guard let end = row?[0] as Int64? else { return false }
        return now.milliseconds < end
    }

    func closeSession(_ session: SessionID, now: StoreTime) throws {
        for job in try held(by: session.rawValue, limit: .max) { try handBack(job, as: "released", now: now) }
        try end(session.rawValue)
    }

    /// The running jobs of a session.
    func held(by session: Int64, limit: Int) throws -> [JobRow] {
        try rows(
            "SELECT \(JobRow.columns) FROM jobs WHERE session = ? AND state = 2 ORDER BY id LIMIT ?",
            [session.databaseValue, limit.databaseValue]
        ).map(JobRow.init)
    }

    /// A session is over. Its owner is still known for the jobs that ran there.
    func end(_ session: Int64) throws {
        try run("UPDATE sessions SET ends = NULL WHERE id = ?", [session.databaseValue])
    }
}
