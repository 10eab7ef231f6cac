import Logging
import Monitoring
import Synchronization

/// A bounded queue and the workers that empty it.
///
/// Every admitted job ends exactly once, as succeeded, failed, cancelled or
/// dropped, and is counted in exactly one state at every instant. The pool can
/// be resized, paused and drained, and its jobs cancelled, while it runs, from
/// any thread. It lives until ``drain(deadline:grace:)`` or
/// ``shutdownNow(running:grace:)`` has returned; ``with(_:_:)`` sees to that.
///
/// ```swift
/// try await Pool.with(PoolConfiguration(workers: 4)) { pool in
///     for file in files {
///         try await pool.submit { _ in try compress(file) }  // waits while the queue is full
///     }
/// }
/// ```
public final class Pool: Sendable {
    /// How the pool was made.
    public let configuration: PoolConfiguration

    let clock: PoolClock
    let born: UInt64
    let state: SpinningLock<PoolMachine>
    let telemetry = Locked(Telemetry())
    private let tasks = TaskCount()
    let timers: TimerQueue
    let duties = Duties()
    /// Decides the size, where that is adaptive.
    let sizer: Sizer?
    /// Where figures go, and what makes spans, where that is wanted.
    let exporter: MetricsExporter?
    let tracing: AttemptTracing?

    /// Makes a pool and starts its workers.
    ///
    /// - Parameter configuration: Values out of range are a programmer's error.
    public init(_ configuration: PoolConfiguration) {
        precondition(
            (0...PoolConfiguration.workerLimit).contains(configuration.workers),
            "PoolConfiguration.workers is \(configuration.workers): use 0 ... \(PoolConfiguration.workerLimit)"
        )
        precondition(
            configuration.capacity ?? 1 >= 1,
            "PoolConfiguration.capacity must be at least 1, or nil for no bound")
        self.configuration = configuration
        clock = configuration.clock
        born = clock.now()
        var machine = PoolMachine(
            capacity: configuration.capacity, retry: configuration.retry, seed: configuration.seed,
            aging: configuration.aging, rate: configuration.rate, limits: configuration.limits,
            lingers: configuration.lingers, items: configuration.items)
        let resized = machine.resize(to: configuration.workers, now: born)
        state = SpinningLock(machine)
        timers = TimerQueue(clock: clock)
        sizer = Sizer(configuration)
        exporter = MetricsExporter(configuration)
        tracing = AttemptTracing(configuration)
        // A cycle until the pool stops, like that of the worker tasks. Not weak: a weak reference anywhere would
        // put every retain of the pool on the slow path.
        timers.start { duty in self.fire(duty) }
        for slot in resized.started { startTask(for: slot, number: 0) }
        if let sizer { duties.start { await sizer.run(on: self) } }
        if let exporter { duties.start { await exporter.run(on: self) } }
    }

    /// Runs `body` with a pool, then drains it.
    ///
    /// Where `body` throws, the pool's jobs are cancelled first and the error is thrown on.
    public static func with<Result: Sendable>(
        _ configuration: PoolConfiguration, _ body: (Pool) async throws -> Result
    ) async throws -> Result {
        let pool = Pool(configuration)
        do {
            let result = try await body(pool)
            _ = await pool.drain()
            return result
        } catch {
            _ = await pool.shutdownNow()
            throw error
        }
    }

    deinit {
        state.withLock { $0.releaseRecords() }
        telemetry.withLock { $0.ended.releaseRecords() }
    }

    // MARK: Worker tasks

    /// Gives a slot a task of its own.
    func startTask(for slot: WorkerSlot, number: Int) {
        tasks.started()
        let ended: @Sendable () -> Void = { [self] in
            tasks.ended(wasGivenUp: state.withLock { _ in slot.isAbandoned })
        }
        let life: @Sendable () async -> Void = { [self] in
            await Seat.$current.withValue(Seat(pool: self, slot: slot)) { await work(slot) }
        }
        // Ends when the slot retires, or when its job was cancelled and the slot has got a fresh task. A preference
        // for no executor in particular would cost every job a lock, so there is none.
        let task: Task<Void, Never>
        if configuration.executor == .dedicatedThreads, let thread = WorkerThread.started(onExit: ended) {
            task = Task.detached(executorPreference: thread) {
                await life()
                thread.end()
            }
        } else {
            // On the cooperative threads, also where the system gives no other.
            task = Task.detached {
                await life()
                ended()
            }
        }
        let mustCancel = state.withLock { machine in
            guard slot.taskNumber == number else { return false }
            slot.task = task
            return slot.stop != nil
        }
        if mustCancel { task.cancel() }
    }

    /// A worker's task has been given up: nobody waits for it any more.
    func giveTaskUp() { tasks.gaveUp() }

    /// Returns once no worker's task is left but for those given up.
    func waitForTasks() async { await tasks.wait() }

    /// How many worker tasks there are, those of abandoned slots included.
    package var liveTasks: Int { tasks.count }

    // MARK: Acting on what the machine decided

    @inline(__always)
    func act(on claim: borrowing PoolMachine.Claim) {
        if let wake = claim.wake { wake.resume() }
        if !claim.through.isEmpty { resume(claim.through, .admitted) }
        if !claim.quiet.isEmpty { resume(claim.quiet) }
        if claim.watch { timers.add(.relief, at: clock.now() + PoolMachine.relief) }
        if !claim.timed.isEmpty { setTimers(for: claim.timed) }
        if let alarm = claim.alarm { timers.add(.tokens, at: alarm) }
    }

    /// Acts on a move up and on what came of it.
    func act(on moved: PoolMachine.Moved) {
        moved.wake?.resume()
        resume(moved.through, .admitted)
        setTimers(for: moved.timed)
    }

    /// Sets the timers of jobs that were admitted with a delay or a deadline.
    func setTimers(for records: [JobRecord]) {
        for record in records {
            guard let options = record.options else { continue }
            if options.startsLater {
                let now = clock.now()
                let due = options.due.map { now + nanoseconds(max($0 - clock.unixTime(now), 0)) } ?? 0
                let start = max(record.submittedAt + (options.delay?.nanoseconds ?? 0), due)
                state.withLock { $0.setDue(record, at: start) }
                timers.add(.due(record), at: start)
            }
            if let limit = options.deadline {
                timers.add(.deadline(record, limit: limit), at: record.submittedAt + limit.nanoseconds)
            }
        }
    }

    func resume(_ waiters: [ProducerWaiter], _ end: ProducerWaiter.End) {
        for waiter in waiters { waiter.continuation?.resume(returning: end) }
    }

    func resume(_ waiters: [QuietWaiter]) {
        for waiter in waiters { waiter.continuation.resume(returning: true) }
    }

    private func fire(_ duty: TimerQueue.Duty) {
        let now = clock.now()
        switch duty {
        case .due(let record):
            state.withLock { $0.due(record, now: now) }?.resume()
        case .attemptTimeout(let record, let startedAt, let limit):
            let stop = StopRequest(reason: .timeout(limit), since: now, receipts: [])
            let task = state.withLock { $0.stop(record, startedAt: startedAt, stop)?.task }
            task?.cancel()
        case .relief:
            let relieved = state.withLock { $0.relieve(now: now) }
            act(
                on: PoolMachine.Moved(
                    through: relieved.through, timed: relieved.timed, wake: relieved.wake))
            for batch in relieved.gathered { batch.handOn() }
            if relieved.watch { timers.add(.relief, at: now + PoolMachine.relief) }
        case .tokens:
            let (wake, alarm) = state.withLock { $0.tokensCame(now: now) }
            wake?.resume()
            if let alarm { timers.add(.tokens, at: alarm) }
        case .deadline(let record, let limit): expire(record, limit: limit, now: now)
        case .producerTimeout(let waiter):
            let left = state.withLock { machine in
                guard machine.leaveLine(waiter, now: now) else { return false }
                machine.tally.rejected += UInt64(waiter.jobs.count)
                return true
            }
            guard left else { return }
            noteOverflow(rejected: waiter.jobs.count)
            waiter.continuation?.resume(
                returning: .refused(
                    PoolError(.queueFull, "the queue stayed full for the time the submit would wait")))
        }
    }

    // MARK: Telling

    /// Puts an event into the log and wakes those who follow it.
    func tell(
        _ kind: PoolEvent.Kind, _ level: PoolEvent.Level = .info, worker: WorkerID? = nil, job: JobID? = nil,
        about record: JobRecord? = nil, attempt: Int? = nil, mark: String? = nil, receipt: Receipt? = nil,
        _ message: String
    ) {
        let event = PoolEvent(
            id: 0, time: clock.unixTime(clock.now()), kind: kind, level: level, worker: worker, job: job,
            message: message, mark: mark, receipt: receipt)
        let waiters = telemetry.withLock { $0.events.append(event).waiters }
        for waiter in waiters { waiter.resume() }
        var metadata: Logger.Metadata = ["pool": "\(configuration.name)"]
        if let worker { metadata["worker"] = "\(worker)" }
        if let job { metadata["job"] = "\(job)" }
        if let kind = record?.kind, !kind.isEmpty { metadata["kind"] = "\(kind)" }
        if let attempt { metadata["attempt"] = "\(attempt)" }
        configuration.logger.log(level: level.logLevel, "\(message)", metadata: metadata)
    }

    func noteOverflow(dropped: Int = 0, rejected: Int = 0) {
        let now = clock.now()
        let line = telemetry.withLock { $0.overflow.count(dropped: dropped, rejected: rejected, now: now) }
        if let line { tell(.overflow, .error, line) }
    }

    func logger(for context: JobContext, on slot: WorkerSlot?) -> Logger {
        var logger = configuration.logger
        logger[metadataKey: "pool"] = "\(configuration.name)"
        logger[metadataKey: "worker"] = "\(context.worker)"
        logger[metadataKey: "job"] = "\(context.id)"
        logger[metadataKey: "attempt"] = "\(context.attempt)"
        let kind = state.withLock { _ in slot?.current?.kind } ?? ""
        if !kind.isEmpty { logger[metadataKey: "kind"] = "\(kind)" }
        return logger
    }
}

extension PoolEvent.Level {
    fileprivate var logLevel: Logger.Level {
        switch self {
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
