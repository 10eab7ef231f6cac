import Logging
public import Monitoring
public import ServiceLifecycle
import Synchronization
import WorkerPool

/// Durable jobs: kept by a store, run by a pool of this process, tried again, and taken over by another process where
/// this one dies.
///
/// A queue takes jobs and answers questions from the start. It runs jobs while ``run()`` runs. It
/// must be ended by ``run()`` or ``shutdown()``. See <doc:DurableJobs>.
public final class JobQueue: Sendable {
    private struct State {
        var life = Life.new
        var intakePause: QueuePause?
        var ended: [Bell] = []

        /// Why nothing is taken.
        var refusal: JobQueueError? {
            if let intakePause {
                return JobQueueError(.intakePaused, "the intake was paused by \(intakePause.by)")
            }
            return life == .draining || life == .ending
                ? JobQueueError(.ending, "the queue is about to end: try again when it is back") : nil
        }
    }

    private enum Life { case new, running, draining, ending, ended }

    let core: QueueCore
    private let state = Locked(State())
    private let stopBell = Bell()

    /// A queue of jobs in `store`, of which this process can run `kinds`.
    public init(
        _ store: any JobStore, kinds: [RawJobKind], _ configuration: JobQueueConfiguration
    ) {
        core = QueueCore(store, kinds, configuration)
    }

    /// How the queue was made.
    public var configuration: JobQueueConfiguration { core.configuration }

    /// The present by the queue's clock.
    public var time: StoreTime { core.now }

    /// How often each duty has failed against the store, by name.
    public var storeErrors: [String: UInt64] { core.errors }

    // MARK: Intake

    /// Keeps a job.
    ///
    /// - Returns: its number; that of the live job with the same key, where there is one.
    /// - Throws: ``JobQueueError`` where nothing was kept; ``JobStoreError`` where the store failed: with
    ///   ``JobStoreError/Code/unavailable`` the job may have been kept, and only a ``EnqueueOptions/key`` makes it safe to
    ///   ask again.
    @discardableResult
    public func enqueue<Payload, Output>(
        _ kind: JobKind<Payload, Output>, _ payload: Payload, _ options: EnqueueOptions = EnqueueOptions()
    ) async throws -> JobID {
        try await enqueue(kind.raw, PayloadCoding.encode(payload), options)
    }

    /// As ``enqueue(_:_:_:)-(JobKind<Payload,Output>,_,_)``, with the payload as bytes.
    @discardableResult
    public func enqueue(
        _ kind: RawJobKind, _ payload: [UInt8], _ options: EnqueueOptions = EnqueueOptions()
    ) async throws -> JobID {
        switch try await enqueue([kind.job(payload, options, now: core.now)]).first {
        case .added(let id), .exists(let id): return id
        case .full, nil:
            throw JobQueueError(.full, "the queue \(options.queue ?? kind.queue) is full: try again later")
        }
    }

    /// Keeps many jobs at once: all of them, but for those that find no room or whose key a live job has.
    ///
    /// - Returns: what became of each.
    /// - Throws: as the enqueuing of one job.
    public func enqueue<Payload, Output>(
        _ kind: JobKind<Payload, Output>, contentsOf payloads: some Sequence<Payload>,
        _ options: EnqueueOptions = EnqueueOptions()
    ) async throws -> [EnqueueOutcome] {
        let now = core.now
        return try await enqueue(
            payloads.map { kind.raw.job(try PayloadCoding.encode($0), options, now: now) })
    }

    /// Keeps jobs of kinds that this process need not know.
    public func enqueue(_ jobs: [NewJob]) async throws -> [EnqueueOutcome] {
        let refusal = state.withLock { $0.refusal }
        core.step(.beforeEnqueue)
        // Without any room, so that the store counts what is refused, and finds live jobs of the same keys all the same.
        let outcomes = try await core.store.enqueue(
            jobs, capacity: refusal == nil ? core.configuration.capacity : 0, now: core.now)
        core.step(.afterEnqueue)
        if let refusal, outcomes.contains(.full) { throw refusal }
        core.expect(jobs.flatMap { [$0.due, $0.deadline].compactMap { $0 } })
        return outcomes
    }

    /// Enqueues throw from now on, in this process; `nil` lets them through again.
    public func pauseIntake(by operator: String?) {
        let now = core.now
        state.withLock { $0.intakePause = `operator`.map { QueuePause(by: $0, since: now) } }
    }

    /// Who paused the intake, and since when.
    public var intakePause: QueuePause? { state.withLock { $0.intakePause } }

    // MARK: Life

    /// Whether it takes jobs from the store.
    public var isRunning: Bool { state.withLock { $0.life == .running } }

    /// Whether it has been told to end, or has ended.
    package var isEnding: Bool { state.withLock { $0.life != .new && $0.life != .running } }

    /// Ends the queue when all that is queued has been done: takes no more jobs, finishes those that are queued or run, and
    /// returns once the queue has ended. What is due later, or held back by a pause of its queue, is kept for the next
    /// start. While the dispatch is paused nothing is done, and only ``shutdown()`` ends it.
    public func drain() async {
        state.withLock { state in if state.life == .running { state.life = .draining } }
        while isDraining, await !isDone {
            try? await core.clock.sleep(until: core.clock.now() + JobQueue.drainLook)
        }
        await shutdown()
    }

    /// How often a drain looks whether all is done, in nanoseconds.
    private static let drainLook: UInt64 = 50_000_000

    private var isDraining: Bool { state.withLock { $0.life == .draining } }

    /// Whether nothing is left that this process would start now.
    private var isDone: Bool {
        get async {
            guard core.table.inHand == 0 else { return false }
            // A store that does not answer now is asked again.
            guard let queues = try? await queues() else { return false }
            return queues.allSatisfy { $0.settings.paused != nil || $0.counters.queued == 0 }
        }
    }

    /// Stops the jobs that run here at once and hands them back to the store: their attempts do not count. For a queue that
    /// is being shut down and cannot wait.
    package func handBack() { core.stop(core.table.unfinished, .handedBack) }

    /// Ends the queue: takes no more jobs from the store, lets those that run finish within the grace period, and hands
    /// the rest back. Returns once that is done. The store stays open.
    public func shutdown() async {
        core.stopClaiming()
        let bell = Bell()
        let mustEnd = state.withLock { state -> Bool? in
            switch state.life {
            case .ended: return nil
            case .new:
                state.life = .ended
                return true
            case .running, .draining, .ending:
                state.life = .ending
                state.ended.append(bell)
                return false
            }
        }
        guard let mustEnd else { return }
        if mustEnd { return _ = await core.pool.shutdownNow() }
        stopBell.ring()
        await bell.wait()
    }

    private func begin() -> Bool {
        state.withLock { state in
            guard state.life == .new else { return false }
            state.life = .running
            return true
        }
    }
}

extension JobQueue: Service {
    /// Runs jobs until a graceful shutdown, ``shutdown()`` or the cancellation of the task; call it once.
    ///
    /// After a graceful shutdown running jobs have the grace period to finish; after a cancellation they are stopped at once. In
    /// both cases what has not ended is handed back to the store, and its attempt does not count.
    public func run() async throws {
        guard begin() else { return }
        let core = core
        let duties: [@Sendable () async -> Void] = [
            Claimer(core: core).run, Promoter(core: core).run, Rescuer(core: core).run,
            Cleaner(core: core).run, Lookout(core: core).run, Lookout(core: core).follow,
        ]
        await withTaskGroup { vital in
            // These two go on until the last job has ended and been told.
            let heart = Task.detached { await Heartbeat(core: core).run() }
            let completer = Task.detached { await Completer(core: core).run() }
            for duty in duties { vital.addTask { await duty() } }
            await withTaskGroup { stop in
                stop.addTask { [stopBell] in await stopBell.wait() }
                stop.addTask { try? await gracefulShutdown() }
                await stop.next()
                stop.cancelAll()
            }
            core.stopClaiming()
            vital.cancelAll()
            await vital.waitForAll()
            state.withLock { $0.life = .ending }
            let grace = Task.isCancelled ? .zero : core.configuration.grace
            // Uncancelled: what is done here must be done to the end.
            await Task.detached { await core.end(grace, heart, completer) }.value
        }
        let bells = state.withLock { state in
            state.life = .ended
            defer { state.ended = [] }
            return state.ended
        }
        for bell in bells { bell.ring() }
    }
}

extension QueueCore {
    /// Finishes or hands back what is in hand, and tells the store.
    fileprivate func end(
        _ grace: Duration, _ heart: Task<Void, Never>, _ completer: Task<Void, Never>
    ) async {
        stop(table.waiting, .handedBack)
        let report = await pool.drain(deadline: grace, grace: configuration.cancelGrace)
        if report.abandoned > 0 {
            configuration.logger.error("\(report.abandoned) jobs did not stop and were handed back")
        }
        completer.cancel()
        await completer.value
        heart.cancel()
        await heart.value
        // The last settlements, and the end of the session. A store that is away for long is left to the lease.
        for attempt in 0..<10 {
            do {
                while try await Completer(core: self).sweep().settled > 0 {}
                step(.beforeClose)
                for session in sessions.all {
                    try await store.closeSession(session, now: now)
                    sessions.forget(session)
                }
                return
            } catch {
                note(error, of: "closing")
                try? await clock.sleep(until: clock.now() + UInt64(attempt) * 20_000_000)
            }
        }
        configuration.logger.error("the store could not be told how the last jobs ended: they run again")
    }
}
