public import Monitoring
import WorkerPool

extension JobQueue {
    // MARK: Looking

    /// One job, or `nil` where there is none of that number.
    public func job(_ id: JobID) async throws -> StoredJob? { try await core.store.job(id) }

    /// A page of jobs, newest first.
    public func jobs(_ query: StoreQuery) async throws -> StorePage { try await core.store.jobs(query) }

    /// All queues by name.
    public func queues() async throws -> [QueueStatus] { try await core.store.queues(now: core.now) }

    /// Waits until a job has ended, at most `timeout`, or until the task is cancelled.
    ///
    /// Told at once of jobs that this process runs, and about as soon of those that others run. While many wait for other
    /// processes' jobs, those are looked at in turn. Runs only while ``run()`` does.
    ///
    /// - Returns: the job as it is then; `nil` where there is none of that number.
    public func wait(for id: JobID, timeout: Duration) async throws -> StoredJob? {
        let deadline = core.clock.now() + timeout.nanoseconds
        let bell = Bell()
        let number = core.waiters.add(bell, for: id)
        defer { core.waiters.remove(number, for: id) }
        while true {
            let job = try await core.store.job(id)
            guard let job, !job.state.isFinal, core.clock.now() < deadline, !Task.isCancelled else {
                return job
            }
            await bell.wait(until: deadline, on: core.clock)
            // Whoever gave up is told what was known: a store may not answer any more.
            if Task.isCancelled { return job }
        }
    }

    /// How many wait for the end of a job now.
    public var waiting: Int { core.waiters.count }

    // MARK: Operating

    /// Cancels jobs: waiting ones at once, those running here at once, those running elsewhere with the next heartbeat
    /// there.
    @discardableResult
    public func cancel(_ ids: [JobID], by operator: String = "program") async throws -> [CancelOutcome] {
        let outcomes = try await core.store.cancel(ids, by: `operator`, now: core.now)
        let signalled = Set(zip(ids, outcomes).filter { $0.1 == .signalled }.map(\.0))
        if !signalled.isEmpty { core.stop(core.table.leases(of: signalled), .cancelled) }
        core.waiters.ring(ids)
        return outcomes
    }

    /// Queues ended jobs anew.
    ///
    /// - Returns: how many.
    @discardableResult
    public func retry(_ jobs: JobSelection) async throws -> Int {
        let count = try await core.store.retry(jobs, now: core.now)
        core.claimBell.ring()
        return count
    }

    /// Queues all jobs anew that have ended in a state by now, so many a second, a few hundred in one transaction at most;
    /// returns how many once all are. One that ends so once more is left. Ends early where the task is cancelled.
    ///
    /// - Parameters:
    ///   - state: One in which jobs have ended.
    ///   - queue: Only those of this queue; `nil` for those of all.
    ///   - rate: Above 0; below 1 for one job every few seconds, infinity for no limit.
    public func retry(all state: JobState, of queue: String? = nil, perSecond rate: Double) async throws
        -> Int
    {
        let page = Int(min(max(rate, 1), Double(StoreQuery.maxLimit)))
        let pause = nanoseconds(Double(page) / rate)
        let start = core.now
        var count = 0
        while !Task.isCancelled {
            let retried = try await retry(.all(state, queue: queue, limit: page, endedBy: start))
            guard retried > 0 else { break }
            count += retried
            if pause > 0 { try? await core.clock.sleep(until: core.clock.now() + pause) }
        }
        return count
    }

    /// Deletes jobs that do not run.
    ///
    /// - Returns: how many.
    @discardableResult
    public func delete(_ jobs: JobSelection) async throws -> Int {
        let count = try await core.store.delete(jobs, now: core.now)
        if case .jobs(let ids) = jobs { core.waiters.ring(ids) }
        return count
    }

    /// Sets how a queue is run, in all processes and past a restart.
    public func configure(_ queue: String, _ settings: QueueSettings) async throws {
        try await core.store.configure(queue, settings, now: core.now)
        core.claimBell.ring()
    }

    /// Pauses a queue in all processes and past a restart; `nil` resumes it.
    public func pause(_ queue: String, by operator: String?) async throws {
        let settings = try await queues().first { $0.name == queue }?.settings
        var changed = settings ?? QueueSettings()
        let now = core.now
        changed.paused = `operator`.map { QueuePause(by: $0, since: now) }
        try await configure(queue, changed)
    }
}
