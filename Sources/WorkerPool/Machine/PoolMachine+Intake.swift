import Monitoring
import Synchronization

/// A parked worker that has to be resumed once the lock is free.
typealias Wake = UnsafeContinuation<Void, Never>

extension PoolMachine {
    /// How a submit fared.
    enum Admission {
        /// In the queue; the worker is to be woken.
        case admitted(JobID, Wake?)
        /// There is no room.
        case full
        /// The intake is paused.
        case paused
        /// The pool takes nothing any more.
        case closed
    }

    /// Takes a job in where there is room.
    ///
    /// A submit that may wait stands in line behind those that wait already; one
    /// that may not takes any room there is.
    @inline(__always)
    mutating func admit(_ job: borrowing Job, at now: UInt64, behindLine: Bool) -> Admission {
        if let refusal = refusal(behindLine: behindLine) { return refusal }
        return .admitted(enqueue(job, at: now), wakeOne())
    }

    /// Takes as many jobs in as there is room for; `jobs` keeps the rest.
    mutating func admit(_ jobs: inout ArraySlice<Job>, at now: UInt64) -> Admission {
        if let refusal = refusal(behindLine: true) { return refusal }
        let last = enqueue(from: &jobs, at: now)
        return .admitted(last, wakeOne())
    }

    @inline(__always)
    private func refusal(behindLine: Bool) -> Admission? {
        guard lifecycle == .running else { return .closed }
        guard intakePause == nil else { return .paused }
        guard occupied < capacity, waiting.isEmpty || !behindLine else { return .full }
        return nil
    }

    /// Puts a job at the end of the queue.
    @inline(__always)
    private mutating func enqueue(_ job: borrowing Job, at now: UInt64) -> JobID {
        queue.append(register(job, at: now))
        depthMarks.deepened(to: occupied)
        return JobID(rawValue: nextJob - 1)
    }

    /// Puts as many jobs at the end of the queue as there is room for.
    private mutating func enqueue(from jobs: inout ArraySlice<Job>, at now: UInt64) -> JobID {
        let room = min(capacity - occupied, jobs.count)
        var last = JobID(rawValue: 0)
        for job in jobs.prefix(room) { last = enqueue(job, at: now) }
        jobs = jobs.dropFirst(room)
        return last
    }

    /// Numbers and counts a job.
    @inline(__always)
    private mutating func register(_ job: borrowing Job, at now: UInt64) -> Held {
        let record = spare.popLast() ?? Held.passRetained(JobRecord())
        record._withUnsafeGuaranteedRef { $0.begin(job, id: JobID(rawValue: nextJob), at: now) }
        nextJob += 1
        tally.submitted += 1
        arrivals.mark(1, at: now)
        return record
    }

    /// Makes room by giving up the job that has waited longest, and takes the new one in.
    ///
    /// Returns the job given up; `nil` where none waits that is not in a worker's hands already, in which
    /// case the new one is not taken either.
    mutating func admitDroppingOldest(_ job: Job, at now: UInt64) -> (id: JobID, dropped: JobRecord, wake: Wake?)? {
        guard let oldest = queue.popOldest() else { return nil }
        oldest.phase.store(.dropped, ordering: .releasing)
        tally.dropped += 1
        return (enqueue(job, at: now), oldest, wakeOne())
    }

    /// Takes the new job in and gives it up at once.
    mutating func admitDroppingNewest(_ job: Job, at now: UInt64) -> JobRecord {
        let record = register(job, at: now).takeRetainedValue()
        tally.dropped += 1
        record.phase.store(.dropped, ordering: .releasing)
        return record
    }

    /// Takes the new job in to be run by its producer.
    mutating func admitInline(_ job: Job, at now: UInt64) -> JobRecord {
        let record = register(job, at: now).takeRetainedValue()
        record.phase.store(.running, ordering: .releasing)
        record.holder = 0  // no slot has that number
        tally.started += 1
        inline += 1
        return record
    }

    /// Puts a submit in line. Its jobs are admitted for it as soon as there is room.
    ///
    /// Returns how it ended where it need not wait, and the worker to be woken.
    mutating func standInLine(_ waiter: ProducerWaiter, now: UInt64) -> (end: ProducerWaiter.End?, wake: Wake?) {
        guard lifecycle == .running else { return (.refused(.closed), nil) }
        if waiting.isEmpty, intakePause == nil, occupied < capacity {
            waiter.last = enqueue(from: &waiter.jobs, at: waiter.submittedAt)
            if waiter.jobs.isEmpty { return (.admitted, wakeOne()) }
        }
        waiter.since = now
        waiting.append(waiter)
        stats.waits += 1
        return (nil, wakeOne())
    }

    /// Takes a submit out of the line; false where it is not in it any more.
    mutating func leaveLine(_ waiter: ProducerWaiter, now: UInt64) -> Bool {
        guard let place = waiting.firstIndex(where: { $0 === waiter }) else { return false }
        waiting.remove(at: place)
        stats.waited += elapsed(from: waiter.since, to: now)
        return true
    }

    /// The jobs of waiting submits move up as far as there is room.
    ///
    /// To spare a fast pool a wake-up for every job, nobody moves up before half
    /// the queue is empty; where the first in line has waited for a millisecond
    /// already, wake-ups are not what costs, and any room is used at once.
    ///
    /// Returns the submits that are through.
    mutating func moveUp(now: UInt64) -> [ProducerWaiter] {
        guard intakePause == nil, lifecycle == .running, let first = waiting.first else { return [] }
        guard occupied < capacity, occupied <= capacity / 2 || elapsed(from: first.since, to: now) > 1_000_000 else { return [] }
        var through: [ProducerWaiter] = []
        while occupied < capacity, let waiter = waiting.first {
            waiter.last = enqueue(from: &waiter.jobs, at: waiter.submittedAt)
            guard waiter.jobs.isEmpty else { break }
            waiting.removeFirst()
            stats.waited += elapsed(from: waiter.since, to: now)
            through.append(waiter)
        }
        return through
    }

    /// The worker to wake for new work, where one is needed: none while another is on its way.
    @inline(__always)
    mutating func wakeOne() -> Wake? {
        guard !isWaking, !parked.isEmpty, isDispatching, queue.count > 0 else { return nil }
        return wakeNext()
    }

    private mutating func wakeNext() -> Wake? {
        guard let slot = parked.popLast(), let continuation = slot.parked else { return nil }
        slot.parked = nil
        slot.isWoken = true
        isWaking = true
        return continuation
    }
}

extension PoolError {
    static let closed = PoolError(.closed, "the pool takes no more jobs: it is draining or has stopped")
}
