public import Monitoring
import Synchronization

extension Pool {
    // MARK: One job

    /// Submits a job.
    ///
    /// Where the queue is full or the intake paused, the overflow policy decides; by default the producer
    /// waits: this is backpressure. Submits that wait are served in the order in which they came.
    ///
    /// - Parameters:
    ///   - options: Name, kind, timeout, retries and so on.
    ///   - overflow: Overrides the pool's policy for this call.
    ///   - body: The work. Runs in a worker's task; is told to stop by that task's cancellation.
    /// - Returns: The job's ID.
    /// - Throws: ``PoolError`` where the job was not admitted; `CancellationError` where the producer's task was
    ///   cancelled while it waited. In both cases the job is not in the pool and never runs.
    @discardableResult
    public func submit(
        _ options: JobOptions? = nil, overflow: OverflowPolicy? = nil, _ body: @escaping JobBody
    ) async throws -> JobID {
        try await submit(carried(Job(options, nil, body)), overflow).id
    }

    /// Submits a job whose work awaits nothing, which costs less.
    ///
    /// Everything else is as with ``submit(_:overflow:_:)-(_,_,JobBody)``.
    @discardableResult
    public func submit(
        _ options: JobOptions? = nil, overflow: OverflowPolicy? = nil, _ body: @escaping PlainJobBody
    ) async throws -> JobID {
        try await submit(carried(Job(options, nil, .plain(body))), overflow).id
    }

    /// Submits a job whose result is wanted.
    ///
    /// Everything else is as with ``submit(_:overflow:_:)-(_,_,JobBody)``.
    @inlinable
    public func submit<Value: Sendable>(
        _ options: JobOptions? = nil, returning type: Value.Type, overflow: OverflowPolicy? = nil,
        _ body: @escaping @Sendable (JobContext) async throws -> Value
    ) async throws -> JobHandle<Value> {
        let result = JobResult<Value>(body)
        // A function and not a closure, which would have to be converted.
        @Sendable nonisolated(nonsending) func run(_ context: JobContext) async throws {
            guard let body = result.body else { return }
            let value = try await body(context)
            if context.isAwaited { result.value = value }
        }
        let admitted = try await submit(options, result, overflow, run)
        guard let live = admitted.live else { return JobHandle(id: admitted.id, pool: self, result: result) }
        guard let shared = live.completion as? JobResult<Value> else { throw resultOfAnotherType(live.id) }
        return JobHandle(id: live.id, pool: self, result: shared)
    }

    /// Submits a job whose end is waited for.
    @usableFromInline
    func submit(
        _ options: JobOptions?, _ completion: JobCompletion, _ overflow: OverflowPolicy?,
        _ body: @escaping JobBody
    ) async throws -> Admitted {
        try await submit(carried(Job(options, completion, body)), overflow)
    }

    @usableFromInline
    func resultOfAnotherType(_ live: JobID) -> PoolError {
        refuse(1, PoolError(.duplicateKey, "\(live) has the same key, and no result of that type"))
    }

    /// Submits a job that tells a completion of its own how it ends.
    func submit(_ job: consuming Job) async throws -> JobID { try await submit(job, nil).id }

    /// Submits a job if that can be done at once.
    ///
    /// - Throws: ``PoolError`` where the queue is full, the intake paused or the pool closed; the job then counts
    ///   as rejected and never runs.
    @discardableResult
    public func trySubmit(_ options: JobOptions? = nil, _ body: @escaping JobBody) throws(PoolError) -> JobID
    {
        try admitOrRefuse(carried(Job(options, nil, body)))
    }

    /// Submits a job whose work awaits nothing, if that can be done at once.
    ///
    /// Everything else is as with ``trySubmit(_:_:)-(_,JobBody)``.
    @discardableResult
    public func trySubmit(
        _ options: JobOptions? = nil, _ body: @escaping PlainJobBody
    ) throws(PoolError) -> JobID {
        try admitOrRefuse(carried(Job(options, nil, .plain(body))))
    }

    @inline(__always)
    private func admitOrRefuse(_ job: consuming Job) throws(PoolError) -> JobID {
        let isTimed = job.isTimed
        let now = clock.now()
        switch state.withLock({ $0.admit(&job, at: now, behindLine: false) }) {
        case .admitted(let id, let wake):
            wake?.resume()
            if isTimed { setNewTimers() }
            return id
        case .duplicate(let live): return try join(live, job).id
        case .full: throw refuse(1, .queueFull)
        case .paused: throw refuse(1, .intakePaused)
        case .closed: throw refuse(1, .closed)
        }
    }

    // MARK: Many jobs

    /// Submits jobs, many under one lock. Waits while the queue is full, whatever the pool's policy.
    ///
    /// - Returns: How many jobs were admitted: all of them, but for those whose ``JobOptions/key`` a live job had.
    /// - Throws: As ``submit(_:overflow:_:)-(_,_,JobBody)``. Jobs taken from `jobs` before it threw have been admitted, all but
    ///   the last up to 256.
    @discardableResult
    @inlinable
    public func submit(contentsOf jobs: some Sequence<Job>) async throws -> Int {
        var admitted = 0
        var chunk: [Job] = []
        chunk.reserveCapacity(Pool.chunk)
        var iterator = jobs.makeIterator()
        while let job = iterator.next() {
            chunk.append(consume job)
            guard chunk.count == Pool.chunk else { continue }
            admitted += try await submit(chunk: &chunk)
        }
        if !chunk.isEmpty { admitted += try await submit(chunk: &chunk) }
        return admitted
    }

    /// How many jobs of a bulk submit are admitted under one lock.
    @usableFromInline static let chunk = 256

    /// Submits these jobs together; leaves none of them in `chunk`.
    @usableFromInline
    func submit(chunk: inout [Job]) async throws -> Int {
        let count = chunk.count
        if tracing != nil { chunk = chunk.map { carried($0) } }
        let jobs = prepare(&chunk)
        let now = clock.now()
        var ((admission, enqueued), timed) = state.withLock { ($0.admit(jobs, at: now), $0.takeTimed()) }
        if !timed.isEmpty { setTimers(for: timed) }
        if case .admitted(_, let wake) = admission { wake?.resume() }
        if case .closed = admission { throw refuse(jobs.count, .closed) }
        if !jobs.isEmpty { enqueued += try await wait(for: jobs, limit: nil, since: now) }
        if enqueued.refused > 0 { _ = refuse(enqueued.refused, .duplicateKey(enqueued.live)) }
        return count - enqueued.leftOut
    }

    /// Moves jobs into records, so that the lock is held no longer than it takes to number those.
    private func prepare(_ jobs: inout [Job]) -> PreparedJobs {
        let count = jobs.count
        defer { jobs.removeAll(keepingCapacity: true) }
        return PreparedJobs(&jobs, state.withLock { $0.takeSpare(count) })
    }

    // MARK: The way in

    /// The job as it is run: within spans where the pool traces.
    @inline(__always)
    func carried(_ job: consuming Job) -> Job {
        guard let tracing else { return job }
        return tracing.carry(job)
    }

    /// A job that was submitted.
    @usableFromInline
    struct Admitted {
        @usableFromInline let id: JobID
        /// The live job of the same key that it was joined to, and that tells the end of both.
        @usableFromInline var live: LiveJob?
    }

    @inline(__always)
    private func submit(_ job: consuming Job, _ overflow: OverflowPolicy?) async throws -> Admitted {
        let policy = (overflow ?? configuration.overflow).kind
        let mayWait = if case .wait = policy { true } else { false }
        let isTimed = job.isTimed
        let now = clock.now()
        let admission = state.withLock { $0.admit(&job, at: now, behindLine: mayWait) }
        guard case .admitted(let id, let wake) = admission else {
            return try await overflowed(job, now, admission, policy)
        }
        wake?.resume()
        if isTimed { setNewTimers() }
        return Admitted(id: id)
    }

    private func overflowed(
        _ job: Job, _ now: UInt64, _ admission: PoolMachine.Admission, _ policy: OverflowPolicy.Kind
    ) async throws -> Admitted {
        if case .closed = admission { throw refuse(1, .closed) }
        if case .duplicate(let live) = admission { return try join(live, job) }
        if case .wait(let limit) = policy {
            var jobs = [job]
            let enqueued = try await wait(for: prepare(&jobs), limit: limit, since: now)
            return try enqueued.live.map { try join($0, job) } ?? Admitted(id: enqueued.last)
        }
        var copy = job
        let (outcome, timed) = state.withLock { ($0.admit(&copy, orElse: policy, at: now), $0.takeTimed()) }
        setTimers(for: timed)
        switch outcome {
        case .admitted(let id, let dropped, let wake):
            wake?.resume()
            if let dropped { drop(dropped) }
            return Admitted(id: id)
        case .duplicate(let live):
            return try join(live, job)
        case .dropped(let record):
            drop(record)
            return Admitted(id: record.id)
        case .inline(let record):
            await runInline(record)
            return Admitted(id: record.id)
        case .refused(let error):
            throw refuse(1, error)
        }
    }

    /// A job whose key a live job has is joined to that, or refused.
    private func join(_ live: LiveJob, _ job: Job) throws(PoolError) -> Admitted {
        guard job.options?.duplicates == .refuse else { return Admitted(id: live.id, live: live) }
        throw refuse(1, .duplicateKey(live))
    }

    /// Sets the timers of jobs that have just been admitted.
    private func setNewTimers() { setTimers(for: state.withLock { $0.takeTimed() }) }

    /// Stands in line until all of these jobs have been admitted.
    private func wait(for jobs: PreparedJobs, limit: Duration?, since submitted: UInt64) async throws
        -> Enqueued
    {
        let waiter = ProducerWaiter(jobs, at: submitted)
        let end = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                waiter.continuation = continuation
                let now = clock.now()
                let ((end, wake, watch), timed) = state.withLock { machine in
                    let stand =
                        Task.isCancelled ? (.cancelled, nil, false) : machine.standInLine(waiter, now: now)
                    return (stand, machine.takeTimed())
                }
                setTimers(for: timed)
                wake?.resume()
                if watch { timers.add(.relief, at: now + PoolMachine.relief) }
                if let end { return continuation.resume(returning: end) }
                if let limit { timers.add(.producerTimeout(waiter), at: now + limit.nanoseconds) }
            }
        } onCancel: {
            let now = clock.now()
            let left = state.withLock { $0.leaveLine(waiter, now: now) }
            if left { waiter.continuation?.resume(returning: .cancelled) }
        }
        if limit != nil {
            waiter.isOver.store(true, ordering: .relaxed)
            timers.watchEnded()
        }
        switch end {
        case .admitted: return state.withLock { _ in waiter.enqueued }
        case .refused(let error): throw error
        case .cancelled: throw CancellationError()
        }
    }

    /// Runs a job in its producer's task (`callerRuns`).
    private func runInline(_ record: JobRecord) async {
        var failure: (any Error)?
        do {
            try await Seat.$current.withValue(Seat(pool: self, slot: nil)) {
                try await record.work?.body(
                    JobContext(
                        id: record.id, worker: WorkerID(rawValue: 0), attempt: 1,
                        isAwaited: record.completion != nil))
            }
        } catch {
            failure = error
        }
        record.endedAt = clock.now()
        _ = settle(record, on: nil, error: failure, now: record.endedAt)
        resume(state.withLock { $0.takeQuiet() })
    }

    private func drop(_ record: JobRecord) {
        end(record, .dropped, now: clock.now())
        noteOverflow(dropped: 1)
    }

    private func refuse(_ count: Int, _ error: PoolError) -> PoolError {
        state.withLock { $0.tally.rejected += UInt64(count) }
        if error.code == .queueFull { noteOverflow(rejected: count) }
        return error
    }
}

extension PoolError {
    static let queueFull = PoolError(.queueFull, "the queue is full")
    static func duplicateKey(_ live: LiveJob?) -> PoolError {
        PoolError(.duplicateKey, "\(live?.id.description ?? "another job") has the same key and is alive")
    }
    static let intakePaused = PoolError(.intakePaused, "the intake is paused")
}
