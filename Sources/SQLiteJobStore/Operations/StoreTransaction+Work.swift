import DequeModule
import GRDB
import JobQueue
import Monitoring

extension StoreTransaction {
    // MARK: Claims

    /// A queued job that may be next.
    private struct Candidate {
        let rank: Int64
        /// As it will be once it is claimed.
        var job: ClaimedJob

        func isBefore(_ other: Candidate) -> Bool {
            (rank, job.lease.job.rawValue) < (other.rank, other.job.lease.job.rawValue)
        }
    }

    /// The next candidates of one priority in one queue: they are in order by the time since when they wait.
    private struct Line {
        let queue: QueueRow
        let priority: Int
        var candidates: Deque<Candidate> = []
    }

    func claim(_ session: SessionID, from scope: ClaimScope, limit: Int, now: StoreTime) throws
        -> [ClaimedJob]
    {
        guard limit > 0, try isAlive(session, now: now) else { return [] }
        for queue in allQueues where queue.isAhead(of: now) { books(queue).setBack(to: now) }
        var lines: [Line] = []
        for queue in allQueues where queue.counters.queued > 0 && queue.isOpen(at: now) {
            if case .queues(let names) = scope, !names.contains(queue.name) { continue }
            lines += try priorities(queue).map { Line(queue: queue, priority: $0) }
        }
        // More are read where a line has given all of them.
        let share = max(limit / max(lines.count, 1), 1)
        for index in lines.indices { try read(share, of: &lines[index]) }
        var claimed: [ClaimedJob] = []
        var written = 0
        claimed.reserveCapacity(min(limit, 1_024))
        while claimed.count < limit, let best = best(of: lines, now: now),
            let next = lines[best].candidates.popFirst()?.job
        {
            if next.deadline.map({ $0 <= now }) ?? false {
                if let job = try job(next.lease.job) { try expire(job, now: now) }
            } else {
                let queue = books(lines[best].queue)
                queue.count(from: .queued, to: .running)
                queue.takeToken(at: now)
                claimed.append(next)
            }
            if lines[best].candidates.isEmpty, claimed.count < limit {
                try start(claimed[written...], session, now: now)
                written = claimed.count
                try read(min(share, limit - claimed.count), of: &lines[best])
            }
        }
        try start(claimed[written...], session, now: now)
        return claimed
    }

    /// Writes down that they run.
    private func start(_ jobs: ArraySlice<ClaimedJob>, _ session: SessionID, now: StoreTime) throws {
        var rest = jobs.map(\.lease.job.number).sorted()[...]
        while let first = rest.first {
            let row = rest.enumerated().prefix { first + Int64($0.offset) == $0.element }.count
            try statement(.startJobs).bind(session.rawValue).bind(now.milliseconds)
                .bind(first).bind(first + Int64(row) - 1).run()
            rest = rest.dropFirst(row)
        }
    }

    /// The priorities of the queued jobs, each found from the one above it.
    private func priorities(_ queue: QueueRow) throws -> [Int] {
        var priorities: [Int] = []
        var last = Int64.max
        while true {
            let next = try statement(.nextPriority).bind(queue.id).bind(last)
            guard try next.next() else { return priorities }
            last = next.integer(0)
            next.end()
            priorities.append(Int(last))
        }
    }

    private func read(_ limit: Int, of line: inout Line) throws {
        guard line.queue.counters.queued > 0 else { return }
        let first = try statement(.firstJobs).bind(line.queue.id).bind(Int64(line.priority)).bind(
            Int64(limit))
        defer { first.end() }
        line.candidates.reserveCapacity(min(limit, 1_024))
        while try first.next() {
            let job = ClaimedJob(
                lease: Lease(job: JobID(first.integer(0)), token: first.integer(10) + Token.step),
                queue: line.queue.name,
                kind: first.text(2), payload: first.bytes(3), priority: line.priority,
                attempt: Int(first.integer(4)) + 1, maxAttempts: Int(first.integer(5)),
                rescues: Int(first.integer(6)),
                deadline: first.optionalInteger(7).map { StoreTime(milliseconds: $0) },
                created: StoreTime(milliseconds: first.integer(8)),
                tags: try Tags.read(first.optionalText(9)))
            let since = StoreTime(milliseconds: first.integer(1))
            let rank = NewJob.rank(priority: line.priority, waitingSince: since)
            line.candidates.append(Candidate(rank: rank, job: job))
        }
    }

    /// Whose first is next, of those that let one start.
    private func best(of lines: [Line], now: StoreTime) -> Int? {
        var best: Int?
        for (index, line) in lines.enumerated() where !line.candidates.isEmpty && line.queue.isOpen(at: now) {
            if let best, !line.candidates[0].isBefore(lines[best].candidates[0]) { continue }
            best = index
        }
        return best
    }

    // MARK: Settlements

    func settle(_ settlements: [Settlement], now: StoreTime) throws -> [Bool] {
        // By number, for the sake of those in a row; what is said of one job stays in order.
        var rest = settlements.indices.sorted {
            (settlements[$0].lease.job.rawValue, $0) < (settlements[$1].lease.job.rawValue, $1)
        }[...]
        var told = [Bool](repeating: false, count: settlements.count)
        while let first = rest.first {
            let row = rest.enumerated().prefix {
                settlements[first].isSaid(of: settlements[$0.element], after: $0.offset)
            }
            let together = row.count > 1 ? try succeed(settlements[first], count: row.count, now: now) : false
            for index in rest.prefix(max(row.count, 1)) {
                told[index] = together ? true : try settle(settlements[index], now: now)
            }
            rest = rest.dropFirst(max(row.count, 1))
        }
        return told
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
        let queue = try books(job.queue)
        queue.count(from: .running, to: state)
        if settlement.isTimeout { queue.counters.timedOut += 1 }
        if state.isWaiting { queue.counters.retried += 1 }
        return true
    }

    /// Ends one job, or several with numbers in a row, as nearly all end.
    ///
    /// - Returns: false where one of them is in other hands; then nothing has happened.
    private func succeed(_ settlement: Settlement, count: Int = 1, now: StoreTime) throws -> Bool {
        let first = settlement.lease.job.number
        let last = first + Int64(count) - 1
        if count > 1 {
            let look = try statement(.countRunning).bind(first).bind(last).bind(settlement.lease.token)
            let running = try look.next() ? look.integer(0) : 0
            look.end()
            guard running == count else { return false }
        }
        let changed = try statement(.succeedJobs)
            .bind(now.milliseconds).bind(settlement.isTimeout ? "timed out" : nil)
            .bind(settlement.error).bind(settlement.result).bind(first).bind(last)
            .bind(settlement.lease.token).run()
        guard changed > 0 else { return false }
        let queue = try books(Token.queue(settlement.lease.token))
        queue.count(from: .running, to: .succeeded, count)
        if settlement.isTimeout { queue.counters.timedOut += UInt64(count) }
        return true
    }

    private func waitAgain(
        _ job: JobRow, _ settlement: Settlement, _ state: JobState, since: Int64, outcome: String,
        now: StoreTime
    ) throws {
        try run(
            """
            UPDATE jobs SET state = ?, since = ?, cancel = 0, outcome = NULL, error = ?, result = ?,
                progress = NULL, note = NULL, history = ?
            WHERE id = ?
            """,
            [
                state.code, since.databaseValue, settlement.error.text,
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

extension Settlement {
    /// Whether another settlement says the same, of the job so many numbers later: that it has succeeded and left nothing.
    fileprivate func isSaid(of other: Settlement, after distance: Int) -> Bool {
        other.outcome == .succeed && other.result == nil && other.error == nil
            && other.lease.token == lease.token && other.isTimeout == isTimeout
            && other.lease.job.number == lease.job.number + Int64(distance)
    }
}
