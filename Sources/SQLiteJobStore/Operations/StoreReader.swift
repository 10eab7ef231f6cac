import Foundation
import GRDB
import JobQueue
import Monitoring

/// Answers questions from a connection that only reads.
enum StoreReader {
    private static let summary = """
        jobs.id, queues.name, state, kind, priority, jobs.due, deadline, key, max_attempts, tags, attempt, rescues, created, \
        started, ended, cancel, progress, note, error
        """

    static func job(_ id: JobID, _ db: Database) throws -> StoredJob? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT \(summary), payload, result, history, outcome, sessions.owner
                FROM jobs JOIN queues ON queues.id = jobs.queue LEFT JOIN sessions ON sessions.id = jobs.session
                WHERE jobs.id = ?
                """)
        guard let row = try Row.fetchOne(statement, arguments: [id.databaseValue]) else { return nil }
        var job = try stored(row)
        job.job.payload = [UInt8](row[19] as Data)
        job.result = (row[20] as Data?).map { [UInt8]($0) }
        job.attempts = try History.read(row[21])
        let outcome = JobRow.outcome(row[22], job.state)
        if let started = job.started, job.state == .running || outcome != nil {
            var last = StoredAttempt(number: job.attempt, owner: row[23] ?? "", started: started)
            if let outcome {
                last.outcome = outcome
                last.ended = job.ended
                last.error = job.error
            }
            job.attempts = (job.attempts + [last]).suffix(StoredJob.maxHistory)
        }
        return job
    }

    static func jobs(_ query: StoreQuery, _ db: Database) throws -> StorePage {
        var conditions: [String] = []
        var arguments: [DatabaseValue] = []
        if let after = query.after {
            conditions.append("jobs.id < ?")
            arguments.append(after.databaseValue)
        }
        if !query.states.isEmpty {
            // Few of these states: they are found by their index. Many: going through all is faster than sorting them.
            let codes = query.states.map { "\(StateCode.of($0))" }.sorted().joined(separator: ", ")
            conditions.append(
                try isCommon(query.states, db)
                    ? "+state IN (\(codes))" : "state IN (\(codes))\(StateCode.index(of: query.states))")
        }
        if let queue = query.queue {
            conditions.append("queues.name = ?")
            arguments.append(queue.databaseValue)
        }
        if let kind = query.kind {
            conditions.append("kind = ?")
            arguments.append(kind.databaseValue)
        }
        let limit = min(max(query.limit, 1), StoreQuery.maxLimit)
        let condition = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT \(summary), CASE WHEN length(payload) <= \(StoreQuery.listedPayload) THEN payload END
                FROM jobs JOIN queues ON queues.id = jobs.queue \(condition)
                ORDER BY jobs.id DESC LIMIT \(limit + 1)
                """, arguments: StatementArguments(arguments))
        let jobs = try rows.prefix(limit).map { row in
            var job = try stored(row)
            if let payload = row[19] as Data? { job.job.payload = [UInt8](payload) }
            return job
        }
        return StorePage(jobs: jobs, next: rows.count > limit ? jobs.last?.id : nil)
    }

    private static func isCommon(_ states: Set<JobState>, _ db: Database) throws -> Bool {
        var matching = 0
        var all = 0
        for row in try Row.fetchAll(db, sql: "SELECT * FROM queues") {
            let kept = try QueueRow(row).kept
            all += kept.values.reduce(0, +)
            matching += states.reduce(0) { $0 + (kept[$1] ?? 0) }
        }
        return matching > all / 100
    }

    static func queues(_ db: Database, now: StoreTime) throws -> [QueueStatus] {
        try Row.fetchAll(db, sql: "SELECT * FROM queues ORDER BY name").map { row in
            let queue = try QueueRow(row)
            let since = try oldest(queue, db)
            return queue.status(oldest: since.map { StoreTime(milliseconds: $0) }, at: now)
        }
    }

    /// Since when the job waits that is queued longest: it is the first of its priority.
    private static func oldest(_ queue: QueueRow, _ db: Database) throws -> Int64? {
        let next = try db.cachedStatement(
            sql: """
                SELECT priority, since FROM jobs WHERE state = 1 AND state < 3 AND queue = ? AND priority > ?
                ORDER BY priority, since LIMIT 1
                """)
        var oldest: Int64?
        var last: Int64 = .min
        while let row = try Row.fetchOne(next, arguments: [queue.id, last]) {
            last = row[0]
            oldest = min(oldest ?? .max, row[1])
        }
        return oldest
    }

    private static func stored(_ row: Row) throws -> StoredJob {
        var job = NewJob(queue: row[1], kind: row[3], payload: [])
        job.priority = row[4]
        job.due = time(row[5])
        job.deadline = time(row[6])
        job.key = row[7]
        job.maxAttempts = row[8]
        job.tags = try Tags.read(row[9])
        var stored = StoredJob(
            id: JobID(row[0] as Int64), job: job, state: try StateCode.state(row[2]),
            created: StoreTime(milliseconds: row[12]))
        stored.attempt = row[10]
        stored.rescues = row[11]
        stored.started = StoreTime(ofJob: row[13])
        stored.ended = StoreTime(ofJob: row[14])
        stored.isCancelRequested = row[15]
        if let fraction = row[16] as Double? {
            stored.progress = JobProgress(fraction: fraction, note: row[17] ?? "")
        }
        stored.error = row[18]
        return stored
    }

    private static func time(_ milliseconds: Int64?) -> StoreTime? {
        milliseconds.map { StoreTime(milliseconds: $0) }
    }
}
