import DequeModule
import Monitoring
import Synchronization

/// A parked worker that has to be resumed once the lock is free.
typealias Wake = UnsafeContinuation<Void, Never>

extension PoolMachine {
    /// How a submit fared.
    enum Admission {
        /// In the queue; the worker is to be woken.
        case admitted(JobID, Wake?)
        /// A live job has the same key.
        case duplicate(LiveJob)
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
    mutating func admit(_ job: inout Job, at now: UInt64, behindLine: Bool) -> Admission {
        if !keyed.isEmpty, let live = liveJob(with: job.options?.key) { return .duplicate(live) }
        if let refusal = refusal(behindLine: behindLine, now: now) { return refusal }
        let id = enqueue(&job, at: now)
        serve(now: now)
        return .admitted(id, wakeOne())
    }

    /// Takes a job in that needs no record yet, where there is room: `append` puts it at the end of ``items``.
    @inline(__always)
    mutating func admit(at now: UInt64, _ append: (ItemLane.Stamp) -> Void) -> Admission {
        if let refusal = refusal(behindLine: true, now: now) { return refusal }
        let id = JobID(rawValue: nextJob)
        append(ItemLane.Stamp(id: id, time: now))
        nextJob += 1
        count(submitted: 1, at: now)
        depthMarks.deepened(to: depth)
        return .admitted(id, wakeOne())
    }

    /// Keeps places for items on their way here; returns how many, at most `count`.
    mutating func reserve(_ count: Int) -> Int {
        guard lifecycle == .running, intakePause == nil, waiting.isEmpty else { return 0 }
        let room = min(count, max(capacity - occupied, 0))
        reserved += room
        return room
    }

    /// Takes so many items in whose places were kept: `append` puts them at the end of ``items``, numbered from its
    /// argument on.
    mutating func admit(_ count: Int, at now: UInt64, _ append: (UInt64) -> Void) -> Moved {
        append(nextJob)
        nextJob += UInt64(count)
        self.count(submitted: UInt64(count), at: now)
        depthMarks.deepened(to: depth)
        // Where places were given back, nobody may come by.
        return waiting.isEmpty ? Moved(through: [], timed: [], wake: wakeOne()) : moveUpAndWake(now: now)
    }

    /// Takes as many jobs in as there is room for; `jobs` keeps the rest.
    mutating func admit(_ jobs: PreparedJobs, at now: UInt64) -> (Admission, Enqueued) {
        if let refusal = refusal(behindLine: true, now: now) { return (refusal, Enqueued()) }
        let enqueued = enqueue(from: jobs, at: now)
        serve(now: now)
        return (.admitted(enqueued.last, wakeOne()), enqueued)
    }

    /// The live job that has that key.
    private func liveJob(with key: String?) -> LiveJob? {
        guard let key, let record = keyed[key], record.isLive else { return nil }
        return LiveJob(id: record.id, completion: record.completion)
    }

    @inline(__always)
    private mutating func refusal(behindLine: Bool, now: UInt64) -> Admission? {
        guard lifecycle == .running else { return .closed }
        guard intakePause == nil else { return .paused }
        guard waiting.isEmpty || !behindLine, occupied < capacity || hasRoomAfterAll(now: now) else {
            return .full
        }
        return nil
    }

    /// Whether there is room once it is known how far batches have come, of workers that have been on one job for
    /// long. Looked at now and then only, as all workers have to be looked at.
    @inline(never)
    mutating func hasRoomAfterAll(now: UInt64) -> Bool {
        guard handed > 0, occupied - handed < capacity,
            elapsed(from: lookedForRoom, to: now) >= PoolMachine.relief
        else {
            return false
        }
        lookedForRoom = now
        takeBackWhatIsStuck(now: now)
        return occupied < capacity
    }

    /// Puts a job at the end of the queue.
    @inline(__always)
    private mutating func enqueue(_ job: inout Job, at now: UInt64) -> JobID {
        let record = register(&job, at: now)
        enqueue(record)
        depthMarks.deepened(to: depth)
        return JobID(rawValue: nextJob - 1)
    }

    /// Puts a job where it belongs.
    @inline(__always)
    private mutating func enqueue(_ held: Held) {
        if held._withUnsafeGuaranteedRef({ $0.options == nil }) {
            queue.append(held, priority: 0, gate: -1)
        } else {
            enqueueWithOptions(held)
        }
    }

    private mutating func enqueueWithOptions(_ held: Held) {
        let (priority, gate, isDelayed) = held._withUnsafeGuaranteedRef { record in
            note(record)
            return (record.priority, record.gate, record.traits.contains(.delayed))
        }
        guard isDelayed else { return queue.append(held, priority: priority, gate: gate) }
        let record = held.takeRetainedValue()
        record.phase.store(.scheduled, ordering: .releasing)
        scheduled[record.id] = record
        delayed += 1
    }

    /// Notes what a job with options is to be found and watched by.
    private mutating func note(_ record: JobRecord) {
        if !limits.isEmpty { record.gate = limits.gate(of: record.kind) }
        if record.traits.contains(.keyed), let key = record.options?.key { keyed[key] = record }
        if !record.traits.isDisjoint(with: .timed) { time(record) }
    }

    /// Puts as many jobs at the end of the queue as there is room for; those whose keys live jobs have are left out.
    private mutating func enqueue(from jobs: PreparedJobs, at now: UInt64) -> Enqueued {
        var result = Enqueued()
        let first = nextJob
        let room = capacity - occupied
        while Int(nextJob - first) < room, let held = jobs.next() {
            let live = held._withUnsafeGuaranteedRef { record -> LiveJob? in
                guard record.traits.contains(.keyed) else { return nil }
                return liveJob(with: record.options?.key)
            }
            if let live {
                result.leaveOut(held, for: live)
            } else {
                held._withUnsafeGuaranteedRef { $0.begin(id: JobID(rawValue: nextJob), at: now) }
                nextJob += 1
                enqueue(held)
            }
        }
        count(submitted: nextJob - first, at: now)
        result.last = JobID(rawValue: nextJob > first ? nextJob - 1 : 0)
        depthMarks.deepened(to: depth)
        return result
    }

    /// Numbers and counts a job.
    @inline(__always)
    private mutating func register(_ job: inout Job, at now: UInt64) -> Held {
        let held = spare.popFirst() ?? Held.passRetained(JobRecord())
        if spare.count > PoolMachine.ahead { spare[PoolMachine.ahead].prefetch() }
        held._withUnsafeGuaranteedRef { record in
            record.take(&job)
            record.begin(id: JobID(rawValue: nextJob), at: now)
        }
        nextJob += 1
        count(submitted: 1, at: now)
        return held
    }

    @inline(__always)
    private mutating func count(submitted: UInt64, at now: UInt64) {
        tally.submitted += submitted
        arrivals.mark(Int(submitted), at: now)
    }

    /// At most so many records to be used again.
    mutating func takeSpare(_ count: Int) -> [Held] {
        let records = Array(spare.prefix(count))
        spare.removeFirst(records.count)
        return records
    }

    /// How a submit fared that does not wait.
    enum Outcome {
        /// In the queue, where another job may have been given up for it.
        case admitted(JobID, dropped: JobRecord?, Wake?)
        /// A live job has the same key.
        case duplicate(LiveJob)
        /// Taken in and given up at once.
        case dropped(JobRecord)
        /// To be run by its producer, now.
        case inline(JobRecord)
        /// Not taken in.
        case refused(PoolError)
    }

    /// Takes a job in where there is room, or else does as the policy says, which is not to wait.
    mutating func admit(_ job: inout Job, orElse policy: OverflowPolicy.Kind, at now: UInt64) -> Outcome {
        switch admit(&job, at: now, behindLine: false) {
        case .admitted(let id, let wake): return .admitted(id, dropped: nil, wake)
        case .duplicate(let live): return .duplicate(live)
        case .paused: return .refused(.intakePaused)
        case .closed: return .refused(.closed)
        case .full: break
        }
        switch policy {
        case .wait, .reject: return .refused(.queueFull)
        case .dropOldest: return admitDroppingOldest(&job, at: now)
        case .dropNewest: return admitDroppingNewest(&job, at: now)
        case .callerRuns: return admitInline(&job, at: now)
        }
    }

    /// Makes room by giving up the job that has waited longest; where all are in workers' hands already, the new
    /// one is refused.
    private mutating func admitDroppingOldest(_ job: inout Job, at now: UInt64) -> Outcome {
        guard let oldest = queue.oldest() else { return .refused(.queueFull) }
        oldest.phase.store(.dropped, ordering: .releasing)
        queue.forget(oldest)
        tally.dropped += 1
        return .admitted(enqueue(&job, at: now), dropped: oldest, wakeOne())
    }

    private mutating func admitDroppingNewest(_ job: inout Job, at now: UInt64) -> Outcome {
        let record = register(&job, at: now).takeRetainedValue()
        tally.dropped += 1
        record.phase.store(.dropped, ordering: .releasing)
        return .dropped(record)
    }

    private mutating func admitInline(_ job: inout Job, at now: UInt64) -> Outcome {
        let record = register(&job, at: now).takeRetainedValue()
        if record.options != nil { note(record) }
        record.gate = -1
        record.startedAt = now
        record.worker = 0
        record.holder = 0  // no slot has that number
        record.phase.store(.running, ordering: .releasing)
        tally.started += 1
        inline.append(record)
        return .inline(record)
    }

    /// Puts a submit in line. Its jobs are admitted for it as soon as there is room.
    ///
    /// Returns how it ended where it need not wait, the worker to be woken, and whether ``relieve(now:)`` is to be
    /// called after ``relief``.
    mutating func standInLine(
        _ waiter: ProducerWaiter, now: UInt64
    ) -> (end: ProducerWaiter.End?, wake: Wake?, watch: Bool) {
        guard lifecycle == .running else { return (.refused(.closed), nil, false) }
        if waiting.isEmpty, intakePause == nil, occupied < capacity {
            waiter.enqueued += enqueue(from: waiter.jobs, at: waiter.submittedAt)
            if waiter.jobs.isEmpty { return (.admitted, wakeOne(), false) }
        }
        waiter.since = now
        waiting.append(waiter)
        stats.waits += 1
        return (nil, wakeOne(), needsWatch())
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
    /// the queue is empty. Any room is used at once where the first in line has
    /// waited for a millisecond already, so that wake-ups are not what costs, and
    /// where the caller cannot promise that a worker comes by soon (`eagerly`).
    ///
    /// Returns the submits that are through. Whoever calls it sees to a worker for their jobs (``wakeOne()``).
    mutating func moveUp(now: UInt64, eagerly: Bool = false) -> [ProducerWaiter] {
        guard intakePause == nil, lifecycle == .running, occupied < capacity, let first = waiting.first,
            eagerly || occupied <= capacity / 2 || elapsed(from: first.since, to: now) > 1_000_000
        else { return [] }
        var through: [ProducerWaiter] = []
        while occupied < capacity, let waiter = waiting.first {
            waiter.enqueued += enqueue(from: waiter.jobs, at: waiter.submittedAt)
            guard waiter.jobs.isEmpty else { break }
            waiting.removeFirst()
            stats.waited += elapsed(from: waiter.since, to: now)
            through.append(waiter)
        }
        return through
    }

    /// As ``moveUp(now:eagerly:)`` where no worker may come by, with the worker to be woken for what there is to do.
    mutating func moveUpAndWake(now: UInt64) -> Moved {
        let through = moveUp(now: now, eagerly: true)
        return Moved(through: through, timed: takeTimed(), wake: wakeOne())
    }

    /// What came of a move up.
    struct Moved {
        var through: [ProducerWaiter]
        /// Jobs for which timers are to be set.
        var timed: [JobRecord]
        var wake: Wake?
    }

    /// The worker to wake for new work, where one is needed: none while another is on its way, nor while those that
    /// are awake come by so often that they take it sooner than one that has to be woken.
    @inline(__always)
    mutating func wakeOne() -> Wake? {
        guard !isWaking, !parked.isEmpty, isDispatching, queue.count > 0, queue.count >= trusted else {
            return nil
        }
        return wakeNext()
    }

    /// How many jobs are left to the workers that are awake: what each takes in a few turns, while their jobs are tiny.
    ///
    /// A third thread on two processors only gets in the way of the other two. ``relieve(now:)`` sees to it that none of
    /// these jobs waits for long where they get stuck.
    @inline(__always)
    private var trusted: Int {
        let awake = slots.count - parked.count
        guard trust < Int.max else { return awake > 0 ? Int.max : 0 }
        return awake * min(trust, capacity / 2)
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
