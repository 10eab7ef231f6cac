import DequeModule
import Monitoring
import Synchronization

extension PoolMachine {
    /// What a worker does next.
    struct Claim {
        enum Next {
            /// Run the jobs in the front batch.
            case run(count: Int)
            /// Run the one job in the front batch, which has been moved to `running` already.
            case runStarted
            /// There is little to do yet: stay awake for a moment and look again.
            case linger
            /// There is nothing to do: park.
            case park
            /// Leave.
            case leave
        }

        var next: Next
        /// Another worker to be woken.
        var wake: Wake?
        /// Submits that are through.
        var through: [ProducerWaiter] = []
        /// Those who waited for quiet.
        var quiet: [QuietWaiter] = []
        /// Jobs for which timers are to be set.
        var timed: [JobRecord] = []
        /// When ``PoolMachine/tokensCame(now:)`` is to be called.
        var alarm: UInt64?
        /// Whether ``PoolMachine/relieve(now:)`` is to be called after ``PoolMachine/relief``.
        var watch = false
        /// Whether the jobs of the batch came without records.
        var areItems = false
        /// Whether finished items of the batch wait for the others, and its jobs have no records.
        var isGathering = false
    }

    /// Below this average, in nanoseconds, jobs are short: a worker takes several at once, as their wait for one
    /// another is not felt, and looks again before it parks, as a wake-up costs more than many of them.
    private static let shortJob: UInt64 = 20_000
    /// Below this one they are so short that a worker takes its whole share of a shallow queue, or lets more of them
    /// gather and takes them all.
    private static let tinyJob: UInt64 = 2_000
    /// This many tiny jobs in the queue are worth taking: a batch. With half of it, jobs with limits and priorities took
    /// half as long again.
    static let stream = WorkerSlot.batchLimit
    /// How often a worker lingers after the last time it was worth it: 50 µs, as much as two wake-ups cost.
    static let patience = 4
    /// How many waiting jobs a worker that is awake and runs tiny ones is trusted with: four batches.
    ///
    /// One of a stage is trusted with all there are. Two would take turns at what they share, their own pool and the next
    /// one, for longer than their work takes, and the processor is better used by another stage.
    static let trust = 4 * WorkerSlot.batchLimit
    /// The longest that jobs stay stuck in a batch behind a long one, in nanoseconds, while workers are parked or
    /// producers wait.
    static let relief: UInt64 = 2_000_000

    /// Gives a worker its next jobs.
    ///
    /// It takes several where the queue is deep and its jobs are short, so that
    /// the lock is taken once for all of them; otherwise one.
    mutating func claim(_ slot: WorkerSlot, now: UInt64) -> Claim {
        if let served = slot.takeServed() { return served }
        if lingering === slot { stopLingering(slot) }
        if slot.isWoken {
            slot.isWoken = false
            isWaking = false
        }
        handed -= slot.handed
        slot.handed = 0
        stopGathering(slot)
        slot.hasItems = false
        slot.isUnrecorded = false
        trust = slot.averageRun < PoolMachine.tinyJob ? (items == nil ? PoolMachine.trust : Int.max) : 0
        lastClaim = now
        leaveGates(of: slot, now: now)
        takeBackRecords(of: slot)
        slot.turnBatch()
        if slot.isAbandoned { return Claim(next: .leave) }
        if slot.isRetiring { return leave(slot, now: now) }
        guard isDispatching else { return Claim(next: .park, alarm: limits.takeAlarm()) }

        let hasLingered = slot.hasLingered
        if shouldLinger(slot) { return Claim(next: .linger) }
        let wanted = batchSize(for: slot, hasLingered: hasLingered)
        var (count, returning) = take(wanted, for: slot, now: now)
        var next = Claim.Next.run(count: count)
        if count == 0, let record = returning ?? steal(for: slot) {
            record.holder = slot.holder
            record.phase.store(.running, ordering: .releasing)
            slot.batch[0] = Held.passRetained(record)
            count = 1
            next = .runStarted
        }
        var through: [ProducerWaiter] = []
        if count == 0, !waiting.isEmpty {
            // Nothing is left to take, so those in line must not wait for a worker that comes by.
            through = moveUp(now: now, eagerly: true)
            (count, _) = take(wanted, for: slot, now: now)
            next = .run(count: count)
        }
        slot.batchCount = count
        guard count > 0 else {
            return Claim(next: .park, through: through, timed: takeTimed(), alarm: limits.takeAlarm())
        }
        slot.handed = count - 1
        handed += count - 1
        depthMarks.shallowed(to: depth, now: now)
        if !waiting.isEmpty { through += moveUp(now: now, eagerly: slot.averageRun >= PoolMachine.shortJob) }
        let wake = wakeOne()
        var claim = Claim(next: next, wake: wake, through: through, watch: needsWatch())
        if !through.isEmpty || !waiting.isEmpty { claim.timed = takeTimed() }
        if !limits.isEmpty { claim.alarm = limits.takeAlarm() }
        claim.areItems = slot.hasItems
        claim.isGathering = slot.isGathering
        return claim
    }

    /// Takes the next jobs out of the queue: at most `limit` into the worker's batch, or one that comes back.
    @inline(__always)
    private mutating func take(_ limit: Int, for slot: WorkerSlot, now: UInt64) -> (
        count: Int, returning: JobRecord?
    ) {
        guard limits.isEmpty else { return takeWithinLimits(limit, for: slot, now: now) }
        if queue.hasItems() { return takeAmongItems(limit, for: slot) }
        let count = queue.pop(limit, into: slot.batch)
        return (count, count == 0 ? queue.popReturning() : nil)
    }

    /// Takes the next jobs out where some of them have no record yet, which they get now, unless they are tiny and go on
    /// together.
    private mutating func takeAmongItems(_ limit: Int, for slot: WorkerSlot) -> (
        count: Int, returning: JobRecord?
    ) {
        let count = queue.nextItems(limit)
        guard count > 0, let lane = items else { return queue.popBeforeItems(limit, into: slot.batch) }
        let hands = slot.hands(for: lane)
        lane.move(count, to: hands)
        slot.hasItems = true
        if lane.gathers, count > 1, slot.averageRun < PoolMachine.tinyJob {
            hands.begin(count)
            slot.isUnrecorded = true
            slot.isGathering = true
            gathering += 1
            return (count, nil)
        }
        // The last ones: those that this worker has just given back.
        let first = max(spare.count - count, 0)
        for place in 0..<count {
            let held = first + place < spare.count ? spare[first + place] : Held.passRetained(JobRecord())
            held._withUnsafeGuaranteedRef { $0.begin(hands.stamps[place]) }
            slot.batch[place] = held
        }
        spare.removeLast(spare.count - first)
        return (count, nil)
    }

    @inline(__always)
    mutating func stopGathering(_ slot: WorkerSlot) {
        guard slot.isGathering else { return }
        slot.isGathering = false
        gathering -= 1
    }

    /// Takes the records over that the worker has no more use for.
    @inline(__always)
    mutating func takeBackRecords(of slot: WorkerSlot) {
        let records = slot.previousBatch
        // All at once, and none of them is `nil`.
        records.withMemoryRebound(to: Held.self, capacity: slot.recyclable) { records in
            spare.append(contentsOf: UnsafeBufferPointer(start: records, count: slot.recyclable))
        }
        records.update(repeating: nil, count: slot.recyclable)
        slot.recyclable = 0
        slot.mayRecycle = spare.count < PoolMachine.spareLimit
    }

    /// How many jobs a worker takes at once: its share of the queue where jobs are short, all where it has let them
    /// gather or is trusted with all, otherwise one.
    @inline(__always)
    private func batchSize(for slot: WorkerSlot, hasLingered: Bool) -> Int {
        guard slot.averageRun < PoolMachine.shortJob else { return 1 }
        let isAlone = hasLingered || trust == Int.max
        let active = isAlone ? 1 : max(slots.count - parked.count, 1)
        let share = slot.averageRun < PoolMachine.tinyJob ? queue.count / active : queue.count / (2 * active)
        return min(max(share, 1), WorkerSlot.batchLimit)
    }

    /// Whether a worker lets jobs gather for a moment instead of taking the few there are.
    ///
    /// Where tiny jobs stream in, a worker that comes for each of them fights the producer over the lock, and one
    /// that parks has to be woken for the next: both cost more than the jobs. So it stays awake, as the one that is
    /// on its way, which also spares the submits waking another, and is served by the submit that completes a batch. It
    /// stops that as soon as it does not pay.
    private mutating func shouldLinger(_ slot: WorkerSlot) -> Bool {
        let isStreaming = queue.count >= PoolMachine.stream
        let wasWorthIt = slot.hasLingered && queue.count >= PoolMachine.stream / 4
        if isStreaming || wasWorthIt { slot.patience = PoolMachine.patience }
        let isWorthIt = queue.count > 0 ? !slot.hasLingered : handed == 0
        guard lingers, slot.averageRun < PoolMachine.tinyJob, !isStreaming, slot.patience > 0, isWorthIt,
            !isWaking
        else {
            slot.hasLingered = false
            return false
        }
        slot.hasLingered = true
        slot.patience -= 1
        slot.isWoken = true
        isWaking = true
        lingering = slot
        return true
    }

    /// Gives a worker that lingers what it waits for, as soon as that is there.
    ///
    /// Whoever submits has the lock and the queue at hand anyway. If the worker came for it, each would wait for the
    /// other, and for memory that the other has just written: as long as several jobs take. (After D. Hendler, I. Incze,
    /// N. Shavit and M. Tzafrir, "Flat Combining and the Synchronization-Parallelism Tradeoff", SPAA 2010.)
    @inline(__always)
    mutating func serve(now: UInt64) {
        guard lingering != nil, queue.count >= PoolMachine.stream else { return }
        serveLingering(now: now)
    }

    @inline(never)
    private mutating func serveLingering(now: UInt64) {
        guard let slot = lingering, slot.isReady.load(ordering: .acquiring) else { return }
        stopLingering(slot)
        slot.served = claim(slot, now: now)
        slot.isServed.store(true, ordering: .releasing)
    }

    private mutating func stopLingering(_ slot: WorkerSlot) {
        lingering = nil
        slot.isReady.store(false, ordering: .relaxed)
    }

    /// Takes the last job of another worker's batch that has not been started, so that no job waits behind a
    /// long one while a worker is idle.
    private mutating func steal(for thief: WorkerSlot) -> JobRecord? {
        guard handed > 0 else { return nil }
        for slot in slots where slot.handed > 0 {
            for place in stride(from: slot.batchCount - 1, through: 0, by: -1) {
                guard let record = slot.held(place), record.move(from: .queued, to: .running) else {
                    continue
                }
                slot.giveWork(to: record, at: place)
                slot.handed = max(slot.handed - 1, 0)
                handed -= 1
                return record
            }
            handed -= slot.handed
            slot.handed = 0
        }
        return nil
    }

    /// Parks a worker, unless there is something to do after all: then it is to look again at once.
    mutating func park(_ slot: WorkerSlot, _ continuation: Wake) -> (stays: Bool, quiet: [QuietWaiter]) {
        if slot.isRetiring || slot.isAbandoned || (isDispatching && (queue.count > 0 || handed > 0)) {
            return (false, [])
        }
        slot.parked = continuation
        parked.append(slot)
        return (true, takeQuiet())
    }

    /// Takes back the jobs that workers hold and have not started, so that none of them starts.
    mutating func recallBatches(now: UInt64) { recall(from: slots, now: now) }

    /// Takes back the jobs that these workers hold and have not started.
    mutating func recall(from slots: [WorkerSlot], now: UInt64) {
        var recalled: [JobRecord] = []
        for slot in slots {
            for place in 0..<slot.batchCount {
                guard let record = slot.held(place), record.move(from: .queued, to: .requeued) else {
                    continue
                }
                slot.giveWork(to: record, at: place)
                record.holder = JobRecord.Holder.queue
                leaveGate(record, unused: true, now: now)
                recalled.append(record)
            }
            handed -= slot.handed
            slot.handed = 0
        }
        queue.putBack(recalled)
    }

    /// Whether someone has to look after a while whether jobs are stuck, in a batch or with a worker that was trusted to
    /// come by: parked workers look for work only when they are woken, and nobody tells the machine how far a
    /// batch has come.
    mutating func needsWatch() -> Bool {
        let mayBeStuck = handed > 0 || (trust > 0 && parked.count < slots.count)
        guard mayBeStuck, !isWatched, !parked.isEmpty || !waiting.isEmpty || gathering > 0 else {
            return false
        }
        isWatched = true
        return true
    }

    /// Looks after what is stuck. To be called ``relief`` after ``needsWatch()`` has said so.
    mutating func relieve(now: UInt64) -> Relieved {
        if elapsed(from: lastClaim, to: now) >= PoolMachine.relief { trust = 0 }
        takeBackWhatIsStuck(now: now)
        let gathered = takeGathered(now: now)
        let through = moveUp(now: now, eagerly: true)
        let wake = wakeOne()
        isWatched = false
        return Relieved(
            through: through, timed: takeTimed(), wake: wake, gathered: gathered, watch: needsWatch())
    }

    /// What came of looking after what is stuck.
    struct Relieved {
        var through: [ProducerWaiter]
        /// Jobs for which timers are to be set.
        var timed: [JobRecord]
        var wake: Wake?
        /// What is to be handed on.
        var gathered: [StuckBatch]
        /// Whether it is to be called again.
        var watch: Bool
    }

    /// Takes jobs back from workers that have been on one job for long; what they had started is then known, too.
    mutating func takeBackWhatIsStuck(now: UInt64) {
        let stuck = slots.filter { $0.handed > 0 && isStuck($0, now: now) }
        recall(from: stuck, now: now)
    }

    /// The items that are gathered by workers that have been on one item for long.
    private mutating func takeGathered(now: UInt64) -> [StuckBatch] {
        guard gathering > 0 else { return [] }
        let stuck = slots.filter { $0.isGathering && isStuck($0, now: now) }
        for slot in stuck { stopGathering(slot) }
        return stuck.compactMap(\.stuckBatch)
    }

    private func isStuck(_ slot: WorkerSlot, now: UInt64) -> Bool {
        elapsed(from: slot.startedAt.load(ordering: .relaxed), to: now) >= PoolMachine.relief
    }

    // MARK: Quiet

    /// Whether no worker and no producer runs a job.
    private var nothingRuns: Bool { inline.isEmpty && parked.count == slots.count }

    /// Whether nothing is left to do.
    var nothingIsLeft: Bool {
        nothingRuns && queue.count == 0 && queue.held == 0 && scheduled.isEmpty && taken == 0
    }

    /// Those who waited for what is now the case.
    mutating func takeQuiet() -> [QuietWaiter] {
        guard !quietWaiters.isEmpty, nothingRuns else { return [] }
        let isEmpty = nothingIsLeft
        let content = quietWaiters.filter { isEmpty || $0.condition == .nothingRuns }
        quietWaiters.removeAll { isEmpty || $0.condition == .nothingRuns }
        return content
    }

    /// The waiter of that number, where it still waits: it gave up.
    mutating func takeQuietWaiter(_ id: UInt64) -> QuietWaiter? {
        quietWaiters.firstIndex { $0.id == id }.map { quietWaiters.remove(at: $0) }
    }

    // MARK: Freezing

    /// What timers and processes are to follow now: frozen or not; `nil` where they do, or someone is at it.
    mutating func beginFreezing() -> Bool? {
        guard !isFreezing, isFrozenThrough != (frozen != nil) else { return nil }
        isFreezing = true
        isFrozenThrough.toggle()
        return isFrozenThrough
    }
}
