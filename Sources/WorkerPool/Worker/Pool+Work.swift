import Monitoring
import Synchronization

extension Pool {
    /// How long a worker goes on without giving other tasks of the program a turn, in nanoseconds.
    private static let slice: UInt64 = 5_000_000

    /// What a worker does all its life: take jobs, run them in its own task, account for them, park.
    ///
    /// Returns when the slot retires, or when its task has been cancelled for a job's sake: the slot then has
    /// a fresh task.
    func work(_ slot: WorkerSlot) async {
        var now = clock.now()
        var sliceEnd = now + Pool.slice
        var previousCount = 0
        var succeeded: UInt32 = 0
        while true {
            let claim = state.withLock { $0.claim(slot, now: now) }
            act(on: claim)
            if previousCount > 0 {
                account(for: slot.previousBatch, count: previousCount, succeeded: succeeded, now: now)
                previousCount = 0
                succeeded = 0
            }
            let count: Int
            var isStarted = false
            switch claim.next {
            case .run(let wanted): count = wanted
            case .runStarted: (count, isStarted) = (1, true)
            case .leave: return
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
            for place in 0..<count {
                guard let record = slot.batch[place], isStarted || record.move(from: .queued, to: .running) else {
                    continue
                }
                let error = await run(record, at: place, on: slot, &now)
                if error == nil, record.move(from: .running, to: .succeeded) {
                    slot.sequence.wrappingAdd(1, ordering: .releasing)
                    succeeded |= 1 << UInt32(place)
                    if let extras = record.extras { finish(record, extras) }
                    record.body = nil
                } else if settle(record, on: slot, error: error, now: now) {
                    handOver(slot, count: count, succeeded: succeeded, now: now)
                    return
                }
            }
            previousCount = count
            let average = elapsed(from: batchStart, to: now) / UInt64(count)
            slot.averageRun = (slot.averageRun &* 3 &+ average) / 4
        }
    }

    /// Runs one attempt; returns its error.
    @inline(__always)
    private func run(_ record: JobRecord, at place: Int, on slot: WorkerSlot, _ now: inout UInt64) async -> (any Error)? {
        slot.cursor.store(place, ordering: .relaxed)
        slot.startedAt.store(now, ordering: .relaxed)
        slot.sequence.wrappingAdd(1, ordering: .releasing)
        record.startedAt = now
        record.worker = Int32(truncatingIfNeeded: slot.id.rawValue)
        let attempt = Int(record.failures) + 1
        if let timeout = record.extras?.options.timeout {
            timers.add(.attemptTimeout(record, attempt: attempt, limit: timeout), at: now + timeout.nanoseconds)
        }
        var failure: (any Error)?
        do {
            try await record.body?(JobContext(record: record, pool: self, slot: slot, attempt: attempt))
        } catch {
            failure = error
        }
        let end = clock.now()
        record.endedAt = end
        slot.busy.wrappingAdd(elapsed(from: now, to: end), ordering: .relaxed)
        now = end
        return failure
    }

    /// A job with extras ended well at the first try or a later one.
    private func finish(_ record: JobRecord, _ extras: JobExtras) {
        if extras.options.timeout != nil { timers.attemptEnded() }
        if record.failures > 0 { tellRecovery(of: record) }
        extras.completion?.end(.succeeded)
    }

    private func account(
        for batch: UnsafeMutablePointer<JobRecord?>, count: Int, succeeded: UInt32, now: UInt64
    ) {
        if succeeded != 0 {
            telemetry.withLock { $0.absorb(batch, mask: succeeded, now: now) }
        }
        for place in 0..<count { batch[place] = nil }
    }

    private func park(_ slot: WorkerSlot) async {
        await withUnsafeContinuation { continuation in
            let (stays, quiet) = state.withLock { $0.park(slot, continuation) }
            if !stays { continuation.resume() }
            if !quiet.isEmpty { resume(quiet) }
        }
    }

    /// The slot's task has been cancelled and must not run another job: a fresh one takes over.
    private func handOver(_ slot: WorkerSlot, count: Int, succeeded: UInt32, now: UInt64) {
        let (number, wake) = state.withLock { machine -> (Int?, Wake?) in
            machine.recallBatches()
            slot.batchCount = 0
            slot.task = nil
            slot.taskNumber += 1
            return (slot.isAbandoned ? nil : slot.taskNumber, machine.wakeOne())
        }
        wake?.resume()
        account(for: slot.batch, count: count, succeeded: succeeded, now: now)
        if let number { startTask(for: slot, number: number) }
    }
}
