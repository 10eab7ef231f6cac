import Monitoring

/// Keeps jobs in memory by the rules of ``JobStore``. Reads no clock, does no I/O.
struct MemoryStoreMachine {
    var records: [JobID: MemoryRecord] = [:]
    /// Jobs by number; those deleted are left out now and then.
    var order: [JobID] = []
    var queues: [String: MemoryQueue] = [:]
    var sessions: [SessionID: MemorySession] = [:]
    /// Scheduled jobs by the time they are due.
    var due = LazyHeap()
    /// Waiting jobs by their deadline.
    var deadlines = LazyHeap()
    /// Ended jobs by the time they ended.
    var ended: [JobState: LazyHeap] = [:]
    var lastJob: UInt64 = 0
    var lastSession: Int64 = 0
    var lastToken: Int64 = 0
    var lastMove: UInt64 = 0
    /// How many jobs wait, in all queues.
    private var waiting = 0

    // MARK: Moving

    /// Moves a job to a state, with all that depends on it.
    mutating func move(_ record: consuming MemoryRecord, to state: JobState, now: StoreTime) {
        let old = record.job.state
        if old == .running, let session = record.session {
            sessions[session]?.jobs.remove(record.job.id)
            record.session = nil
        }
        record.job.state = state
        if state.isFinal { record.job.ended = now }
        if state != .running { record.job.isCancelRequested = false }
        let name = record.job.job.queue
        queues[name]?.counters[old] -= 1
        queues[name]?.kept[old, default: 0] -= 1
        waiting -= old.isWaiting ? 1 : 0
        enter(record)
    }

    /// Puts a job into the lists of its state.
    mutating func enter(_ record: consuming MemoryRecord) {
        lastMove += 1
        record.move = lastMove
        let (job, state, name) = (record.job.job, record.job.state, record.job.job.queue)
        queues[name, default: MemoryQueue()].counters[state] += 1
        queues[name]?.kept[state, default: 0] += 1
        if let key = job.key {
            if !state.isFinal {
                queues[name]?.keys[key] = record.job.id
            } else if queues[name]?.keys[key] == record.job.id {
                queues[name]?.keys[key] = nil
            }
        }
        if state == .scheduled { due.insert(record.since.milliseconds, record) }
        if state == .queued {
            queues[name]?.ready.insert(record.rank, record)
            queues[name]?.waiting.insert(record.since.milliseconds, record)
        }
        if state.isWaiting {
            waiting += 1
            if let deadline = job.deadline { deadlines.insert(deadline.milliseconds, record) }
        }
        if state.isFinal, let time = record.job.ended {
            ended[state, default: LazyHeap()].insert(time.milliseconds, record)
        }
        records[record.job.id] = record
        compact(name, state)
    }

    /// Takes a job out for good.
    mutating func forget(_ id: JobID) {
        guard let record = records.removeValue(forKey: id) else { return }
        let (state, name) = (record.job.state, record.job.job.queue)
        queues[name]?.kept[state, default: 0] -= 1
        if !state.isFinal {
            queues[name]?.counters[state] -= 1
            queues[name]?.counters.cancelled += 1
            if let key = record.job.job.key { queues[name]?.keys[key] = nil }
            waiting -= 1
        }
        if order.count > 2 * records.count + 64 { order.removeAll { records[$0] == nil } }
    }

    /// Has a job wait again, as if it had never been claimed; or ends it where an operator wants that.
    mutating func handBack(_ record: consuming MemoryRecord, as outcome: String, now: StoreTime) {
        record.endAttempt(outcome, now: now)
        record.job.attempt -= 1
        record.job.progress = nil
        let state: JobState = record.job.isCancelRequested ? .cancelled : .queued
        move(record, to: state, now: now)
    }

    private mutating func compact(_ name: String, _ state: JobState) {
        let queued = Int(queues[name]?.counters.queued ?? 0)
        queues[name]?.ready.compact(current: queued, records)
        queues[name]?.waiting.compact(current: queued, records)
        due.compact(current: waiting, records)
        deadlines.compact(current: waiting, records)
        if state.isFinal { ended[state]?.compact(current: records.count, records) }
    }
}

extension JobState {
    /// Whether it has yet to start.
    var isWaiting: Bool { self == .scheduled || self == .queued }
}
