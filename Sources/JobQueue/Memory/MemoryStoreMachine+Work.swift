import Monitoring

extension MemoryStoreMachine {
    // MARK: Intake

    mutating func enqueue(_ jobs: [NewJob], capacity: Int?, now: StoreTime) throws -> [EnqueueOutcome] {
        for job in jobs { try job.check() }
        return jobs.map { job in
            if let key = job.key, let live = queues[job.queue]?.keys[key] { return .exists(live) }
            if let capacity, queues[job.queue]?.depth ?? 0 >= capacity {
                queues[job.queue, default: MemoryQueue()].counters.rejected += 1
                return .full
            }
            lastJob += 1
            let id = JobID(rawValue: lastJob)
            let since = max(job.due ?? now, now)
            order.append(id)
            queues[job.queue, default: MemoryQueue()].counters.submitted += 1
            let stored = StoredJob(id: id, job: job, state: since > now ? .scheduled : .queued, created: now)
            enter(MemoryRecord(job: stored, since: since))
            return .added(id)
        }
    }

    // MARK: Sessions

    mutating func openSession(_ owner: String, lease: Duration, now: StoreTime) -> SessionID {
        lastSession += 1
        let id = SessionID(rawValue: lastSession)
        sessions[id] = MemorySession(owner: owner, end: now + lease)
        return id
    }

    mutating func heartbeat(_ id: SessionID, lease: Duration, now: StoreTime) -> [Lease]? {
        guard let session = sessions[id], !session.isOver else { return nil }
        sessions[id]?.end = now + lease
        return session.jobs.compactMap { id in
            guard let record = records[id], record.job.isCancelRequested else { return nil }
            return Lease(job: id, token: record.token)
        }
    }

    mutating func closeSession(_ id: SessionID, now: StoreTime) {
        for job in sessions[id]?.jobs.sorted() ?? [] {
            if let record = records[job] { handBack(record, as: "released", now: now) }
        }
        sessions[id] = nil
    }

    // MARK: Work

    mutating func claim(_ id: SessionID, from scope: ClaimScope, limit: Int, now: StoreTime) -> [ClaimedJob] {
        guard let session = sessions[id], now < session.end else { return [] }
        let names: [String] =
            switch scope {
            case .all: Array(queues.keys)
            case .queues(let names): names.filter { queues[$0] != nil }
            }
        var claimed: [ClaimedJob] = []
        for name in names { queues[name]?.setBack(to: now) }
        while claimed.count < limit, let record = best(names, now: now) {
            if record.isExpired(at: now) {
                expire(record, now: now)
            } else {
                claimed.append(start(record, id, session.owner, now: now))
            }
        }
        return claimed
    }

    /// The first in line of these queues.
    private mutating func best(_ names: [String], now: StoreTime) -> MemoryRecord? {
        var best: LazyHeap.Item?
        for name in names where queues[name]?.isOpen(at: now) ?? false {
            guard let item = queues[name]?.ready.first(records) else { continue }
            if best.map({ item < $0 }) ?? true { best = item }
        }
        return best.flatMap { records[$0.job] }
    }

    private mutating func start(
        _ record: consuming MemoryRecord, _ session: SessionID, _ owner: String, now: StoreTime
    )
        -> ClaimedJob
    {
        lastToken += 1
        record.token = lastToken
        record.session = session
        record.job.attempt += 1
        record.job.started = now
        if record.job.attempts.count == StoredJob.maxHistory { record.job.attempts.removeFirst() }
        record.job.attempts.append(StoredAttempt(number: record.job.attempt, owner: owner, started: now))
        let (stored, job) = (record.job, record.job.job)
        sessions[session]?.jobs.insert(stored.id)
        queues[job.queue]?.takeToken(at: now)
        let token = record.token
        move(record, to: .running, now: now)
        return ClaimedJob(
            lease: Lease(job: stored.id, token: token), queue: job.queue, kind: job.kind,
            payload: job.payload, priority: job.priority, attempt: stored.attempt,
            maxAttempts: job.maxAttempts,
            rescues: stored.rescues, deadline: job.deadline, created: stored.created, tags: job.tags)
    }

    mutating func settle(_ settlements: [Settlement], now: StoreTime) -> [Bool] {
        settlements.map { settlement in
            guard let record = running(settlement.lease) else { return false }
            settle(record, settlement, now: now)
            return true
        }
    }

    private mutating func settle(
        _ record: consuming MemoryRecord, _ settlement: Settlement, now: StoreTime
    ) {
        let name = record.job.job.queue
        if settlement.outcome == .release { return handBack(record, as: "released", now: now) }
        var state: JobState
        switch settlement.outcome {
        case .succeed: state = .succeeded
        case .cancel: state = .cancelled
        case .die: state = .dead
        case .retry(let time):
            record.since = max(time, now)
            state = time > now ? .scheduled : .queued
        case .release: state = .queued
        }
        if state != .succeeded, record.job.isCancelRequested { state = .cancelled }
        let outcome =
            settlement.isTimeout
            ? "timed out" : state == .succeeded ? "succeeded" : state == .cancelled ? "cancelled" : "failed"
        record.endAttempt(outcome, error: settlement.error, now: now)
        record.job.error = settlement.error
        record.job.result = settlement.result
        if settlement.isTimeout { queues[name]?.counters.timedOut += 1 }
        if state.isWaiting {
            queues[name]?.counters.retried += 1
            record.job.progress = nil
        }
        move(record, to: state, now: now)
    }

    mutating func report(_ progress: [Lease: JobProgress]) {
        for (lease, progress) in progress where running(lease) != nil {
            records[lease.job]?.job.progress = progress
        }
    }

    /// The job of a claim that still holds.
    private func running(_ lease: Lease) -> MemoryRecord? {
        guard let record = records[lease.job], record.job.state == .running, record.token == lease.token
        else { return nil }
        return record
    }
}

extension NewJob {
    /// - Throws: ``JobStoreError/Code/invalid`` where a value is out of range.
    package func check() throws {
        if !(-1_000...1_000).contains(priority) {
            throw JobStoreError(.invalid, "the priority is \(priority): use -1,000 ... 1,000")
        }
        if !(1...1_000).contains(maxAttempts) {
            throw JobStoreError(.invalid, "maxAttempts is \(maxAttempts): use 1 ... 1,000")
        }
    }
}
