public import Monitoring
import Synchronization

extension Pool: MonitorSource {
    /// The pool at this instant. Costs O(workers), whatever waits in the queue.
    public func snapshot() -> PoolSnapshot {
        let now = clock.now()
        let reading = state.withLock { $0.reading(now: now) }
        var past = telemetry.withLock { telemetry -> Past in
            telemetry.turnWindows(now)
            return Past(
                wait: telemetry.wait, run: telemetry.run, total: telemetry.total,
                completions: telemetry.completions.rate(at: now), failures: telemetry.failures.latest(16),
                failuresKept: telemetry.failures.count, lastEvent: telemetry.events.lastID)
        }
        let offset = clock.unixTime(now) - seconds(now)
        var snapshot = PoolSnapshot()
        snapshot.name = configuration.name
        snapshot.time = offset + seconds(now)
        snapshot.uptime = seconds(elapsed(from: born, to: now))
        snapshot.state = reading.lifecycle
        snapshot.counters = reading.counters
        snapshot.workers = figures(reading, now: now, offset: offset)
        snapshot.queue.depth = Int(reading.counters.queued)
        snapshot.queue.capacity = configuration.capacity
        snapshot.queue.highWater = reading.highWater
        snapshot.queue.lowWater = reading.lowWater
        snapshot.queue.oldest = reading.oldest.map(seconds)
        snapshot.queue.scheduled = Int(reading.counters.scheduled)
        snapshot.queue.overflow = configuration.overflow.description
        snapshot.rates.arrivals = reading.arrivals.perSecond
        snapshot.rates.completions = past.completions.perSecond
        snapshot.rates.window = max(reading.arrivals.window, past.completions.window)
        snapshot.latencies.wait = past.wait.figures()
        snapshot.latencies.run = past.run.figures()
        snapshot.latencies.total = past.total.figures()
        snapshot.producers.waiting = reading.producers.waiting
        snapshot.producers.longest = reading.producers.since.map { seconds(elapsed(from: $0, to: now)) }
        snapshot.producers.waits = reading.producers.waits
        snapshot.producers.waited = seconds(reading.producers.waited)
        snapshot.producers.known = configuration.producers
        snapshot.paused.intake = pause(reading.pauses.intake, now: now, offset: offset)
        snapshot.paused.dispatch = pause(reading.pauses.dispatch, now: now, offset: offset)
        snapshot.paused.frozen = pause(reading.pauses.frozen, now: now, offset: offset)
        snapshot.errors.total = reading.failedAttempts
        snapshot.errors.kept = past.failuresKept
        swap(&snapshot.errors.latest, &past.failures)
        snapshot.sizing = sizer?.figures
        snapshot.limits = reading.limits
        snapshot.lastEvent = past.lastEvent
        configuration.annotate?(&snapshot)
        return snapshot
    }

    /// What a snapshot takes from the telemetry.
    private struct Past {
        var wait: LatencyWindow
        var run: LatencyWindow
        var total: LatencyWindow
        var completions: (perSecond: Double, window: Double)
        var failures: [Failure]
        var failuresKept: Int
        var lastEvent: UInt64
    }

    private func figures(_ reading: PoolMachine.Reading, now: UInt64, offset: Double) -> WorkerFigures {
        var figures = WorkerFigures()
        figures.target = reading.target
        figures.live = reading.workers.count
        figures.busy = reading.busy
        figures.idle = reading.workers.count - reading.busy
        figures.retiring = reading.retiring
        // Filled in where they stand: each copy would count a reference for each text.
        figures.each = reading.workers.map { WorkerSnapshot(id: $0.id) }
        for (place, worker) in reading.workers.enumerated() {
            figures.each[place].succeeded = worker.succeeded
            figures.each[place].failed = worker.failed
            figures.each[place].busyShare = worker.busyShare
            guard let record = reading.records[place] else { continue }
            fill(&figures.each[place], from: worker, with: record, now: now, offset: offset)
            if !reading.progress.isEmpty {
                figures.each[place].job?.progress = reading.progress[record.id]
            }
            record.isAboutToBeLetGo()
        }
        return figures
    }

    private func fill(
        _ line: inout WorkerSnapshot, from worker: PoolMachine.Reading.Worker, with record: JobRecord,
        now: UInt64, offset: Double
    ) {
        line.state = worker.isRetiring ? .retiring : .running
        line.elapsed = seconds(elapsed(from: worker.startedAt, to: now))
        if let since = worker.stopSince {
            let time = elapsed(from: since, to: now)
            line.stopping = seconds(time)
            line.state = time > configuration.cancelGrace.nanoseconds ? .uncooperative : .stopping
        }
        line.job = JobSummary(id: record.id, name: record.name, kind: record.kind, state: .running)
        line.job?.priority = record.priority
        line.job?.attempt = worker.attempt
        line.job?.maxAttempts = maxAttempts(of: record)
        line.job?.worker = worker.id
        line.job?.submitted = offset + seconds(record.submittedAt)
        line.job?.started = offset + seconds(worker.startedAt)
    }

    private func pause(_ mark: PauseMark?, now: UInt64, offset: Double) -> Pause? {
        mark.map {
            Pause(
                by: $0.by, since: offset + seconds($0.since),
                elapsed: seconds(elapsed(from: $0.since, to: now)))
        }
    }

    func maxAttempts(of record: JobRecord) -> Int {
        (record.options?.retry ?? configuration.retry).maxAttempts
    }

    // MARK: Failures and events

    /// The failures that are still kept (the last 1,000), newest first, at most `limit`.
    public func failures(limit: Int) -> [Failure] {
        telemetry.withLock { $0.failures.latest(min(limit, 1_000)) }
    }

    /// The events numbered above `id`, oldest first, at most `limit`, of the last 2,048.
    public func events(after id: UInt64, limit: Int) -> EventPage {
        telemetry.withLock { $0.events.page(after: id, limit: min(limit, 1_000)) }
    }

    /// As ``events(after:limit:)``, but waits until there is an event; `nil` once the pool has stopped and all its
    /// events have been read, or when the waiting task is cancelled.
    public func nextEvents(after id: UInt64, limit: Int = 100) async -> EventPage? {
        let waiter = telemetry.withLock { $0.events.nextWaiter() }
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let waits = telemetry.withLock { telemetry in
                    !Task.isCancelled && telemetry.events.wait(after: id, as: waiter, continuation)
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            telemetry.withLock { $0.events.takeWaiter(waiter) }?.resume()
        }
        let page = events(after: id, limit: max(limit, 1))
        return page.events.isEmpty ? nil : page
    }

    // MARK: Commands

    /// Carries a command out, or refuses it with a receipt that says why.
    public func perform(_ command: OperatorCommand, by operator: String) async -> Receipt {
        switch command {
        case .resize(let count): return resized(by: `operator`) { _ in count }
        case .adjust(let difference): return resized(by: `operator`) { $0.adding(difference) }
        case .adapt: return adapt(by: `operator`)
        case .pauseIntake: pauseIntake(by: `operator`)
        case .resumeIntake: resumeIntake(by: `operator`)
        case .pauseDispatch: pauseDispatch(by: `operator`)
        case .resumeDispatch: resumeDispatch(by: `operator`)
        case .freeze: freeze(by: `operator`)
        case .thaw: thaw(by: `operator`)
        case .cancel(let ids): return cancel(ids, by: `operator`)
        case .cancelAll: return cancelAll(by: `operator`)
        case .retry(let ids): return retry(ids, by: `operator`)
        case .abandon(let worker): return abandon(worker, by: `operator`)
        case .drain:
            // Ends with the pool.
            Task.detached { await self.drain() }
        case .retryDead, .delete, .pauseQueue, .resumeQueue:
            return Receipt(
                id: telemetry.withLock { $0.receipts.nextID() }, phase: .refused,
                message: "this pool keeps its jobs in memory: it has no durable queues")
        }
        return Receipt(id: telemetry.withLock { $0.receipts.nextID() }, phase: .done, message: command.done)
    }

    /// The number of a receipt that the pool's owner gives.
    package func nextReceipt() -> UInt64 { telemetry.withLock { $0.receipts.nextID() } }

    /// Puts what an operator did by way of the pool's owner into the event log.
    package func announce(job: JobID? = nil, mark: String? = nil, receipt: Receipt? = nil, _ message: String)
    {
        tell(.operated, job: job, mark: mark, receipt: receipt, message)
    }

    private func resized(by operator: String, _ size: (Int) -> Int) -> Receipt {
        let id = telemetry.withLock { $0.receipts.nextID() }
        guard let (before, after) = apply(by: `operator`, .finish, size) else {
            return Receipt(id: id, phase: .refused, message: "the pool has stopped")
        }
        let message = before == after ? "still \(after) workers" : "workers \(before) → \(after)"
        return Receipt(id: id, phase: .done, affected: abs(after - before), message: message)
    }
}

extension OperatorCommand {
    /// What a receipt says once it is done.
    fileprivate var done: String {
        switch self {
        case .pauseIntake: "intake paused"
        case .resumeIntake: "intake open"
        case .pauseDispatch: "dispatch paused"
        case .resumeDispatch: "dispatch resumed"
        case .freeze: "frozen"
        case .thaw: "thawed"
        case .drain: "draining"
        case .resize, .adjust, .adapt, .cancel, .cancelAll, .retry, .abandon, .retryDead, .delete,
            .pauseQueue,
            .resumeQueue:
            "done"
        }
    }
}
