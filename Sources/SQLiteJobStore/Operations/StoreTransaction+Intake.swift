import GRDB
import JobQueue
import Monitoring

extension StoreTransaction {
    /// What of a new job's row is not in the job itself.
    private struct NewRow {
        /// Which of the jobs it is.
        let place: Int
        let id: Int64
        let queue: Int64
        let state: JobState
        let since: StoreTime
        let tags: String?
    }

    func enqueue(_ jobs: [NewJob], capacity: Int?, now: StoreTime) throws -> [EnqueueOutcome] {
        var rows: [NewRow] = []
        rows.reserveCapacity(jobs.count)
        let outcomes = try jobs.indices.map { place in
            // The key may be that of one before it.
            if jobs[place].key != nil { try insert(&rows, of: jobs, now: now) }
            return try enqueue(jobs, at: place, into: &rows, capacity: capacity, now: now)
        }
        try insert(&rows, of: jobs, now: now)
        return outcomes
    }

    private func enqueue(
        _ jobs: [NewJob], at place: Int, into rows: inout [NewRow], capacity: Int?, now: StoreTime
    ) throws -> EnqueueOutcome {
        let name = jobs[place].queue
        if let key = jobs[place].key, let queue = queue(name), let live = try self.live(key, queue.id) {
            return .exists(live)
        }
        let since = max(jobs[place].due ?? now, now)
        let state: JobState = since > now ? .scheduled : .queued
        let queue = try books(name)
        if let capacity, queue.depth >= capacity {
            queue.counters.rejected += 1
            return .full
        }
        queue.counters.submitted += 1
        queue.count(from: nil, to: state)
        let id = nextJob()
        rows.append(
            NewRow(
                place: place, id: id, queue: queue.id, state: state, since: since,
                tags: try Tags.write(jobs[place].tags)))
        return .added(JobID(id))
    }

    /// Puts these jobs into the table, several at a time; leaves none of them in `rows`.
    private func insert(_ rows: inout [NewRow], of jobs: [NewJob], now: StoreTime) throws {
        var place = 0
        while place < rows.count {
            let isAlone = rows.count - place < FrequentStatement.together
            let end = place + (isAlone ? 1 : FrequentStatement.together)
            let insert = try statement(isAlone ? .insertJob : .insertJobs)
            for row in rows[place..<end] {
                insert.bind(row.id).bind(row.queue).bind(Int64(StateCode.of(row.state)))
                    .bind(row.since.milliseconds).bind(Int64(jobs[row.place].priority))
                    .bind(Int64(jobs[row.place].maxAttempts)).bind(now.milliseconds)
                    .bind(jobs[row.place].due?.milliseconds).bind(jobs[row.place].deadline?.milliseconds)
                    .bind(jobs[row.place].kind).bind(jobs[row.place].key).bind(row.tags)
                    .bind(jobs[row.place].payload).bind(Token.first(of: row.queue))
            }
            try insert.run()
            place = end
        }
        rows.removeAll(keepingCapacity: true)
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
        guard let end = try end(of: session), end != StoreTransaction.beingTaken else { return nil }
        try run(
            "UPDATE sessions SET ends = ? WHERE id = ?",
            [(now + lease).databaseValue, session.rawValue.databaseValue])
        return try rows(
            "SELECT id, token FROM jobs WHERE state = 2 AND state < 3 AND session = ? AND cancel = 1 ORDER BY id",
            [session.rawValue.databaseValue]
        ).map { Lease(job: JobID($0[0] as Int64), token: $0[1]) }
    }

    func isAlive(_ session: SessionID, now: StoreTime) throws -> Bool {
        guard let end = try end(of: session) else { return false }
        return now.milliseconds < end
    }

    /// Until when it lives; `nil` where it is over.
    private func end(of session: SessionID) throws -> Int64? {
        let look = try statement(.endOfSession).bind(session.rawValue)
        defer { look.end() }
        return try look.next() ? look.optionalInteger(0) : nil
    }

    /// The end of a session some of whose jobs are in other hands, and the others not yet.
    static let beingTaken: Int64 = 0

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
