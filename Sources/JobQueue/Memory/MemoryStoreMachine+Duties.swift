import Monitoring

extension MemoryStoreMachine {
    mutating func promote(limit: Int, now: StoreTime) -> Promotion {
        var promotion = Promotion(promoted: 0, expired: 0, next: nil)
        while promotion.promoted + promotion.expired < limit {
            if let item = deadlines.first(records), item.key <= now.milliseconds {
                if let record = records[item.job] { expire(record, now: now) }
                promotion.expired += 1
            } else if let item = due.first(records), item.key <= now.milliseconds {
                if let record = records[item.job] { move(record, to: .queued, now: now) }
                promotion.promoted += 1
            } else {
                break
            }
        }
        let times = [due.first(records)?.key, deadlines.first(records)?.key].compactMap { $0 }
        promotion.next = times.min().map { StoreTime(milliseconds: $0) }
        return promotion
    }

    /// Gives up a job that has not ended by its deadline.
    mutating func expire(_ record: consuming MemoryRecord, now: StoreTime) {
        record.job.error = "did not end by its deadline"
        move(record, to: .dead, now: now)
    }

    mutating func rescue(allowed: Int, lease: Duration, limit: Int, now: StoreTime) -> Rescue {
        var rescue = Rescue(requeued: [], dead: [])
        var left = limit
        for (id, session) in sessions.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            if session.end > now + lease { sessions[id]?.end = now + lease }
            guard session.end <= now else { continue }
            sessions[id]?.isOver = true
            for job in session.jobs.sorted() {
                guard left > 0 else { return rescue }
                left -= 1
                if let record = records[job] { take(record, allowed, &rescue, now: now) }
            }
            sessions[id] = nil
        }
        return rescue
    }

    private mutating func take(
        _ record: consuming MemoryRecord, _ allowed: Int, _ rescue: inout Rescue, now: StoreTime
    ) {
        let id = record.job.id
        record.job.rescues += 1
        queues[record.job.job.queue]?.counters.rescued += 1
        guard record.job.rescues > allowed, !record.job.isCancelRequested else {
            handBack(record, as: "rescued", now: now)
            if records[id]?.job.state == .queued { rescue.requeued.append(id) }
            return
        }
        let error = "its process died \(record.job.rescues) times while it ran"
        record.endAttempt("rescued", now: now)
        record.job.attempt -= 1
        record.job.error = error
        move(record, to: .dead, now: now)
        rescue.dead.append(id)
    }

    mutating func clean(_ retention: Retention, limit: Int, now: StoreTime) -> Int {
        var count = 0
        let kept: [(JobState, Duration?)] = [
            (.succeeded, retention.succeeded), (.cancelled, retention.cancelled), (.dead, retention.dead),
        ]
        for (state, time) in kept {
            guard let time else { continue }
            while count < limit, let item = ended[state]?.first(records),
                StoreTime(milliseconds: item.key) + time < now
            {
                forget(item.job)
                count += 1
            }
        }
        return count
    }
}
