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
        /// Its producer runs it (`callerRuns`), and only the producer's task can be cancelled.
        case outOfReach
        /// It has ended, or there is no such job.
        case notFound
    }

    /// Takes a job out, or notes that it must stop.
    mutating func cancel(_ id: JobID, receipt: UInt64?, now: UInt64) -> Cancellation {
        for slot in slots {
            guard let place = slot.place(of: id), let record = slot.held(place), record.isHeld(by: slot)
            else {
                continue
            }
            return cancelHeld(
                record, by: slot, at: place,
                StopRequest(reason: .cancel, since: now, receipts: receipt.map { [$0] } ?? []), now: now)
        }
        if let record = takeScheduled(id) {
            record.phase.store(.cancelled, ordering: .releasing)
            tally.cancelledWaiting += 1
            return .removed(record)
        }
        if let record = queue.find(id), moveWaitingToCancelled(record) {
            queue.forget(record)
            return .removed(record)
        }
        return inline.contains { $0.id == id } ? .outOfReach : .notFound
    }

    private mutating func cancelHeld(
        _ record: JobRecord, by slot: WorkerSlot, at place: Int, _ stop: StopRequest, now: UInt64
    ) -> Cancellation {
        if moveWaitingToCancelled(record) {
            slot.giveWork(to: record, at: place)
            leaveGate(record, unused: true, now: now)
            return .removed(record)
        }
        if record.move(from: .running, to: .stopping) {
            slot.stop = stop
            return .signalled(slot)
        }
        guard record.phase.load(ordering: .acquiring) == .stopping, let earlier = slot.stop else {
            return .notFound
        }
        // A cancel outweighs an earlier timeout or requeue: the job must not come back.
        slot.stop = StopRequest(
            reason: .cancel, since: earlier.since, receipts: earlier.receipts + stop.receipts)
        if case .cancel = earlier.reason { return .alreadyStopping }
        return .signalled(slot)
    }

    /// Takes a job out that is not due yet.
    mutating func takeScheduled(_ id: JobID) -> JobRecord? {
        guard let record = scheduled.removeValue(forKey: id) else { return nil }
        if record.failures == 0 { delayed -= 1 }
        return record
    }

    private mutating func moveWaitingToCancelled(_ record: JobRecord) -> Bool {
        guard record.move(from: .queued, to: .cancelled) || record.move(from: .requeued, to: .cancelled)
        else {
            return false
        }
        tally.cancelledWaiting += 1
        return true
    }

    /// Tells the attempt that started at that time to stop for another reason than a cancel.
    ///
    /// Returns `nil` where that attempt does not run any more.
    mutating func stop(_ record: JobRecord, startedAt: UInt64, _ request: StopRequest) -> WorkerSlot? {
        guard let slot = runner(of: record), slot.startedAt.load(ordering: .relaxed) == startedAt,
            record.move(from: .running, to: .stopping)
        else { return nil }
        slot.stop = request
        return slot
    }

    /// All jobs that had not ended at one instant.
    struct Unfinished {
        /// Those that had not started, taken out of the pool.
        var queue: IntakeQueue
        var scheduled: [JobID: JobRecord]
        /// Those in workers' hands.
        var running: [JobID]

        /// The jobs taken out: the queued ones in order, then the scheduled ones.
        mutating func removeAll() -> [JobRecord] {
            defer { scheduled = [:] }
            return queue.removeAll() + scheduled.values.sorted { $0.id < $1.id }
        }
    }

    /// Takes every job out that has not started. To be counted by ``cancelTaken(_:)``, piece by piece, so that
    /// a long queue does not hold the lock for long.
    mutating func takeUnfinished(now: UInt64) -> Unfinished {
        recallBatches(now: now)
        taken += queue.count + queue.held + scheduled.count
        let unfinished = Unfinished(
            queue: queue.takeAll(), scheduled: scheduled, running: slots.compactMap { inHands(of: $0)?.id })
        scheduled = [:]
        delayed = 0
        return unfinished
    }

    /// The job that a worker has started, or is about to start and cannot be kept from starting.
    private func inHands(of slot: WorkerSlot) -> JobRecord? {
        for place in 0..<slot.batchCount {
            guard let record = slot.held(place), record.isHeld(by: slot) else { continue }
            let phase = record.phase.load(ordering: .acquiring)
            if phase == .running || phase == .stopping { return record }
        }
        return nil
    }

    /// Counts jobs taken by ``takeUnfinished(now:)`` as cancelled.
    mutating func cancelTaken(_ records: ArraySlice<JobRecord>) {
        taken -= records.count
        tally.cancelledWaiting += UInt64(records.count)
        for record in records { record.phase.store(.cancelled, ordering: .releasing) }
    }

    /// A job that a worker holds, started or not.
    func heldRecord(_ id: JobID) -> JobRecord? {
        for slot in slots {
            if let place = slot.place(of: id) { return slot.look(place) }
        }
        return nil
    }

    /// The jobs in the hands of workers and producers.
    var running: [JobRecord] { slots.compactMap(\.current) + inline }

    /// The jobs that workers have taken from the queue and not started.
    var handedOut: [JobRecord] {
        slots.flatMap { slot in
            (0..<slot.batchCount).compactMap(slot.held).filter {
                $0.phase.load(ordering: .acquiring) == .queued
            }
        }
    }

    /// Who runs that job.
    func runner(of record: JobRecord) -> WorkerSlot? { slots.first { $0.current === record } }
}
