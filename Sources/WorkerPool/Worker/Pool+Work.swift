import Monitoring
import Synchronization

extension Pool {
    /// How long a worker lingers, in nanoseconds.
    private static let moment: UInt64 = 12_000

    /// How long a worker goes on without giving other tasks of the program a turn, in nanoseconds.
    private static let slice: UInt64 = 5_000_000

    /// How many jobs ahead of its turn a worker has the work of one fetched.
    private static let ahead = 2

    /// What a worker does all its life: take jobs, run them in its own task, account for them, park.
    ///
    /// Returns when the slot retires, or when its task has been cancelled for a job's sake: the slot then has
    /// a fresh task.
    func work(_ slot: WorkerSlot) async {
        var now = clock.now()
        var sliceEnd = now + Pool.slice
        var previousCount = 0
        var succeeded: UInt32 = 0
        var areItems = false
        while true {
            let claim = slot.takeServed() ?? state.withLock { $0.claim(slot, now: now) }
            act(on: claim)
            if previousCount > 0 {
                account(
                    for: slot.previousBatch, of: slot, count: previousCount, succeeded: succeeded,
                    areItems: areItems, now: now)
                previousCount = 0
                succeeded = 0
            }
            let count: Int
            var isStarted = false
            switch claim.next {
            case .run(let wanted): count = wanted
            case .runStarted: (count, isStarted) = (1, true)
            case .leave: return
            case .linger:
                now = linger(slot, from: now)
                continue
            case .park:
                await park(slot)
                now = clock.now()
                sliceEnd = now + Pool.slice
                continue
            }
            if now > sliceEnd {
                await Task.yield()
                now = clock.now()
                sliceEnd = now + Pool.slice
            }
            let batchStart = now
            areItems = claim.areItems
            if claim.isGathering {
                if await workGathering(slot, count, &now, &succeeded) {
                    handOver(slot, count: count, succeeded: succeeded, areItems: true, now: now)
                    return
                }
            } else {
                for place in 0..<count { slot.batch[place]?.prefetch() }
                for place in 0..<count {
                    if place + Pool.ahead < count { slot.batch[place + Pool.ahead]?.prefetchWork() }
                    guard let record = slot.batch[place],
                        isStarted || record._withUnsafeGuaranteedRef({ $0.move(from: .queued, to: .running) })
                    else { continue }
                    let error = await run(record, at: place, on: slot, &now)
                    guard end(record, at: place, on: slot, error: error, now: now, &succeeded) else {
                        continue
                    }
                    handOver(slot, count: count, succeeded: succeeded, areItems: areItems, now: now)
                    return
                }
            }
            previousCount = count
            let average = elapsed(from: slot.waited, to: elapsed(from: batchStart, to: now)) / UInt64(count)
            slot.waited = 0
            slot.averageRun = (slot.averageRun &* 3 &+ average) / 4
        }
    }

    /// Works on a batch of jobs without records, whose results go on together; returns whether the slot needs a
    /// fresh task.
    private func workGathering(
        _ slot: WorkerSlot, _ count: Int, _ now: inout UInt64, _ succeeded: inout UInt32
    )
        async -> Bool
    {
        guard let batch = slot.items else { return false }
        defer {
            batch._withUnsafeGuaranteedRef { batch in
                batch.handOn(stuckIn: nil)
                exporter?.measure(batch, count: count)
                telemetry.withLock { $0.absorb(batch, count: count, worker: slot.holder, now: now) }
            }
        }
        var place = 0
        while true {
            switch batch._withUnsafeGuaranteedRef({ $0.advance(&place, count, on: slot, &now) }) {
            case .over: return false
            case .recorded:
                guard let record = slot.batch[place],
                    record._withUnsafeGuaranteedRef({ $0.move(from: .queued, to: .running) })
                else { break }
                let error = await run(record, at: place, on: slot, &now)
                if end(record, at: place, on: slot, error: error, now: now, &succeeded) { return true }
            case .done(let error):
                if end(batch, place, on: slot, error: error, &now, &succeeded) { return true }
            case .left(let rest):
                let id = batch._withUnsafeGuaranteedRef { $0.stamps[place].id }
                var failure: (any Error)?
                do {
                    try await rest(JobContext(id: id, worker: slot.id, attempt: 1, isAwaited: false))
                } catch {
                    failure = error
                }
                if end(batch, place, on: slot, error: failure, &now, &succeeded) { return true }
            }
            place += 1
        }
    }

    /// Ends a job that came without a record, after its attempt; returns whether the slot needs a fresh task.
    private func end(
        _ batch: Unmanaged<ItemBatch>, _ place: Int, on slot: WorkerSlot, error: (any Error)?,
        _ now: inout UInt64, _ succeeded: inout UInt32
    ) -> Bool {
        let start = now
        now = clock.now()
        slot.spent(elapsed(from: start, to: now))
        let isEnded = batch._withUnsafeGuaranteedRef { batch in
            batch.times[place] = (start, now)
            return error == nil && batch.move(place, from: .running, to: .ended)
        }
        if isEnded {
            slot.ended()
            slot.giveUpItem(place)
            return false
        }
        guard let record = state.withLock({ _ in slot.held(place) }) else { return false }
        // Whoever gave it a record may have done so before it was known when it started.
        record.startedAt = start
        record.endedAt = now
        return end(Held.passUnretained(record), at: place, on: slot, error: error, now: now, &succeeded)
    }

    /// Ends a job after its attempt; returns whether the slot needs a fresh task.
    @inline(__always)
    private func end(
        _ record: Held, at place: Int, on slot: WorkerSlot, error: (any Error)?, now: UInt64,
        _ succeeded: inout UInt32
    ) -> Bool {
        if error == nil, record._withUnsafeGuaranteedRef({ succeed($0, at: place, on: slot) }) {
            succeeded |= 1 << UInt32(place)
            return false
        }
        return settle(record.takeUnretainedValue(), on: slot, error: error, now: now)
    }

    /// Runs one attempt; returns its error.
    @inline(__always)
    private func run(_ record: Held, at place: Int, on slot: WorkerSlot, _ now: inout UInt64) async -> (
        any Error
    )? {
        let (work, context) = record._withUnsafeGuaranteedRef { record in
            record.startedAt = now
            record.worker = Int32(truncatingIfNeeded: slot.id.rawValue)
            slot.started(place, at: now)
            let attempt = Int(record.failures) + 1
            if record.traits.contains(.timeout) { watch(record, since: now) }
            let context = JobContext(
                id: record.id, worker: slot.id, attempt: attempt, isAwaited: record.completion != nil)
            return (record.work, context)
        }
        var failure: (any Error)?
        var time: UInt64?
        do {
            switch work {
            case .suspending(let body): try await body(context)
            case .plain(let body): try body(context)
            case .atOnce(let begin):
                var attempt = AttemptAtOnce(of: record)
                if let rest = try begin(context, &attempt) {
                    try await rest(context)
                } else {
                    time = attempt.time
                }
            case nil:
                var attempt = AttemptAtOnce(of: record)
                let rest = try slot.items?._withUnsafeGuaranteedRef { try $0.begin(place, &attempt) }
                if let rest {
                    try await rest(context)
                } else {
                    time = attempt.time
                }
            }
        } catch {
            failure = error
        }
        let end = clock.isSystem ? time ?? clock.now() : clock.now()
        record._withUnsafeGuaranteedRef { $0.endedAt = end }
        slot.spent(elapsed(from: now, to: end))
        now = end
        return failure
    }

    /// Has an attempt with a timeout watched.
    private func watch(_ record: JobRecord, since now: UInt64) {
        guard let timeout = record.options?.timeout else { return }
        timers.add(.attemptTimeout(record, startedAt: now, limit: timeout), at: now + timeout.nanoseconds)
    }

    /// Ends a job well; false where it was told to stop, so that its end is decided under the lock.
    @inline(__always)
    private func succeed(_ record: JobRecord, at place: Int, on slot: WorkerSlot) -> Bool {
        guard record.move(from: .running, to: .succeeded) else { return false }
        slot.ended(well: record)
        if !record.traits.isEmpty { finish(record) }
        if record.failures > 0 { tellRecovery(of: record) }
        record.tell(.succeeded)
        if record.work == nil { slot.giveUpItem(place) } else { record.work = nil }
        return true
    }

    /// A job with a time limit or a key has ended well.
    private func finish(_ record: JobRecord) {
        if !record.traits.isDisjoint(with: .limited) { timers.watchEnded() }
        if record.traits.contains(.keyed) { giveUpKey(of: record) }
    }

    /// Lets another job have the key of one that has ended.
    func giveUpKey(of record: JobRecord) {
        guard let key = record.options?.key else { return }
        let old = state.withLock { machine -> JobRecord? in
            guard machine.keyed[key]?.id == record.id else { return nil }
            return machine.keyed.removeValue(forKey: key)
        }
        withExtendedLifetime(old) {}
    }

    /// Adds the jobs of a batch to the telemetry, and gets the records they leave ready for use again.
    private func account(
        for batch: UnsafeMutablePointer<Held?>, of slot: WorkerSlot, count: Int, succeeded: UInt32,
        areItems: Bool, now: UInt64
    ) {
        if succeeded != 0 {
            exporter?.measure(batch, mask: succeeded)
            telemetry.withLock { $0.absorb(batch, mask: succeeded, areItems: areItems, now: now) }
        }
        var kept = 0
        for place in 0..<count {
            guard let record = batch[place].take() else { continue }
            guard slot.mayRecycle, succeeded & (1 << UInt32(place)) != 0, isUnique(record) else {
                record.release()
                continue
            }
            record._withUnsafeGuaranteedRef { record in
                record.hasBeenLetGo()
                record.clear()
            }
            batch[kept] = record
            kept += 1
        }
        slot.recyclable = kept
    }

    /// Whether nobody else knows the record.
    @inline(__always)
    private func isUnique(_ record: Held) -> Bool {
        var pointer = record.toOpaque()
        return withUnsafeMutablePointer(to: &pointer) { pointer in
            pointer.withMemoryRebound(to: JobRecord.self, capacity: 1) {
                isKnownUniquelyReferenced(&$0.pointee)
            }
        }
    }

    /// Lets a moment pass, or less where the worker is served; returns the time after it. Looks at nothing that others
    /// write meanwhile, as that would slow them down.
    private func linger(_ slot: WorkerSlot, from start: UInt64) -> UInt64 {
        guard clock.isSystem else { return start }
        slot.isReady.store(true, ordering: .releasing)
        var now = clock.now()
        while elapsed(from: start, to: now) < Pool.moment, !slot.isServed.load(ordering: .relaxed) {
            now = clock.now()
        }
        return now
    }

    private func park(_ slot: WorkerSlot) async {
        await withUnsafeContinuation { continuation in
            let (stays, quiet) = state.withLock { $0.park(slot, continuation) }
            if !stays { continuation.resume() }
            if !quiet.isEmpty { resume(quiet) }
        }
    }

    /// The slot's task has been cancelled and must not run another job: a fresh one takes over.
    private func handOver(
        _ slot: WorkerSlot, count: Int, succeeded: UInt32, areItems: Bool, now: UInt64
    ) {
        let (number, wake) = state.withLock { machine -> (Int?, Wake?) in
            machine.recall(from: [slot], now: now)
            machine.leaveGates(of: slot, now: now)
            machine.takeBackRecords(of: slot)
            slot.turnBatch()
            slot.task = nil
            slot.taskNumber += 1
            return (slot.isAbandoned ? nil : slot.taskNumber, machine.wakeOne())
        }
        wake?.resume()
        account(
            for: slot.previousBatch, of: slot, count: count, succeeded: succeeded, areItems: areItems,
            now: now)
        if let number { startTask(for: slot, number: number) }
    }
}
