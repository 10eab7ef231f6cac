import GRDB
import JobQueue
import Monitoring

extension StoreTransaction {
    func promote(limit: Int, now: StoreTime) throws -> Promotion {
        var promotion = Promotion(promoted: 0, expired: 0, next: nil)
        let late = try rows(
            """
            SELECT \(JobRow.columns) FROM jobs WHERE deadline IS NOT NULL AND state < 2 AND deadline <= ?
            ORDER BY deadline, id LIMIT ?
            """, [now.databaseValue, limit.databaseValue])
        for row in late { try expire(JobRow(row), now: now) }
        promotion.expired = late.count
        let due = try rows(
            "SELECT id, queue FROM jobs WHERE state = 0 AND since <= ? ORDER BY since, id LIMIT ?",
            [now.databaseValue, (limit - late.count).databaseValue])
        for row in due {
            try run("UPDATE jobs SET state = 1 WHERE id = ?", [row[0]])
            try books(row[1] as Int64).count(from: .scheduled, to: .queued)
        }
        promotion.promoted = due.count
        let next = [
            try row("SELECT min(since) FROM jobs WHERE state = 0", []),
            try row("SELECT min(deadline) FROM jobs WHERE deadline IS NOT NULL AND state < 2", []),
        ].compactMap { $0?[0] as Int64? }
        promotion.next = next.min().map { StoreTime(milliseconds: $0) }
        return promotion
    }

    func rescue(allowed: Int, lease: Duration, limit: Int, now: StoreTime) throws -> Rescue {
        var rescue = Rescue(requeued: [], dead: [])
        let latest = (now + lease).databaseValue
        if try row("SELECT 1 FROM sessions WHERE ends > ? LIMIT 1", [latest]) != nil {
            try run("UPDATE sessions SET ends = ? WHERE ends > ?", [latest, latest])
        }
        var left = limit
        for row in try rows("SELECT id FROM sessions WHERE ends <= ? ORDER BY id", [now.databaseValue]) {
            let session: Int64 = row[0]
            let jobs = try held(by: session, limit: left == .max ? left : left + 1)
            for job in jobs.prefix(left) { try take(job, allowed, &rescue, now: now) }
            guard jobs.count <= left else {
                try run(
                    "UPDATE sessions SET ends = ? WHERE id = ?",
                    [StoreTransaction.beingTaken.databaseValue, session.databaseValue])
                return rescue
            }
            left -= jobs.count
            try end(session)
        }
        return rescue
    }

    private func take(_ job: JobRow, _ allowed: Int, _ rescue: inout Rescue, now: StoreTime) throws {
        let rescues = job.rescues + 1
        let queue = try books(job.queue)
        queue.counters.rescued += 1
        if rescues > allowed, !job.isCancelRequested {
            try run(
                """
                UPDATE jobs SET state = 7, ended = ?, attempt = attempt - 1, rescues = ?, outcome = NULL, error = ?,
                    history = ?
                WHERE id = ?
                """,
                [
                    now.databaseValue, rescues.databaseValue,
                    "its process died \(rescues) times while it ran".databaseValue,
                    try job.history(self, adding: "rescued", at: now), job.id.databaseValue,
                ])
            queue.count(from: .running, to: .dead)
            rescue.dead.append(JobID(job.id))
        } else if try handBack(job, as: "rescued", rescues: rescues, now: now) == .queued {
            rescue.requeued.append(JobID(job.id))
        }
    }

    static let oldJobs =
        "SELECT id, queue FROM jobs WHERE state = ? AND state > 2 AND ended < ? ORDER BY ended, id LIMIT ?"

    func clean(_ retention: Retention, limit: Int, now: StoreTime) throws -> Int {
        var cleaned = 0
        let kept: [(JobState, Duration?)] = [
            (.succeeded, retention.succeeded), (.cancelled, retention.cancelled), (.dead, retention.dead),
        ]
        for (state, time) in kept {
            guard let time else { continue }
            let old = try rows(
                Self.oldJobs,
                [
                    state.code, (now.milliseconds - time.wholeMilliseconds).databaseValue,
                    (limit - cleaned).databaseValue,
                ])
            for row in old {
                try delete(row[0] as DatabaseValue)
                try books(row[1] as Int64).forget(state)
            }
            cleaned += old.count
        }
        return cleaned
    }
}
