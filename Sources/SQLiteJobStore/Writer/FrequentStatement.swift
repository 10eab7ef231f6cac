/// The statements that nearly every job or transaction needs; the others are where they are used.
enum FrequentStatement: Int, CaseIterable {
    case dataVersion
    case writeQueue
    case endOfSession
    case insertJob
    case insertJobs
    case nextPriority
    case firstJobs
    case startJobs
    case countRunning
    case succeedJobs

    var sql: String {
        switch self {
        case .dataVersion: "PRAGMA data_version"
        case .writeQueue:
            """
            UPDATE queues SET next_start = ?, submitted = ?, scheduled = ?, queued = ?, running = ?, succeeded = ?,
                failed = ?, cancelled = ?, rejected = ?, retried = ?, timed_out = ?, rescued = ?,
                kept_succeeded = ?, kept_dead = ?, kept_cancelled = ?
            WHERE id = ?
            """
        case .endOfSession: "SELECT ends FROM sessions WHERE id = ?"
        case .insertJob: Self.insert(1)
        case .insertJobs: Self.insert(Self.together)
        case .nextPriority:
            """
            SELECT priority FROM jobs WHERE state = 1 AND state < 3 AND queue = ? AND priority < ?
            ORDER BY priority DESC LIMIT 1
            """
        case .firstJobs:
            """
            SELECT id, since, kind, payload, attempt, max_attempts, rescues, deadline, created, tags, token
            FROM jobs
            WHERE state = 1 AND state < 3 AND queue = ? AND priority = ? ORDER BY since, id LIMIT ?
            """
        // Jobs that were enqueued together are mostly claimed and settled together: several with numbers in a row are
        // changed by one statement, which takes half the time. Not `RETURNING`: that doubles it.
        case .startJobs:
            """
            UPDATE jobs SET state = 2, token = token + \(Token.step), session = ?, attempt = attempt + 1, started = ?,
                outcome = NULL
            WHERE id BETWEEN ? AND ?
            """
        case .countRunning: "SELECT count(*) FROM jobs WHERE id BETWEEN ? AND ? AND state = 2 AND token = ?"
        case .succeedJobs:
            """
            UPDATE jobs SET state = 3, ended = ?, cancel = 0, outcome = ?, error = ?, result = ?
            WHERE id BETWEEN ? AND ? AND state = 2 AND token = ?
            """
        }
    }

    /// How many rows ``insertJobs`` adds: each takes two thirds of the time that one by itself does.
    static let together = 8

    private static func insert(_ rows: Int) -> String {
        let values = Array(repeating: "?", count: 14).joined(separator: ", ")
        let row = "(\(values), \(RoomForTime.started), \(RoomForTime.ended))"
        return """
            INSERT INTO jobs (id, queue, state, since, priority, max_attempts, created, due, deadline, kind, key, tags, payload,
                token, started, ended)
            VALUES \(Array(repeating: row, count: rows).joined(separator: ", "))
            """
    }
}
