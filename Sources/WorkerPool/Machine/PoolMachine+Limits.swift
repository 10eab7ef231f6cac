import Monitoring
import Synchronization

extension PoolMachine {
    /// Takes the next jobs out that may start: at most `limit` into the worker's batch, or one that comes back.
    ///
    /// Those that a limit holds back are put aside, and the ones behind them taken.
    mutating func takeWithinLimits(_ limit: Int, for slot: WorkerSlot, now: UInt64) -> (
        count: Int, returning: JobRecord?
    ) {
        var count = 0
        var lead: IntakeQueue.Lead?
        while count < limit, let next = queue.next(&lead) {
            if limits.bucket?.hasToken(at: now) == false {
                limits.isOutOfTokens = true
                if let bucket = limits.bucket { limits.want(alarm: bucket.next) }
                break
            }
            // One that comes back is started by itself.
            if next.isReturning, count > 0 { break }
            let held = queue.pop(next)
            let waiting = limits.held
            let isThrough = held._withUnsafeGuaranteedRef { pass($0, now: now) }
            // Jobs may have come back to the queue.
            if !isThrough || limits.held != waiting { lead = nil }
            guard isThrough else {
                held.release()
                continue
            }
            _ = limits.bucket?.take(at: now)
            if next.isReturning { return (0, held.takeRetainedValue()) }
            slot.batch[count] = held
            count += 1
        }
        return (count, nil)
    }

    /// Lets a job that has just been taken out of the queue through its gate, or puts it aside.
    private mutating func pass(_ record: JobRecord, now: UInt64) -> Bool {
        guard let gate = limits.gate(of: record) else { return true }
        let isThrough = limits.gates[gate].pass(record, at: now)
        if !isThrough {
            // It may stand in no batch; only a new claim starts it.
            record.holder = JobRecord.Holder.queue
            record.phase.store(.requeued, ordering: .releasing)
            limits.gates[gate].held.insertReturning(record)
            limits.held += 1
        }
        recallHeld(gate, now: now)
        return isThrough
    }

    /// A job has ended, or has not started after all (`unused`): others of its kind may take its place.
    mutating func leaveGate(_ record: JobRecord, unused: Bool = false, now: UInt64) {
        guard !limits.isEmpty else { return }
        if unused { limits.bucket?.putBack() }
        guard let gate = limits.gate(of: record) else { return }
        limits.gates[gate].leave(record, unused: unused)
        recallHeld(gate, now: now)
    }

    /// A job that waits is not going to run.
    mutating func forgetWaiting(_ record: JobRecord, now: UInt64) {
        if record.pass == .held { limits.held -= 1 } else { queue.forget(record) }
        guard let gate = limits.gate(of: record) else { return }
        limits.gates[gate].forget(record)
        recallHeld(gate, now: now)
    }

    /// The jobs of a worker's batch have all ended: they leave their gates.
    mutating func leaveGates(of slot: WorkerSlot, now: UInt64) {
        var left: Int?
        for place in 0..<slot.batchCount {
            slot.batch[place]?._withUnsafeGuaranteedRef { record in
                guard record.pass == .passed, record.isHeld(by: slot), let gate = limits.gate(of: record)
                else { return }
                limits.gates[gate].leave(record, unused: false)
                if let left, left != gate { recallHeld(left, now: now) }
                left = gate
            }
        }
        if let left { recallHeld(left, now: now) }
    }

    /// Sends jobs back to the queue that may pass now.
    @inline(__always)
    private mutating func recallHeld(_ gate: Int, now: UInt64) {
        guard limits.held > 0 else { return }
        while let record = limits.gates[gate].recall(at: now) {
            limits.held -= 1
            queue.insertReturning(record)
        }
        if let alarm = limits.gates[gate].alarm(at: now) { limits.want(alarm: alarm) }
    }

    /// Tokens may have come. Returns the worker to be woken, and when to call again.
    mutating func tokensCame(now: UInt64) -> (wake: Wake?, alarm: UInt64?) {
        limits.alarmCame()
        if limits.isOutOfTokens, let bucket = limits.bucket {
            limits.isOutOfTokens = !bucket.hasToken(at: now)
            if limits.isOutOfTokens { limits.want(alarm: bucket.next) }
        }
        for gate in limits.gates.indices { recallHeld(gate, now: now) }
        return (wakeOne(), limits.takeAlarm())
    }

    /// The job of that ID, where it waits to be started: in the queue, or held back by a limit.
    func findWaiting(_ id: JobID) -> JobRecord? {
        if let record = queue.find(id) { return record }
        for gate in limits.gates { if let record = gate.held.find(id) { return record } }
        return nil
    }

    /// The job that has waited longest.
    mutating func oldestWaiting() -> JobRecord? {
        var oldest = queue.oldest()
        for gate in limits.gates.indices where limits.gates[gate].held.count > 0 {
            guard let first = limits.gates[gate].held.oldest() else { continue }
            if oldest.map({ first.isBefore($0) }) ?? true { oldest = first }
        }
        return oldest
    }
}
