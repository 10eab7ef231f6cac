public import Monitoring
import Synchronization

extension Pool {
    /// Cancels jobs, queued or running.
    ///
    /// A job that has not started never will. A running one is told to stop by the cancellation of its task;
    /// if it ends well all the same it has succeeded, if it fails it is cancelled. A job that heeds nothing keeps
    /// its worker and is shown as uncooperative after ``PoolConfiguration/cancelGrace``; ``abandon(_:by:)`` gives it up.
    ///
    /// - Returns: A receipt: *done* where nothing is left to stop, *signalled* while jobs have yet to stop (an event
    ///   with the same receipt follows when they have), *refused* where none of the jobs is alive.
    @discardableResult
    public func cancel(_ ids: [JobID], by operator: String = "program") -> Receipt {
        cancel(ids, alongWith: nil, by: `operator`)
    }

    /// Cancels one job. See ``cancel(_:by:)-([JobID],_)``.
    @discardableResult
    public func cancel(_ id: JobID, by operator: String = "program") -> Receipt {
        cancel([id], by: `operator`)
    }

    /// Cancels every job that has not ended.
    @discardableResult
    public func cancelAll(by operator: String = "program") -> Receipt {
        let (waiting, running) = cancelWaiting()
        return cancel(running, alongWith: waiting.count, by: `operator`)
    }

    /// Cancels jobs, where `waiting` others have just been cancelled by the same command.
    private func cancel(_ ids: [JobID], alongWith waiting: Int?, by operator: String) -> Receipt {
        let receiptID = telemetry.withLock { $0.receipts.nextID() }
        let (count, removed, signalled) = stop(ids, alongWith: waiting, receipt: receiptID)
        let what = waiting == nil && ids.count == 1 ? "\(ids[0])" : nil
        let receipt = telemetry.withLock { $0.receipts.open(receiptID, count, what: what) }
        cancelTasks(of: signalled)
        endCancelled(removed, now: clock.now())
        if receipt.phase != .refused {
            tell(
                .cancelled, job: waiting == nil && ids.count == 1 ? ids[0] : nil,
                mark: waiting == nil ? "cancel \(ids.count)" : "cancel all", receipt: receipt,
                "\(`operator`): \(receipt.message)")
        }
        return receipt
    }

    /// As ``cancel(_:by:)-([JobID],_)``, of which no event tells: who calls it tells the operator in words of its own.
    package func cancelQuietly(_ ids: [JobID]) {
        let (_, removed, signalled) = stop(ids, alongWith: nil, receipt: nil)
        cancelTasks(of: signalled)
        endCancelled(removed, now: clock.now())
    }

    private func stop(_ ids: [JobID], alongWith waiting: Int?, receipt: UInt64?)
        -> (CancelCount, [JobRecord], [WorkerSlot])
    {
        let now = clock.now()
        var count = CancelCount(removed: waiting ?? 0)
        var removed: [JobRecord] = []
        var signalled: [WorkerSlot] = []
        let moved = state.withLock { machine in
            for id in ids {
                switch machine.cancel(id, receipt: receipt, now: now) {
                case .removed(let record): removed.append(record)
                case .signalled(let slot): signalled.append(slot)
                case .alreadyStopping: count.toldBefore += 1
                case .outOfReach: count.outOfReach += 1
                case .notFound: break
                }
            }
            return machine.moveUpAndWake(now: now)
        }
        act(on: moved)
        count.removed += removed.count
        count.signalled = signalled.count
        return (count, removed, signalled)
    }

    /// Gives up a worker's job that does not stop: it counts as cancelled, and another worker takes the place.
    ///
    /// The job may still run and do what it does; the pool does not wait for it any more.
    @discardableResult
    public func abandon(_ worker: WorkerID, by operator: String = "program") -> Receipt {
        let now = clock.now()
        let id = telemetry.withLock { $0.receipts.nextID() }
        guard let abandoned = state.withLock({ $0.abandon(worker, now: now) }) else {
            return Receipt(id: id, phase: .refused, message: "\(worker) runs no job")
        }
        giveTaskUp()
        abandoned.task?.cancel()
        abandoned.gathered?.handOn()
        abandoned.wake?.resume()
        if let alarm = abandoned.alarm { timers.add(.tokens, at: alarm) }
        for slot in abandoned.started { startTask(for: slot, number: 0) }
        let record = abandoned.record
        var attempt = PastAttempt(record, worker: worker, outcome: "cancelled")
        attempt.number = Int(record.failures)
        telemetry.withLock { _ in record.takeAttempts(of: abandoned.original) }
        note(attempt, of: record, now: now)
        end(record, .cancelled, wasInHands: true, now: now)
        let message = "\(worker) was given up with \(record.id)"
        tell(
            .operated, .error, worker: worker, job: record.id, about: record, attempt: Int(record.failures),
            mark: "abandon",
            "\(`operator`): \(message)")
        tellStopped(abandoned.receipts, record, attempt: Int(record.failures), worker, "was given up")
        resume(state.withLock { $0.takeQuiet() })
        return Receipt(id: id, phase: .done, affected: 1, message: message)
    }

    /// Submits failed, cancelled or dropped jobs anew, as new jobs, where the queue has room for them.
    @discardableResult
    public func retry(_ ids: [JobID], by operator: String = "program") -> Receipt {
        let now = clock.now()
        let id = telemetry.withLock { $0.receipts.nextID() }
        let ending = state.withLock { $0.ending }
        let old = telemetry.withLock { telemetry in
            ids.compactMap { id in ending.first { $0.id == id } ?? telemetry.ended.find(id) }
                .compactMap { record in record.work.map { Job(record.options, nil, $0) } }
        }
        var count = 0
        var refusal = "not failed, or no longer kept"
        for var copy in old {
            let (admission, timed) = state.withLock { machine in
                (machine.admit(&copy, at: now, behindLine: false), machine.takeTimed())
            }
            setTimers(for: timed)
            switch admission {
            case .admitted(_, let wake):
                wake?.resume()
                count += 1
            case .duplicate(let live): refusal = "\(live.id) has the same key and is alive"
            case .full: refusal = "the queue is full"
            case .paused: refusal = "the intake is paused"
            case .closed: refusal = "the pool takes no more jobs"
            }
        }
        guard count > 0 else { return Receipt(id: id, phase: .refused, message: "cannot retry: \(refusal)") }
        let message = "\(count) of \(ids.count) \(ids.count == 1 ? "job" : "jobs") submitted anew"
        tell(.operated, mark: "retry \(count)", "\(`operator`): \(message)")
        return Receipt(id: id, phase: .done, affected: count, message: message)
    }

    /// Cancels every job that has not started; returns them, and those that were in workers' hands at that instant.
    @discardableResult
    func cancelWaiting() -> (waiting: [JobRecord], running: [JobID]) {
        let now = clock.now()
        var unfinished = state.withLock { $0.takeUnfinished(now: now) }
        let waiting = unfinished.removeAll()
        for start in stride(from: 0, to: waiting.count, by: 4_096) {
            let piece = waiting[start..<min(start + 4_096, waiting.count)]
            state.withLock { $0.cancelTaken(piece) }
            for record in piece { end(record, .cancelled, now: now) }
        }
        let (moved, quiet) = state.withLock { ($0.moveUpAndWake(now: now), $0.takeQuiet()) }
        act(on: moved)
        resume(quiet)
        return (waiting, unfinished.running)
    }

    private func endCancelled(_ records: [JobRecord], now: UInt64) {
        for record in records { end(record, .cancelled, now: now) }
        resume(state.withLock { $0.takeQuiet() })
    }
}
