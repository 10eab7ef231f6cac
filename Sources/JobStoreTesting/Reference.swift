import JobQueue
import Monitoring

/// What a store does, as simply as can be: one list, searched from end to end.
struct Reference {
    struct Entry {
        var id: JobID
        var job: NewJob
        var state: JobState
        var since: StoreTime
        var attempt = 0
        var rescues = 0
        var lease: Lease?
        var session: SessionID?
        var wantsCancel = false
        var ended: StoreTime?

        mutating func end(_ end: JobState, _ now: StoreTime) {
            (state, ended, lease, session, wantsCancel) = (end, now, nil, nil, false)
        }

        mutating func wait(_ now: StoreTime) {
            if wantsCancel { return end(.cancelled, now) }
            (state, lease, session) = (.queued, nil, nil)
        }
    }

    var entries: [Entry] = []
    var sessions: [SessionID: StoreTime] = [:]
    var settings: [String: QueueSettings] = [:]

    func live(_ key: String?, _ queue: String) -> Entry? {
        guard let key else { return nil }
        return entries.first { $0.job.key == key && $0.job.queue == queue && !$0.state.isFinal }
    }

    func depth(_ queue: String) -> Int {
        entries.count { $0.job.queue == queue && ($0.state == .queued || $0.state == .scheduled) }
    }

    /// What an enqueue is to say; a job that is added takes the number that the store gave it.
    mutating func enqueue(_ job: NewJob, capacity: Int?, now: StoreTime, told: EnqueueOutcome)
        -> EnqueueOutcome
    {
        if let live = live(job.key, job.queue) { return .exists(live.id) }
        if let capacity, depth(job.queue) >= capacity { return .full }
        guard case .added(let id) = told else { return .added(JobID(rawValue: 0)) }
        let since = max(job.due ?? now, now)
        entries.append(Entry(id: id, job: job, state: since > now ? .scheduled : .queued, since: since))
        return told
    }

    /// Which jobs a claim is to take, in order.
    func claim(_ session: SessionID, _ limit: Int, now: StoreTime) -> [JobID] {
        guard let end = sessions[session], now < end else { return [] }
        var running = Dictionary(
            grouping: entries.filter { $0.state == .running }, by: \.job.queue
        ).mapValues(\.count)
        let line = entries.filter { $0.state == .queued && ($0.job.deadline.map { $0 > now } ?? true) }.sorted
        {
            let left = NewJob.rank(priority: $0.job.priority, waitingSince: $0.since)
            let right = NewJob.rank(priority: $1.job.priority, waitingSince: $1.since)
            return (left, $0.id) < (right, $1.id)
        }
        var taken: [JobID] = []
        for entry in line where taken.count < limit {
            let settings = settings[entry.job.queue] ?? QueueSettings()
            guard settings.paused == nil, running[entry.job.queue, default: 0] < settings.concurrency ?? .max
            else { continue }
            running[entry.job.queue, default: 0] += 1
            taken.append(entry.id)
        }
        return taken
    }

    mutating func change(_ id: JobID, _ body: (inout Entry) -> Void) {
        if let index = entries.firstIndex(where: { $0.id == id }) { body(&entries[index]) }
    }

    mutating func settle(_ settlement: Settlement, now: StoreTime) -> Bool {
        guard let entry = entries.first(where: { $0.lease == settlement.lease }) else { return false }
        change(entry.id) { entry in
            switch settlement.outcome {
            case .succeed: entry.end(.succeeded, now)
            case .cancel: entry.end(.cancelled, now)
            case .die: entry.end(entry.wantsCancel ? .cancelled : .dead, now)
            case .release:
                entry.attempt -= 1
                entry.wait(now)
            case .retry(let time):
                entry.wait(now)
                guard entry.state == .queued else { return }
                entry.since = max(time, now)
                if time > now { entry.state = .scheduled }
            }
        }
        return true
    }

    mutating func promote(now: StoreTime) -> Promotion {
        var promotion = Promotion(promoted: 0, expired: 0, next: nil)
        for index in entries.indices
        where entries[index].state == .queued || entries[index].state == .scheduled {
            if let deadline = entries[index].job.deadline, deadline <= now {
                entries[index].end(.dead, now)
                promotion.expired += 1
            } else if entries[index].state == .scheduled, entries[index].since <= now {
                entries[index].state = .queued
                promotion.promoted += 1
            }
        }
        let waiting = entries.filter { $0.state == .queued || $0.state == .scheduled }
        let due = waiting.filter { $0.state == .scheduled }.map(\.since)
        promotion.next = (due + waiting.compactMap(\.job.deadline)).min()
        return promotion
    }

    mutating func rescue(allowed: Int, lease: Duration, now: StoreTime) -> Rescue {
        var rescue = Rescue(requeued: [], dead: [])
        for (session, end) in sessions {
            if end > now + lease { sessions[session] = now + lease }
            guard end <= now else { continue }
            sessions[session] = nil
            for index in entries.indices where entries[index].session == session {
                entries[index].rescues += 1
                entries[index].attempt -= 1
                if entries[index].rescues > allowed, !entries[index].wantsCancel {
                    entries[index].end(.dead, now)
                    rescue.dead.append(entries[index].id)
                } else {
                    entries[index].wait(now)
                    if entries[index].state == .queued { rescue.requeued.append(entries[index].id) }
                }
            }
        }
        return rescue
    }
}
