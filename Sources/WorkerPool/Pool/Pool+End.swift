import DequeModule
public import Monitoring
import Synchronization

/// How a drain went.
public struct DrainReport: Sendable, Equatable {
    /// Whether every job came to its end by itself.
    public var isComplete: Bool
    /// Jobs that were cancelled because the deadline had passed.
    public var cancelled: Int
    /// Jobs that heeded no cancel and were given up; they may still run.
    public var abandoned: Int
    /// The final counters.
    public var counters: Counters
}

extension Pool {
    /// What ``shutdownNow(running:grace:)`` does with running jobs.
    public struct RunningJobs: Sendable, Equatable {
        fileprivate enum Value { case finish, cancel }
        fileprivate let value: Value

        /// They finish.
        public static let finish = RunningJobs(value: .finish)
        /// They are cancelled. The default.
        public static let cancel = RunningJobs(value: .cancel)
    }

    /// Takes no more jobs, finishes what is there, and ends the pool.
    ///
    /// Submits that wait are refused. At the deadline, or when the waiting task is cancelled, what is left is
    /// cancelled; what heeds no cancel within `grace` is given up. When this returns, no task or timer of the pool
    /// is left, but for jobs given up. Called again, it waits for the same end. While dispatch is stopped the queue
    /// does not empty, and only the deadline, or resuming it, brings the end.
    ///
    /// - Parameters:
    ///   - deadline: How long jobs may go on; `nil` (the default) means as long as they take.
    ///   - grace: How long cancelled jobs may take to stop. The default is 30 seconds.
    @discardableResult
    public func drain(deadline: Duration? = nil, grace: Duration = .seconds(30)) async -> DrainReport {
        if closeIntake() {
            tell(.lifecycle, mark: "drain", "draining: \(snapshot().counters.unfinished) jobs to finish")
            if await !waitForQuiet(.nothingIsLeft, atMost: deadline) {
                state.withLock { $0.beginCuttingShort() }
                cancelAll(by: "drain")
                await uncancelled { await self.giveUp(after: grace) }
            }
            await uncancelled { await self.stop() }
        } else {
            await waitUntilStopped()
        }
        let (cutShort, givenUp) = state.withLock { ($0.cutShort, $0.givenUp) }
        return DrainReport(
            isComplete: cutShort + givenUp == 0, cancelled: cutShort, abandoned: givenUp,
            counters: snapshot().counters)
    }

    /// Takes no more jobs and starts none; returns the jobs that never ran once the running ones have ended.
    ///
    /// All that wait count as cancelled, those included that wait for a further attempt. May be called during a
    /// ``drain(deadline:grace:)`` to hurry it up.
    ///
    /// - Parameters:
    ///   - running: Whether running jobs are cancelled (the default) or finish.
    ///   - grace: How long cancelled jobs may take to stop before they are given up. The default is 30 seconds.
    @discardableResult
    public func shutdownNow(running: RunningJobs = .cancel, grace: Duration = .seconds(30)) async
        -> [JobSummary]
    {
        let isMine = closeIntake()
        state.withLock { $0.beginCuttingShort() }
        let waiting = cancelWaiting().waiting
        let neverRan = waiting.filter { $0.worker < 0 }.map { summary(of: $0) }
        if running == .cancel { cancelAll(by: "shutdown") }
        tell(.lifecycle, mark: "stop", "stopping: \(neverRan.count) jobs that never ran were taken back")
        await uncancelled {
            if running == .cancel {
                await self.giveUp(after: grace)
            } else {
                await self.waitForQuiet(.nothingIsLeft)
            }
            if isMine { await self.stop() } else { await self.waitUntilStopped() }
        }
        return neverRan
    }

    /// Refuses submits from now on; false where that was so before.
    private func closeIntake() -> Bool {
        let now = clock.now()
        let refused = state.withLock { machine -> [ProducerWaiter]? in
            guard machine.lifecycle == .running else { return nil }
            machine.lifecycle = .draining
            defer { machine.waiting.removeAll() }
            for waiter in machine.waiting {
                machine.stats.waited += elapsed(from: waiter.since, to: now)
                machine.tally.rejected += UInt64(waiter.jobs.count)
            }
            return machine.waiting.map { $0 }
        }
        guard let refused else { return false }
        resume(refused, .refused(.closed))
        return true
    }

    /// Waits until nothing is left, at most `grace`, and gives up the rest.
    private func giveUp(after grace: Duration) async {
        if await waitForQuiet(.nothingIsLeft, atMost: grace) { return }
        cancelWaiting()
        let busy = state.withLock { machine in machine.slots.filter { $0.current != nil }.map(\.id) }
        var abandoned = 0
        for worker in busy where abandon(worker, by: "drain").phase == .done { abandoned += 1 }
        state.withLock { $0.givenUp += abandoned + $0.inline.count }
    }

    /// Ends workers, timers and log.
    private func stop() async {
        await duties.stop()
        let now = clock.now()
        let wakes = state.withLock { machine in
            machine.isOver = true
            return machine.resize(to: 0, now: now).wakes
        }
        for wake in wakes { wake.resume() }
        await waitForTasks()
        await timers.stop()
        let work = telemetry.withLock { $0.ended.takeWork() }
        withExtendedLifetime(work) {}
        let waiters = state.withLock { machine -> [UnsafeContinuation<Void, Never>] in
            machine.lifecycle = .stopped
            defer { machine.stopWaiters = [] }
            return machine.stopWaiters
        }
        exporter?.sweep(self)
        for waiter in waiters { waiter.resume() }
        tell(.lifecycle, .info, "stopped")
        for waiter in telemetry.withLock({ $0.events.close() }) { waiter.resume() }
    }

    /// Does what must be done to the end, whatever becomes of the task that asked for it.
    private func uncancelled(_ work: @escaping @Sendable () async -> Void) async {
        // Ends with the work, which is waited for here.
        await Task.detached { await work() }.value
    }

    /// Whether the pool has ended.
    var hasStopped: Bool { state.withLock { $0.lifecycle == .stopped } }

    func waitUntilStopped() async {
        await withUnsafeContinuation { continuation in
            let isStopped = state.withLock { machine in
                guard machine.lifecycle != .stopped else { return true }
                machine.stopWaiters.append(continuation)
                return false
            }
            if isStopped { continuation.resume() }
        }
    }

    /// Returns whether the pool became quiet within that time, and before the waiting task was cancelled.
    private func waitForQuiet(_ condition: QuietWaiter.Condition, atMost limit: Duration?) async -> Bool {
        guard let limit else { return await waitForQuiet(condition) }
        let deadline = clock.now() + limit.nanoseconds
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask { await self.waitForQuiet(condition) }
            group.addTask {
                try? await self.clock.sleep(until: deadline)
                return false
            }
            let isQuiet = await group.next() ?? false
            group.cancelAll()
            return isQuiet
        }
    }
}
