import Monitoring

extension MemoryStoreMachine {
    // MARK: Operators

    mutating func cancel(_ jobs: [JobID], by operator: String, now: StoreTime) -> [CancelOutcome] {
        jobs.map { id in
            guard var record = records[id] else { return .unknown }
            switch record.job.state {
            case .scheduled, .queued:
                record.job.error = "cancelled by \(`operator`)"
                move(record, to: .cancelled, now: now)
                return .cancelled
            case .running:
                records[id]?.job.isCancelRequested = true
                return .signalled
            case let state: return .ended(state)
            }
        }
    }

    mutating func retry(_ selection: JobSelection, now: StoreTime) -> Int {
        var count = 0
        for id in selected(selection, where: { isKeyFree(of: $0) }) {
            guard var record = records[id], record.job.state.isFinal, isKeyFree(of: record.job.job) else {
                continue
            }
            if record.isExpired(at: now) { record.job.job.deadline = nil }
            record.since = now
            record.job.attempt = 0
            record.job.rescues = 0
            record.job.ended = nil
            record.job.error = nil
            record.job.result = nil
            record.job.progress = nil
            move(record, to: .queued, now: now)
            count += 1
        }
        return count
    }

    mutating func delete(_ selection: JobSelection) -> Int {
        var count = 0
        for id in selected(selection) where records[id].map({ $0.job.state != .running }) ?? false {
            forget(id)
            count += 1
        }
        return count
    }

    mutating func configure(_ queue: String, _ settings: QueueSettings) {
        queues[queue, default: MemoryQueue()].settings = settings
    }

    private func isKeyFree(of job: NewJob) -> Bool {
        job.key.map { queues[job.queue]?.keys[$0] == nil } ?? true
    }

    private func selected(_ selection: JobSelection, where isWanted: (NewJob) -> Bool = { _ in true })
        -> [JobID]
    {
        switch selection {
        case .jobs(let ids): return ids
        case .all(let state, let queue, let limit, let end):
            let never = StoreTime(milliseconds: .min)
            let last = end ?? StoreTime(milliseconds: .max)
            let found = order.compactMap { records[$0]?.job }.filter { job in
                job.state == state && (queue == nil || job.job.queue == queue) && (job.ended ?? never) <= last
                    && isWanted(job.job)
            }
            return found.sorted { ($0.ended ?? never, $0.id) < ($1.ended ?? never, $1.id) }
                .prefix(max(limit, 0)).map(\.id)
        }
    }

    // MARK: Looking

    func jobs(_ query: StoreQuery) -> StorePage {
        let limit = min(max(query.limit, 1), StoreQuery.maxLimit)
        var page = StorePage(jobs: [], next: nil)
        for id in order.reversed() where query.after.map({ id < $0 }) ?? true {
            guard var job = records[id]?.job, query.matches(job) else { continue }
            if page.jobs.count == limit {
                page.next = page.jobs.last?.id
                break
            }
            if job.job.payload.count > StoreQuery.listedPayload { job.job.payload = [] }
            job.result = nil
            job.attempts = []
            page.jobs.append(job)
        }
        return page
    }

    mutating func statuses(now: StoreTime) -> [QueueStatus] {
        queues.keys.sorted().map { name in
            let oldest = queues[name]?.waiting.first(records)?.key
            let queue = queues[name, default: MemoryQueue()]
            return QueueStatus(
                name: name, settings: queue.settings, counters: queue.counters,
                kept: queue.kept.filter { $0.value > 0 }, oldest: oldest.map { StoreTime(milliseconds: $0) },
                starts: queue.starts.figures(queue.settings, at: now))
        }
    }
}

extension StoreQuery {
    fileprivate func matches(_ job: StoredJob) -> Bool {
        (states.isEmpty || states.contains(job.state)) && (queue == nil || job.job.queue == queue)
            && (kind == nil || job.job.kind == kind)
    }
}
