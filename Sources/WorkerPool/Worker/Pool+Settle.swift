import Monitoring
import Synchronization

extension Pool {
    /// Ends an attempt that was not a plain success. Returns whether the slot needs a fresh task.
    func settle(_ record: JobRecord, on slot: WorkerSlot?, error: (any Error)?, now: UInt64) -> Bool {
        defer { record.isAboutToBeLetGo() }
        // Read now: a job that comes back is another worker's as soon as the lock is free.
        var attempt = PastAttempt(record, worker: slot?.id)
        let settlement = state.withLock { $0.settle(record, on: slot, error: error, now: now) }
        settlement.wake?.resume()
        if !record.traits.isDisjoint(with: .limited) { timers.watchEnded() }
        if case .abandoned = settlement.next {
            tell(
                .lifecycle, .warning, job: record.id, about: record,
                "the abandoned job \(record.id) has ended after all")
            return true
        }
        attempt.number = settlement.attempt
        attempt.outcome = settlement.outcome
        attempt.message = settlement.error.map { FailureText($0).message }
        note(attempt, of: record, now: now)
        let worker = slot?.id ?? WorkerID(rawValue: 0)
        let receipts = settlement.stop?.receipts ?? []
        switch settlement.next {
        case .abandoned: break
        case .succeeded:
            if attempt.number > 1 { tellRecovery(of: record) }
            end(record, .succeeded, wasInHands: true, now: now)
            tellStopped(receipts, record, attempt: attempt.number, worker, "finished before it was cancelled")
        case .cancelled:
            end(record, .cancelled, wasInHands: true, now: now)
            tellStopped(receipts, record, attempt: attempt.number, worker, "cancelled")
        case .requeued:
            tell(
                .cancelled, worker: worker, job: record.id, about: record, attempt: attempt.number,
                "\(record.id) put back into the queue")
        case .retry(let delay):
            let time = clock.unixTime(now + delay)
            logFailure(settlement, attempt, of: record, on: worker, outcome: .retry(at: time), delay: delay)
            timers.add(.due(record), at: now + delay)
        case .failed:
            logFailure(settlement, attempt, of: record, on: worker, outcome: .gaveUp, delay: nil)
            end(record, .failed(settlement.failure), wasInHands: true, now: now)
        }
        return settlement.stop != nil
    }

    /// A job's deadline has passed.
    func expire(_ record: JobRecord, limit: Duration, now: UInt64) {
        let (expiry, moved) = state.withLock { machine in
            (machine.expire(record, limit: limit, now: now), machine.moveUpAndWake(now: now))
        }
        act(on: moved)
        switch expiry {
        case .none: break
        case .signalled(let slot): cancelTasks(of: [slot])
        case .failed(let record):
            let error = DeadlinePassed(limit: limit)
            let text = FailureText(error)
            let attempt = max(Int(record.failures), 1)
            let failure = Failure(
                id: 0, time: clock.unixTime(now), job: record.id, name: record.name, kind: record.kind,
                worker: WorkerID(rawValue: max(Int(record.worker), 0)), attempt: attempt,
                maxAttempts: maxAttempts(of: record),
                duration: seconds(elapsed(from: record.submittedAt, to: now)),
                type: text.type, message: text.message, trace: nil, outcome: .gaveUp)
            telemetry.withLock { $0.failures.append(failure) }
            tell(
                .timedOut, .error, job: record.id, about: record,
                "\(record.name): \(text.message) (it was not running)")
            end(record, .failed(PoolError(.timedOut, text.message)), now: now)
            resume(state.withLock { $0.takeQuiet() })
        }
    }

    /// A job has ended in another way than by a plain success, in the hands of a worker or producer or out of them.
    func end(_ record: JobRecord, _ end: JobEnd, wasInHands: Bool = false, now: UInt64) {
        if case .succeeded = end { record.work = nil }
        let evicted = telemetry.withLock { telemetry -> (JobRecord?, JobWork?) in
            telemetry.turnWindows(now)
            if wasInHands {
                telemetry.completions.mark(1, at: now)
                telemetry.total.record(elapsed(from: record.submittedAt, to: record.endedAt))
            } else {
                record.endedAt = now
            }
            if case .succeeded = end {
                var held: Held? = Held.passRetained(record)
                telemetry.ended.exchange(&held)
                return (held?.takeRetainedValue(), nil)
            }
            if record.failures > 0 { telemetry.failures.resolve(record.id, as: .gaveUp) }
            return telemetry.ended.append(record)
        }
        if wasInHands, record.phase.load(ordering: .relaxed) != .succeeded {
            state.withLock { $0.ending.removeAll { $0 === record } }
        }
        if wasInHands {
            exporter?.measureTotal(submittedAt: record.submittedAt, endedAt: record.endedAt)
        }
        giveUpKey(of: record)
        record.tell(end)
        configuration.onEnd?(record.id, end)
        withExtendedLifetime(evicted) {}
    }

    /// Measures an attempt, and keeps it for the job's timeline.
    func note(_ attempt: PastAttempt, of record: JobRecord, now: UInt64) {
        exporter?.measure(queuedAt: attempt.queuedAt, startedAt: attempt.startedAt, endedAt: attempt.endedAt)
        telemetry.withLock { telemetry in
            telemetry.turnWindows(now)
            telemetry.measure(
                queuedAt: attempt.queuedAt, startedAt: attempt.startedAt, endedAt: attempt.endedAt)
            record.keep(attempt)
        }
    }

    private func logFailure(
        _ settlement: PoolMachine.Settlement, _ attempt: PastAttempt, of record: JobRecord,
        on worker: WorkerID,
        outcome: Failure.Outcome, delay: UInt64?
    ) {
        let text = FailureText(settlement.error ?? CancellationError())
        let failure = Failure(
            id: 0, time: clock.unixTime(attempt.endedAt), job: record.id, name: record.name,
            kind: record.kind,
            worker: worker, attempt: settlement.attempt, maxAttempts: settlement.maxAttempts,
            duration: seconds(elapsed(from: attempt.startedAt, to: attempt.endedAt)), type: text.type,
            message: text.message, trace: text.trace, outcome: outcome)
        telemetry.withLock { $0.failures.append(failure) }
        let ending = delay.map { "retry in \(formatted(seconds($0)))" } ?? "gave up"
        tell(
            settlement.isTimeout ? .timedOut : delay == nil ? .failed : .retrying,
            delay == nil ? .error : .warning,
            worker: worker, job: record.id, about: record, attempt: settlement.attempt,
            "\(record.name): \(text.message) (attempt \(settlement.attempt) of \(settlement.maxAttempts), \(ending))"
        )
    }

    func tellRecovery(of record: JobRecord) {
        telemetry.withLock { $0.failures.resolve(record.id, as: .recovered) }
        tell(
            .recovered, worker: WorkerID(rawValue: Int(record.worker)), job: record.id, about: record,
            attempt: Int(record.failures) + 1,
            "\(record.name): succeeded at attempt \(record.failures + 1)")
    }

    /// Tells those whose cancels a job was told of that it has stopped.
    func tellStopped(
        _ receipts: [UInt64], _ record: JobRecord, attempt: Int, _ worker: WorkerID, _ how: String
    ) {
        for receipt in receipts {
            let done = telemetry.withLock { $0.receipts.oneStopped(receipt) }
            tell(
                .cancelled, worker: worker, job: record.id, about: record, attempt: attempt, receipt: done,
                "\(record.id) \(how)")
        }
    }

    private func formatted(_ seconds: Seconds) -> String {
        seconds < 1
            ? "\(Int((seconds * 1_000).rounded())) ms" : "\(Double(Int((seconds * 10).rounded())) / 10) s"
    }
}

extension PoolMachine.Settlement {
    /// What a timeline says of the attempt.
    fileprivate var outcome: String {
        switch next {
        case .succeeded: "succeeded"
        case .cancelled, .abandoned: "cancelled"
        case .requeued: "requeued"
        case .retry, .failed: isTimeout ? "timed out" : "failed"
        }
    }

    /// What those who wait for the result are told.
    fileprivate var failure: any Error {
        guard isTimeout, let error else { return error ?? CancellationError() }
        return PoolError(.timedOut, FailureText(error).message)
    }
}
