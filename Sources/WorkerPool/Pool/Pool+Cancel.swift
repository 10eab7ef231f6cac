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
        let now = clock.now()
        let receiptID = telemetry.withLock { $0.receipts.nextID() }
        var removed: [JobRecord] = []
        var signalled: [WorkerSlot] = []
        var missing: [JobID] = []
        let through = state.withLock { machine -> [ProducerWaiter] in
            for id in ids {
                switch machine.cancel(id, receipt: receiptID, now: now) {
                case .removed(let record): removed.append(record)
                case .signalled(let slot): signalled.append(slot)
                case .alreadyStopping: break
                case .notFound: missing.append(id)
                }
            }
            return machine.moveUp(now: now)
        }
        resume(through, .admitted)
        let receipt = self.receipt(
            receiptID, ids: ids, removed: removed.count, signalled: signalled.count, missing: missing, now: now)
        cancelTasks(of: signalled)
        endCancelled(removed, now: now)
        if receipt.phase != .refused {
            tell(
                .cancelled, job: ids.count == 1 ? ids[0] : nil, mark: "cancel \(ids.count)", receipt: receipt,
                "\(`operator`): \(receipt.message)")
        }
        return receipt
    }

    /// Cancels one job. See ``cancel(_:by:)-([JobID],_)``.
    @discardableResult
    public func cancel(_ id: JobID, by operator: String = "program") -> Receipt { cancel([id], by: `operator`) }

    /// Cancels every job that has not ended.
    @discardableResult
    public func cancelAll(by operator: String = "program") -> Receipt {
        let waiting = cancelWaiting()
        let running = state.withLock { $0.running.map(\.id) }
        let receipt = cancel(running, by: `operator`)
        let count = waiting.count + receipt.affected
        let phase: Receipt.Phase = count == 0 ? .refused : receipt.phase == .signalled ? .signalled : .done
        let message = count == 0 ? "there is no job to cancel" : "cancelled \(waiting.count) waiting, \(receipt.affected) running"
        if !waiting.isEmpty { tell(.operated, .warning, mark: "cancel all", "\(`operator`) \(message)") }
        return Receipt(id: receipt.id, phase: phase, affected: count, message: message)
    }

    /// Gives up a worker's job that does not stop: it counts as cancelled, and another worker takes the place.
    ///
    /// The job may still run and do what it does; the pool does not wait for it any more.
    @discardableResult
    public func abandon(_ worker: WorkerID, by operator: String = "program") -> Receipt {
        let now = clock.now()
        let id = telemetry.withLock { $0.receipts.nextID() }
        guard let (record, started, task) = state.withLock({ machine -> (JobRecord, [WorkerSlot], Task<Void, Never>?)? in
            let task = machine.slots.first { $0.id == worker }?.task
            return machine.abandon(worker).map { ($0.record, $0.started, task) }
        }) else { return Receipt(id: id, phase: .refused, message: "\(worker) runs no job") }
        task?.cancel()
        for slot in started { startTask(for: slot, number: 0) }
        endCancelled([record], now: now)
        let message = "\(worker) was given up with \(record.id)"
        tell(.operated, .error, worker: worker, job: record.id, mark: "abandon", "\(`operator`): \(message)")
        resume(state.withLock { $0.takeQuiet() })
        return Receipt(id: id, phase: .done, affected: 1, message: message)
    }

    /// Submits failed, cancelled or dropped jobs anew, as new jobs, where the queue has room for them.
    @discardableResult
    public func retry(_ ids: [JobID], by operator: String = "program") -> Receipt {
        let now = clock.now()
        let id = telemetry.withLock { $0.receipts.nextID() }
        let old = telemetry.withLock { telemetry in ids.compactMap { telemetry.ended.find($0) } }
        var count = 0
        var refusal = "not failed, or no longer kept"
        for record in old {
            guard let body = record.body, record.phase.load(ordering: .acquiring) != .succeeded else { continue }
            let copy = record.extras.map { Job($0.options, body) } ?? Job(body)
            switch state.withLock({ $0.admit(copy, at: now, behindLine: false) }) {
            case .admitted(_, let wake):
                wake?.resume()
                count += 1
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

    /// Takes every job out that has not started; returns them.
    @discardableResult
    func cancelWaiting() -> [JobRecord] {
        let now = clock.now()
        let taken = state.withLock { $0.takeAllWaiting() }
        var cancelled: [JobRecord] = []
        for start in stride(from: 0, to: taken.count, by: 4_096) {
            let piece = taken[start..<min(start + 4_096, taken.count)]
            let removed = state.withLock { $0.cancelTaken(piece) }
            endCancelled(removed, now: now)
            cancelled += removed
        }
        let (through, quiet) = state.withLock { ($0.moveUp(now: now), $0.takeQuiet()) }
        resume(through, .admitted)
        resume(quiet)
        return cancelled
    }

    private func endCancelled(_ records: [JobRecord], now: UInt64) {
        for record in records { end(record, .cancelled, now: now) }
        resume(state.withLock { $0.takeQuiet() })
    }

    private func receipt(
        _ id: UInt64, ids: [JobID], removed: Int, signalled: Int, missing: [JobID], now: UInt64
    ) -> Receipt {
        let what = ids.count == 1 ? "\(ids[0])" : "\(ids.count) jobs"
        let affected = ids.count - missing.count
        if affected == 0 {
            let message = ids.count == 1 ? "\(what) has finished already, or is unknown" : "none of these jobs is alive"
            return Receipt(id: id, phase: .refused, message: ids.isEmpty ? "there is no job to cancel" : message)
        }
        if signalled == 0 {
            let message = removed == 0 ? "\(what) was told to stop before" : "\(what) cancelled before it started"
            return Receipt(id: id, phase: .done, affected: affected, message: message)
        }
        let done = "\(what) cancelled"
        telemetry.withLock { $0.receipts.keepOpen(id, left: signalled, affected: affected, message: done) }
        return Receipt(id: id, phase: .signalled, affected: affected, message: "cancel sent to \(what)")
    }
}
