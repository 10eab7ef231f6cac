import Monitoring
import Synchronization

extension PoolMachine {
    /// What became of a request to stop one job.
    enum Cancellation {
        /// It had not started and never will.
        case removed(JobRecord)
        /// It runs; the worker's task is to be cancelled.
        case signalled(WorkerSlot)
        /// It runs and was told before.
        case alreadyStopping
        /// It has ended, or there is no such job.
        case notFound
    }

    /// Takes a job out, or notes that it must stop.
    mutating func cancel(_ id: JobID, receipt: UInt64?, now: UInt64) -> Cancellation {
        for slot in slots {
            for place in 0..<slot.batchCount {
                guard let record = slot.held(place), record.id == id, record.isHeld(by: slot) else {
                    continue
                }
                return cancelHeld(record, by: slot, StopRequest(reason: .cancel, since: now, receipt: receipt))
            }
        }
        if let record = scheduled.removeValue(forKey: id) {
            record.phase.store(.cancelled, ordering: .releasing)
            tally.cancelledWaiting += 1
            return .removed(record)
        }
        if let record = queue.find(id), moveWaitingToCancelled(record) {
            queue.forgetOne()
            return .removed(record)
        }
        return .notFound
    }

    private mutating func cancelHeld(_ record: JobRecord, by slot: WorkerSlot, _ stop: StopRequest) -> Cancellation {
        if moveWaitingToCancelled(record) { return .removed(record) }
        if record.move(from: .running, to: .stopping) {
            slot.stop = stop
            return .signalled(slot)
        }
        guard record.phase.load(ordering: .acquiring) == .stopping else { return .notFound }
        // A cancel outweighs an earlier timeout or requeue: the job must not come back.
        if case .cancel? = slot.stop?.reason { return .alreadyStopping }
        slot.stop = StopRequest(reason: .cancel, since: slot.stop?.since ?? stop.since, receipt: stop.receipt)
        return .signalled(slot)
    }

    private mutating func moveWaitingToCancelled(_ record: JobRecord) -> Bool {
        guard record.move(from: .queued, to: .cancelled) || record.move(from: .requeued, to: .cancelled) else {
            return false
        }
        tally.cancelledWaiting += 1
        return true
    }

    /// Tells a running attempt to stop for another reason than a cancel.
    ///
    /// Returns false where that attempt does not run any more.
    mutating func stop(_ record: JobRecord, attempt: Int, _ request: StopRequest) -> WorkerSlot? {
        guard Int(record.failures) + 1 == attempt,
            let slot = runner(of: record),
            record.move(from: .running, to: .stopping)
        else { return nil }
        slot.stop = request
        return slot
    }

    /// Takes every job out that has not started. To be counted by ``cancelTaken(_:)``, piece by piece, so that
    /// a long queue does not hold the lock for long.
    mutating func takeAllWaiting() -> [JobRecord] {
        recallBatches()
        let all = queue.removeAll() + scheduled.values.sorted { $0.id < $1.id }
        scheduled = [:]
        taken += all.count
        return all
    }

    /// Counts jobs taken by ``takeAllWaiting()`` as cancelled; returns those that really were.
    mutating func cancelTaken(_ records: ArraySlice<JobRecord>) -> [JobRecord] {
        taken -= records.count
        return records.filter { record in
            let wasScheduled = record.move(from: .scheduled, to: .cancelled)
            if wasScheduled { tally.cancelledWaiting += 1 }
            return wasScheduled || moveWaitingToCancelled(record)
        }
    }

    /// A job that a worker holds, started or not.
    func heldRecord(_ id: JobID) -> JobRecord? {
        for slot in slots {
            for place in 0..<slot.batchCount where slot.held(place)?.id == id { return slot.held(place) }
        }
        return nil
    }

    /// The jobs in workers' hands.
    var running: [JobRecord] { slots.compactMap(\.current) }

    /// Who runs that job.
    func runner(of record: JobRecord) -> WorkerSlot? { slots.first { $0.current === record } }
}
