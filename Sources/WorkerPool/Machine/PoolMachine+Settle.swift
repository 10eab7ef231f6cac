import Monitoring
import Synchronization

extension PoolMachine {
    /// What follows from the end of an attempt that was not a plain success.
    struct Settlement {
        enum Next {
            case succeeded
            case failed
            case cancelled
            /// Another attempt after that many nanoseconds.
            case retry(after: UInt64)
            /// Back into the queue: it was interrupted for its worker's sake.
            case requeued
            /// Given up earlier with its slot; nothing is counted any more.
            case abandoned
        }

        var next: Next
        /// What the failure log says, where the attempt failed.
        var error: (any Error)?
        /// The attempt that ended, from 1.
        var attempt: Int
        var maxAttempts: Int
        var stop: StopRequest?
        var wake: Wake?

        /// Whether it was stopped because its time was up.
        var isTimeout: Bool {
            switch stop?.reason {
            case .timeout, .deadline: true
            case .cancel, .requeue, nil: false
            }
        }
    }

    /// Decides what an ended attempt means: a job that ends well stays succeeded
    /// even where it was told to stop; one that fails after that is cancelled,
    /// has run out of time, or goes back into the queue.
    ///
    /// - Parameter slot: `nil` where a producer ran the job itself.
    mutating func settle(_ record: JobRecord, on slot: WorkerSlot?, error: (any Error)?, now: UInt64)
        -> Settlement
    {
        let attempt = Int(record.failures) + 1
        let policy = record.options?.retry ?? defaultRetry
        var result = Settlement(next: .succeeded, attempt: attempt, maxAttempts: policy.maxAttempts)
        if let slot {
            slot.giveWork(to: record, at: slot.cursor.load(ordering: .relaxed))
            if slot.isAbandoned {
                result.next = .abandoned
                return result
            }
            result.stop = slot.stop
            slot.stop = nil
            slot.ended()
            leaveGate(record, now: now)
        } else {
            tally.ended += 1
            inline.removeAll { $0 === record }
        }
        guard let error else {
            record.phase.store(.succeeded, ordering: .releasing)
            return result
        }
        if let stop = missedDeadline(of: record, on: slot, result.stop, now: now) { result.stop = stop }
        switch result.stop?.reason {
        case .cancel:
            record.phase.store(.cancelled, ordering: .releasing)
            record.failures += 1
            tally.cancelledRunning += 1
            slot?.cancelled += 1
            ending.append(record)
            result.next = .cancelled
        case .requeue:
            tally.requeued += 1
            slot?.putBack += 1
            // Queued since when it was: that puts it in front.
            putBack(record)
            result.next = .requeued
            result.wake = wakeOne()
        case .timeout(let limit):
            tally.timedOut += 1
            result.error = AttemptTimeout(limit: limit)
            fail(record, on: slot, error, policy, &result, now: now)
        case .deadline(let limit):
            tally.timedOut += 1
            result.error = DeadlinePassed(limit: limit)
            fail(record, on: slot, DeadlinePassed(limit: limit), policy, &result, now: now)
        case nil:
            result.error = error
            fail(record, on: slot, error, policy, &result, now: now)
        }
        return result
    }

    /// The deadline of an attempt that was out of its reach when it passed: told to stop for another reason already,
    /// or in its producer's hands. Nobody looks at it again.
    private func missedDeadline(
        of record: JobRecord, on slot: WorkerSlot?, _ stop: StopRequest?, now: UInt64
    ) -> StopRequest? {
        guard let limit = record.options?.deadline, slot == nil || stop != nil,
            elapsed(from: record.submittedAt, to: now) >= limit.nanoseconds
        else { return nil }
        if case .cancel = stop?.reason { return nil }
        return StopRequest(
            reason: .deadline(limit), since: stop?.since ?? now, receipts: stop?.receipts ?? [])
    }

    private mutating func fail(
        _ record: JobRecord, on slot: WorkerSlot?, _ error: any Error, _ policy: RetryPolicy,
        _ result: inout Settlement, now: UInt64
    ) {
        record.failures += 1
        tally.failedAttempts += 1
        slot?.failed += 1
        let failure = error as? any JobFailure
        if result.attempt < policy.maxAttempts, failure?.isPermanent != true, retriesFailures {
            let delay =
                failure?.retryAfter?.nanoseconds
                ?? policy.delay(afterFailures: result.attempt, using: &generator)
            tally.retried += 1
            record.holder = JobRecord.Holder.queue
            record.phase.store(.scheduled, ordering: .releasing)
            record.queuedAt = now + delay
            scheduled[record.id] = record
            result.next = .retry(after: delay)
        } else {
            record.phase.store(.failed, ordering: .releasing)
            tally.failed += 1
            ending.append(record)
            result.next = .failed
        }
    }

    /// A scheduled job will be due at that time.
    mutating func setDue(_ record: JobRecord, at time: UInt64) {
        if scheduled[record.id] === record { record.queuedAt = time }
    }

    /// A scheduled job is due: it stands in line for a worker.
    mutating func due(_ record: JobRecord, now: UInt64) -> Wake? {
        guard takeScheduled(record.id) != nil else { return nil }
        record.queuedAt = now
        putBack(record)
        return wakeOne()
    }

    private mutating func putBack(_ record: JobRecord) {
        record.holder = JobRecord.Holder.queue
        record.phase.store(.requeued, ordering: .releasing)
        queue.insertReturning(record)
        depthMarks.deepened(to: depth)
    }

    // MARK: Deadlines

    /// What became of a job whose deadline has passed.
    enum Expiry {
        /// It had not started, or waited for another attempt: it has failed.
        case failed(JobRecord)
        /// It runs; the worker's task is to be cancelled.
        case signalled(WorkerSlot)
        /// It has ended, is being stopped already, or is in its producer's hands.
        case none
    }

    /// A job's deadline has passed.
    mutating func expire(_ record: JobRecord, limit: Duration, now: UInt64) -> Expiry {
        if takeScheduled(record.id) != nil {
            record.phase.store(.failed, ordering: .releasing)
            tally.expiredWaiting += 1
            tally.timedOut += 1
            return .failed(record)
        }
        let slot = slots.first { slot in
            record.isHeld(by: slot) && (0..<slot.batchCount).contains { slot.held($0) === record }
        }
        if record.move(from: .queued, to: .failed) || record.move(from: .requeued, to: .failed) {
            if slot == nil { queue.forget(record) } else { leaveGate(record, unused: true, now: now) }
            tally.expiredWaiting += 1
            tally.timedOut += 1
            return .failed(record)
        }
        guard let slot, record.move(from: .running, to: .stopping) else { return .none }
        slot.stop = StopRequest(reason: .deadline(limit), since: now, receipts: [])
        return .signalled(slot)
    }
}
