import Monitoring
import Synchronization

extension Pool {
    /// Ends an attempt that was not a plain success. Returns whether the slot needs a fresh task.
    func settle(_ record: JobRecord, on slot: WorkerSlot?, error: (any Error)?, now: UInt64) -> Bool {
        let settlement = state.withLock { $0.settle(record, on: slot, error: error, now: now) }
        settlement.wake?.resume()
        if let extras = record.extras { note(settlement, in: extras, of: record, on: slot) }
        if record.extras?.options.timeout != nil { timers.attemptEnded() }
        let worker = slot?.id ?? WorkerID(rawValue: 0)
        switch settlement.next {
        case .abandoned:
            tell(.lifecycle, .warning, job: record.id, "the abandoned job \(record.id) has ended after all")
            return true
        case .succeeded:
            end(record, .succeeded, now: now)
            if let stop = settlement.stop { tellStopped(stop, record, worker, "finished before it was cancelled") }
        case .cancelled:
            end(record, .cancelled, now: now)
            if let stop = settlement.stop { tellStopped(stop, record, worker, "cancelled") }
        case .requeued:
            tell(.cancelled, worker: worker, job: record.id, "\(record.id) put back into the queue")
        case .retry(let delay):
            timers.add(.due(record), at: now + delay)
            let time = clock.unixTime(now + delay)
            logFailure(settlement, of: record, on: worker, outcome: .retry(at: time), delay: delay, now: now)
        case .failed:
            logFailure(settlement, of: record, on: worker, outcome: .gaveUp, delay: nil, now: now)
            end(record, .failed(settlement.error ?? CancellationError()), now: now)
        }
        return settlement.stop != nil
    }

    /// A job has ended in another way than by a plain success.
    func end(_ record: JobRecord, _ end: JobEnd, now: UInt64) {
        if case .succeeded = end { record.body = nil }
        let evicted = telemetry.withLock { telemetry -> JobRecord? in
            telemetry.turnWindows(now)
            if record.worker >= 0 {
                telemetry.completions.mark(1, at: now)
                telemetry.measure(record)
                telemetry.total.record(elapsed(from: record.submittedAt, to: record.endedAt))
            }
            if case .succeeded = end {
                var held: Held? = Held.passRetained(record)
                telemetry.ended.exchange(&held)
                return held?.takeRetainedValue()
            }
            return telemetry.ended.append(record)
        }
        record.extras?.completion?.end(end)
        _ = consume evicted
    }

    /// Keeps the attempt for the job's timeline.
    private func note(
        _ settlement: PoolMachine.Settlement, in extras: JobExtras, of record: JobRecord, on slot: WorkerSlot?
    ) {
        let outcome =
            switch settlement.next {
            case .succeeded: "succeeded"
            case .cancelled, .abandoned: "cancelled"
            case .requeued: "requeued"
            case .retry, .failed: settlement.isTimeout ? "timed out" : "failed"
            }
        let attempt = Attempt(
            number: settlement.attempt, worker: slot?.id, started: clock.unixTime(record.startedAt),
            ended: clock.unixTime(record.endedAt), outcome: outcome,
            message: settlement.error.map { FailureText($0).message })
        telemetry.withLock { _ in
            if extras.attempts.count < JobExtras.attemptLimit { extras.attempts.append(attempt) }
        }
    }

    private func logFailure(
        _ settlement: PoolMachine.Settlement, of record: JobRecord, on worker: WorkerID, outcome: Failure.Outcome,
        delay: UInt64?, now: UInt64
    ) {
        let text = FailureText(settlement.error ?? CancellationError())
        let failure = Failure(
            id: 0, time: clock.unixTime(now), job: record.id, name: record.name, kind: record.kind, worker: worker,
            attempt: settlement.attempt, maxAttempts: settlement.maxAttempts,
            duration: seconds(elapsed(from: record.startedAt, to: record.endedAt)), type: text.type, message: text.message,
            trace: text.trace, outcome: outcome)
        telemetry.withLock { $0.failures.append(failure) }
        let ending = delay.map { "retry in \(formatted(seconds($0)))" } ?? "gave up"
        tell(
            settlement.isTimeout ? .timedOut : delay == nil ? .failed : .retrying, delay == nil ? .error : .warning,
            worker: worker, job: record.id,
            "\(record.name): \(text.message) (attempt \(settlement.attempt) of \(settlement.maxAttempts), \(ending))")
    }

    func tellRecovery(of record: JobRecord) {
        telemetry.withLock { $0.failures.resolve(record.id, as: .recovered) }
        tell(
            .recovered, worker: WorkerID(rawValue: Int(record.worker)), job: record.id,
            "\(record.name): succeeded at attempt \(record.failures + 1)")
    }

    private func tellStopped(_ stop: StopRequest, _ record: JobRecord, _ worker: WorkerID, _ how: String) {
        guard case .cancel = stop.reason else { return }
        let receipt = stop.receipt.flatMap { id in telemetry.withLock { $0.receipts.oneStopped(id) } }
        tell(.cancelled, worker: worker, job: record.id, receipt: receipt, "\(record.id) \(how)")
    }

    private func formatted(_ seconds: Seconds) -> String {
        seconds < 1 ? "\(Int((seconds * 1_000).rounded())) ms" : "\(Double(Int((seconds * 10).rounded())) / 10) s"
    }
}
