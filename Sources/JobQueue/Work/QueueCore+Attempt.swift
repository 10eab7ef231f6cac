import Logging
import Monitoring
public import WorkerPool

extension QueueCore {
    /// A claimed job as one of the pool.
    func poolJob(_ claimed: ClaimedJob) -> Job {
        let kind = kinds[claimed.kind]
        let left = claimed.deadline.map { Duration.milliseconds($0.milliseconds - now.milliseconds) }
        let timeout = [kind?.timeout, kind?.timeoutOf?(claimed.payload), left].compactMap { $0 }.min()
        let options = JobOptions(
            name: "\(claimed.kind) \(claimed.lease.job)", kind: claimed.kind,
            timeout: timeout.map { max($0, .nanoseconds(1)) }, retry: RetryPolicy.none)
        return Job(options) { [self] context in try await attempt(claimed, kind, timeout, context) }
    }

    /// Runs one claimed job and notes how that ended; throws on what the handler threw, for the pool's own books.
    private func attempt(
        _ claimed: ClaimedJob, _ kind: RawJobKind?, _ timeout: Duration?, _ context: JobContext
    ) async throws {
        if let stop = table.start(claimed, as: context.id) {
            conclude(claimed, stop == .cancelled ? .cancel : .release)
            throw CancellationError()
        }
        guard let kind else {
            let error = JobQueueError(
                .unknownKind, "no code for jobs of kind \(claimed.kind) in \(configuration.owner)")
            conclude(claimed, .retry(at: now + .seconds(60)), error: error.message)
            throw error
        }
        if let deadline = claimed.deadline, deadline <= now {
            let error = JobQueueError(.full, "did not end by its deadline")
            conclude(claimed, .die, error: error.message)
            throw error
        }
        step(.started)
        let probe = TimeoutProbe()
        let lease = claimed.lease
        let durable = DurableContext(
            id: lease.job, queue: claimed.queue, attempt: claimed.attempt, maxAttempts: claimed.maxAttempts,
            rescues: claimed.rescues, deadline: claimed.deadline, tags: claimed.tags, job: context,
            base: configuration.logger, kind: claimed.kind,
            report: { [table] in table.report($0, of: lease) })
        do {
            let result = try await kind.run(claimed.payload, durable)
            step(.finished)
            conclude(claimed, .succeed, result: result)
        } catch {
            fail(claimed, kind, error, isTimeout: probe.hasFired ? timeout : nil)
            throw error
        }
    }

    /// Decides what follows on an attempt that failed.
    private func fail(_ claimed: ClaimedJob, _ kind: RawJobKind, _ error: any Error, isTimeout: Duration?) {
        let now = now
        let failure = error as? any JobFailure
        var text = isTimeout.map { "timed out after \($0)" } ?? failure?.failureMessage ?? "\(error)"
        if isTimeout == nil, let trace = failure?.failureTrace { text += "\n" + trace }
        let isPast = claimed.deadline.map { $0 <= now } ?? false
        let outcome: Settlement.Outcome
        if isTimeout == nil, Task.isCancelled {
            // Told to stop and not by the clock: an operator here, or the end of the process.
            outcome = isStopping ? .release : .cancel
        } else if isPast || (failure?.isPermanent ?? false) || claimed.attempt >= claimed.maxAttempts {
            outcome = .die
            if isPast { text = "did not end by its deadline: \(text)" }
        } else {
            let delay = failure?.retryAfter ?? delay(kind.backoff, afterFailures: claimed.attempt)
            outcome = .retry(at: now + delay)
        }
        log(claimed, outcome, text)
        conclude(claimed, outcome, error: text, isTimeout: isTimeout != nil, result: failure?.durableResult)
    }

    /// A worker was taken away from a job that does not stop: it counts as cancelled, whatever it still does.
    func giveUp(_ claimed: ClaimedJob) { conclude(claimed, .cancel, error: "given up by an operator") }

    /// Says which attempt of which job failed, and what follows; by the store's numbers, which the pool does not know.
    private func log(_ claimed: ClaimedJob, _ outcome: Settlement.Outcome, _ text: String) {
        let (level, next): (Logger.Level, String)
        switch outcome {
        case .retry: (level, next) = (.warning, "another follows")
        case .die: (level, next) = (.error, "gave up")
        case .cancel, .release, .succeed: return
        }
        let line = text.split(separator: "\n").first ?? ""
        configuration.logger.log(
            level: level, "\(line) (attempt \(claimed.attempt) of \(claimed.maxAttempts), \(next))",
            metadata: [
                "job": "\(claimed.lease.job)", "kind": "\(claimed.kind)", "attempt": "\(claimed.attempt)",
                "queue": "\(claimed.queue)",
            ])
    }

    /// Hands the end of an attempt to the completer, unless the job is in other hands.
    private func conclude(
        _ claimed: ClaimedJob, _ outcome: Settlement.Outcome, error: String? = nil, isTimeout: Bool = false,
        result: [UInt8]? = nil
    ) {
        let (stop, inHand) = table.end(claimed.lease, outcome)
        if stop != .lost {
            var settlement = Settlement(claimed.lease, outcome, result: result, error: error)
            settlement.isTimeout = isTimeout
            switch (stop, outcome) {
            case (_, .succeed), (nil, _): break
            case (.handedBack, _): settlement = Settlement(claimed.lease, .release)
            default:
                settlement = Settlement(
                    claimed.lease, .cancel, result: result, error: "cancelled while it ran")
            }
            settlements.add(settlement)
        }
        attemptEnded(left: inHand)
    }
}

/// An error of a handler that leaves a result behind although the attempt failed, such as the output of a command.
public protocol DurableFailure: JobFailure {
    /// Kept with the job.
    var durableResult: [UInt8]? { get }
}

extension JobFailure {
    fileprivate var durableResult: [UInt8]? { (self as? any DurableFailure)?.durableResult }
}
