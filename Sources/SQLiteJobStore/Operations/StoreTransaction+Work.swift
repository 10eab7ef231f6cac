import Foundation
import GRDB
import JobQueue
import Monitoring

extension StoreTransaction {
    // MARK: Claims

    /// A queued job that may be next.
    private struct Candidate {
        let id: Int64
        let rank: Int64
        let isExpired: Bool

        func isBefore(_ other: Candidate) -> Bool { (rank, id) < (other.rank, other.id) }
    }

    func claim(_ session: SessionID, from scope: ClaimScope, limit: Int, now: StoreTime) throws
        -> [ClaimedJob]
    {
        guard limit > 0, try isAlive(session, now: now) else { return [] }
        for (name, queue) in allQueues where queue.isAhead(of: now) {
            try changeQueue(name) { $0.setBack(to: now) }
        }
        var lines: [String: ArraySlice<Candidate>] = [:]
        for (name, queue) in allQueues where queue.counters.queued > 0 && queue.isOpen(at: now) {
            if case .queues(let names) = scope, !names.contains(name) { continue }
            lines[name] = try candidates(queue, limit: limit, now: now)
        }
        var claimed: [ClaimedJob] = []
        while claimed.count < limit, let name = first(of: lines, now: now), let next = lines[name]?.popFirst()
        {
            if next.isExpired {
                if let job = try job(JobID(next.id)) { try expire(job, now: now) }
            } else {
                claimed.append(try start(next.id, name, session, now: now))
            }
            // Those that ran out of time were no jobs to claim: there may be more behind them.
            guard lines[name]?.isEmpty ?? false, claimed.count < limit, let queue = queue(name) else {
                continue
            }
            lines[name] = try candidates(queue, limit: limit - claimed.count, now: now)
            if lines[name]?.isEmpty ?? true { lines[name] = nil }
        }
        return claimed
    }

    /// The first of a queue.
    private func candidates(_ queue: QueueRow, limit: Int, now: StoreTime) throws -> ArraySlice<Candidate> {
        guard queue.counters.queued > 0 else { return [] }
        let rows = try rows(
            "SELECT id, rank, deadline FROM jobs WHERE queue = ? AND state = 1 ORDER BY rank, id LIMIT ?",
            [queue.id.databaseValue, limit.databaseValue])
        return rows.map { row in
            let deadline = row[2] as Int64?
            return Candidate(
                id: row[0], rank: row[1], isExpired: deadline.map { $0 <= now.milliseconds } ?? false)
        }[...]
    }

    /// The queue whose first is next, of those that let one start.
    private func first(of lines: [String: ArraySlice<Candidate>], now: StoreTime) -> String? {
        var best: (name: String, candidate: Candidate)?
        for (name, line) in lines {
            guard let candidate = line.first, queue(name)?.isOpen(at: now) ?? false else { continue }
            if best.map({ candidate.isBefore($0.candidate) }) ?? true { best = (name, candidate) }
        }
        return best?.name
    }

    private func start(_ id: Int64, _ name: String, _ session: SessionID, now: StoreTime) throws -> ClaimedJob
    {
        let token = nextToken()
        let row = try change(
            """
            UPDATE jobs SET state = 2, token = ?, session = ?, attempt = attempt + 1, started = ?, outcome = NULL
            WHERE id = ?
            RETURNING kind, payload, priority, attempt, max_attempts, rescues, deadline, created, tags
            """,
            [token.databaseValue, session.rawValue.databaseValue, now.databaseValue, id.databaseValue])
        guard let row else {
            throw JobStoreError(
                .corrupt, "an index names job \(id), which is not there: restore the database")
        }
        try count(name, from: .queued, to: .running)
        try changeQueue(name) { $0.takeToken(at: now) }
        return ClaimedJob(
            lease: Lease(job: JobID(id), token: token), queue: name, kind: row[0],
            payload: [UInt8](row[1] as Data), priority: row[2], attempt: row[3], maxAttempts: row[4],
            rescues: row[5], deadline: (row[6] as Int64?).map { StoreTime(milliseconds: $0) },
            created: StoreTime(milliseconds: row[7]), tags: try Tags.read(row[8]))
    }

    // MARK: Settlements

    func settle(_ settlements: [Settlement], now: StoreTime) throws -> [Bool] {
        try settlements.map { try settle($0, now: now) }
    }

    private func settle(_ settlement: Settlement, now: StoreTime) throws -> Bool {
        // What nearly every job comes to needs no look at it first.
        if settlement.outcome == .succeed { return try succeed(settlement, now: now) }
        guard let job = try self.job(settlement.lease.job), job.state == .running,
            job.token == settlement.lease.token
        else { return false }
        if settlement.outcome == .release {
            try handBack(job, as: "released", now: now)
            return true
        }
        var state: JobState
        var since = job.since
        switch settlement.outcome {
        case .cancel: state = .cancelled
        case .die: state = .dead
        case .retry(let time):
            since = max(time, now).milliseconds
            state = time > now ? .scheduled : .queued
        case .succeed, .release: state = .queued
        }
        if job.isCancelRequested { state = .cancelled }
        let outcome = settlement.isTimeout ? "timed out" : state == .cancelled ? "cancelled" : "failed"
        if state.isWaiting {
            try waitAgain(job, settlement, state, since: since, outcome: outcome, now: now)
        } else {
            try run(
                "UPDATE jobs SET state = ?, ended = ?, cancel = 0, outcome = ?, error = ?, result = ? WHERE id = ?",
                [
                    state.code, now.databaseValue, outcome.databaseValue, settlement.error.text,
                    settlement.result?.blob ?? .null, job.id.databaseValue,
                ])
        }
        let name = name(of: job.queue)
        try count(name, from: .running, to: state)
        try changeQueue(name) { queue in
            if settlement.isTimeout { queue.counters.timedOut += 1 }
            if state.isWaiting { queue.counters.retried += 1 }
        }
        return true
    }

    private func succeed(_ settlement: Settlement, now: StoreTime) throws -> Bool {
        let row = try change(
            """
            UPDATE jobs SET state = 3, ended = ?, cancel = 0, outcome = ?, error = ?, result = ?
            WHERE id = ? AND state = 2 AND token = ? RETURNING queue
            """,
            [
                now.databaseValue, (settlement.isTimeout ? "timed out" : "succeeded").databaseValue,
                settlement.error.text, settlement.result?.blob ?? .null, settlement.lease.job.databaseValue,
                settlement.lease.token.databaseValue,
            ])
        guard let row else { return false }
        let name = name(of: row[0])
        try count(name, from: .running, to: .succeeded)
        if settlement.isTimeout { try changeQueue(name) { $0.counters.timedOut += 1 } }
        return true
    }

    private func waitAgain(
        _ job: JobRow, _ settlement: Settlement, _ state: JobState, since: Int64, outcome: String,
        now: StoreTime
    ) throws {
        let rank = NewJob.rank(priority: job.priority, waitingSince: StoreTime(milliseconds: since))
        try run(
            """
            UPDATE jobs SET state = ?, since = ?, rank = ?, cancel = 0, outcome = NULL, error = ?, result = ?,
                progress = NULL, note = NULL, history = ?
            WHERE id = ?
            """,
            [
                state.code, since.databaseValue, rank.databaseValue, settlement.error.text,
                settlement.result?.blob ?? .null,
                try job.history(self, adding: outcome, error: settlement.error, at: now),
                job.id.databaseValue,
            ])
    }

    func report(_ progress: [Lease: JobProgress]) throws {
        for (lease, progress) in progress {
            try run(
                "UPDATE jobs SET progress = ?, note = ? WHERE id = ? AND state = 2 AND token = ?",
                [
                    progress.fraction.databaseValue, progress.note.databaseValue, lease.job.databaseValue,
                    lease.token.databaseValue,
                ])
        }
    }
}
