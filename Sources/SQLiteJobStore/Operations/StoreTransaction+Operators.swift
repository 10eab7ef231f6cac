import GRDB
import JobQueue
import Monitoring

extension StoreTransaction {
    func cancel(_ jobs: [JobID], by operator: String, now: StoreTime) throws -> [CancelOutcome] {
        try jobs.map { id in
            guard let job = try job(id) else { return .unknown }
            switch job.state {
            case .scheduled, .queued:
                try move(job, to: .cancelled, error: "cancelled by \(`operator`)", now: now)
                return .cancelled
            case .running:
                try run("UPDATE jobs SET cancel = 1 WHERE id = ?", [id.databaseValue])
                return .signalled
            case let state: return .ended(state)
            }
        }
    }

    func retry(_ selection: JobSelection, now: StoreTime) throws -> Int {
        var count = 0
        for id in try selected(selection, and: Self.keyIsFree) {
            guard let job = try job(id), job.state.isFinal else { continue }
            if let key = job.key, try live(key, job.queue) != nil { continue }
            try run(
                """
                UPDATE jobs SET state = 1, since = ?, attempt = 0, rescues = 0, ended = NULL, cancel = 0,
                    error = NULL, result = NULL, progress = NULL, note = NULL, outcome = NULL, deadline = ?, history = ?
                WHERE id = ?
                """,
                [
                    now.databaseValue,
                    job.isExpired(at: now) ? .null : job.deadline.databaseValue, try job.history(self),
                    job.id.databaseValue,
                ])
            try books(job.queue).count(from: job.state, to: .queued)
            count += 1
        }
        return count
    }

    func delete(_ selection: JobSelection) throws -> Int {
        var count = 0
        for id in try selected(selection) {
            guard let job = try job(id), job.state != .running else { continue }
            try delete(id.databaseValue)
            let queue = try books(job.queue)
            queue.forget(job.state)
            if !job.state.isFinal {
                queue.counters[job.state] -= 1
                queue.counters.cancelled += 1
            }
            count += 1
        }
        return count
    }

    /// No live job has its key.
    private static let keyIsFree = """
         AND (key IS NULL OR NOT EXISTS (SELECT 1 FROM jobs AS live
            WHERE live.queue = jobs.queue AND live.key = jobs.key AND live.key IS NOT NULL AND live.state < 3))
        """

    private func selected(_ selection: JobSelection, and condition: String = "") throws -> [JobID] {
        switch selection {
        case .jobs(let ids): return ids
        case .all(let state, let name, let limit, let end):
            var conditions = "state = ?" + StateCode.index(of: [state]) + condition
            var arguments = [state.code]
            if let name {
                guard let queue = queue(name) else { return [] }
                conditions += " AND queue = ?"
                arguments.append(queue.id.databaseValue)
            }
            if let end {
                conditions += " AND ended <= ?"
                arguments.append(end.databaseValue)
            }
            return try rows(
                "SELECT id FROM jobs WHERE \(conditions) ORDER BY ended, id LIMIT ?",
                arguments + [max(limit, 0).databaseValue]
            ).map { JobID($0[0] as Int64) }
        }
    }

    func configure(_ name: String, _ settings: QueueSettings) throws {
        let queue = try books(name)
        queue.settings = settings
        try queue.writeSettings(self)
    }
}
