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
        let queue = try books(job.queue)
        if let capacity, queue.depth >= capacity {
            queue.counters.rejected += 1
            return .full
        }
        queue.counters.submitted += 1
        queue.count(from: nil, to: state)
        let id = nextJob()
        try statement(.insertJob).bind(id).bind(queue.id).bind(Int64(StateCode.of(state)))
            .bind(since.milliseconds).bind(Int64(job.priority)).bind(Int64(job.maxAttempts))
            .bind(now.milliseconds).bind(job.due?.milliseconds).bind(job.deadline?.milliseconds)
            .bind(job.kind).bind(job.key).bind(try Tags.write(job.tags)).bind(job.payload)
            .bind(Token.first(of: queue)).run()
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
        // Their rows stay, so that no number is given twice.
        try run(
            "INSERT INTO sessions (owner, ends) VALUES (?, ?)",
            [owner.databaseValue, (now + lease).databaseValue])
        return SessionID(rawValue: lastInsertedNumber)
    }

    func heartbeat(_ session: SessionID, lease: Duration, now: StoreTime) throws -> [Lease]? {
        guard try isAlive(session, now: now) else { return nil }
        try run(
            "UPDATE sessions SET ends = ? WHERE id = ?",
            [(now + lease).databaseValue, session.rawValue.databaseValue])
        return try rows(
            "SELECT id, token FROM jobs WHERE state = 2 AND state < 3 AND session = ? AND cancel = 1 ORDER BY id",
            [session.rawValue.databaseValue]
        ).map { Lease(job: JobID($0[0] as Int64), token: $0[1]) }
    }

    func isAlive(_ session: SessionID, now: StoreTime) throws -> Bool {
        let look = try statement(.endOfSession).bind(session.rawValue)
        defer { look.end() }
        guard try look.next(), let end = look.optionalInteger(0) else { return false }
        return now.milliseconds < end
    }

    func closeSession(_ session: SessionID, now: StoreTime) throws {
        for job in try held(by: session.rawValue, limit: .max) { try handBack(job, as: "released", now: now) }
        try end(session.rawValue)
    }

    /// The running jobs of a session.
    func held(by session: Int64, limit: Int) throws -> [JobRow] {
        try rows(
            "SELECT \(JobRow.columns) FROM jobs WHERE state = 2 AND state < 3 AND session = ? ORDER BY id LIMIT ?",
            [session.databaseValue, limit.databaseValue]
        ).map(JobRow.init)
    }

    /// A session is over. Its owner is still known for the jobs that ran there.
    func end(_ session: Int64) throws {
        try run("UPDATE sessions SET ends = NULL WHERE id = ?", [session.databaseValue])
    }
}
