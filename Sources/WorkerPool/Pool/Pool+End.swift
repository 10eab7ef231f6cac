public import Monitoring
import DequeModule
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
    /// Submits that wait are refused. At the deadline what is left is cancelled; what heeds no cancel within
    /// `grace` is given up. When this returns, no task or timer of the pool is left, but for jobs given up.
    /// Called again, it waits for the same end.
    ///
    /// - Parameters:
    ///   - deadline: How long jobs may go on; `nil` (the default) means as long as they take.
    ///   - grace: How long cancelled jobs may take to stop. The default is 30 seconds.
    @discardableResult
    public func drain(deadline: Duration? = nil, grace: Duration = .seconds(30)) async -> DrainReport {
        guard closeIntake() else {
            await waitUntilStopped()
            return DrainReport(isComplete: true, cancelled: 0, abandoned: 0, counters: snapshot().counters)
        }
        tell(.lifecycle, mark: "drain", "draining: \(snapshot().counters.unfinished) jobs to finish")
        var cancelled = 0
        if await !waitForQuiet(.nothingIsLeft, atMost: deadline) {
            cancelled = cancelAll(by: "drain").affected
        }
        let abandoned = await stop(grace: cancelled > 0 ? grace : nil)
        return DrainReport(
            isComplete: cancelled == 0, cancelled: cancelled, abandoned: abandoned, counters: snapshot().counters)
    }

    /// Takes no more jobs and starts none; returns the jobs that never ran once the running ones have ended.
    ///
    /// May be called during a ``drain(deadline:grace:)`` to hurry it up.
    ///
    /// - Parameters:
    ///   - running: Whether running jobs are cancelled (the default) or finish.
    ///   - grace: How long cancelled jobs may take to stop before they are given up. The default is 30 seconds.
    @discardableResult
    public func shutdownNow(running: RunningJobs = .cancel, grace: Duration = .seconds(30)) async -> [JobSummary] {
        let isMine = closeIntake()
        state.withLock { $0.retriesFailures = false }
        let waiting = cancelWaiting().map { summary(of: $0) }
        if running == .cancel { cancelAll(by: "shutdown") }
        if isMine {
            tell(.lifecycle, mark: "stop", "stopping: \(waiting.count) jobs that never ran were taken back")
            _ = await stop(grace: running == .cancel ? grace : nil)
        } else {
            await waitUntilStopped()
        }
        return waiting
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
            return Array(machine.waiting)
        }
        guard let refused else { return false }
        resume(refused, .refused(.closed))
        return true
    }

    /// Waits until nothing is left, at most `grace`, gives up the rest, and ends workers, timers and log.
    private func stop(grace: Duration?) async -> Int {
        var abandoned = 0
        if await !waitForQuiet(.nothingIsLeft, atMost: grace) {
            cancelWaiting()
            for worker in state.withLock({ machine in machine.slots.filter { $0.current != nil }.map(\.id) }) {
                if abandon(worker, by: "drain").phase == .done { abandoned += 1 }
            }
        }
        apply(by: "drain", .finish) { _ in 0 }
        if abandoned == 0 { await waitForTasks() }
        await timers.stop()
        let waiters = state.withLock { machine -> [UnsafeContinuation<Void, Never>] in
            machine.lifecycle = .stopped
            defer { machine.stopWaiters = [] }
            return machine.stopWaiters
        }
        for waiter in waiters { waiter.resume() }
        tell(.lifecycle, .info, "stopped")
        for waiter in telemetry.withLock({ $0.events.close() }) { waiter.resume() }
        return abandoned
    }

    private func waitUntilStopped() async {
        await withUnsafeContinuation { continuation in
            let isStopped = state.withLock { machine in
                guard machine.lifecycle != .stopped else { return true }
                machine.stopWaiters.append(continuation)
                return false
            }
            if isStopped { continuation.resume() }
        }
    }

    /// Returns whether the pool became quiet within that time.
    private func waitForQuiet(_ condition: QuietWaiter.Condition, atMost limit: Duration?) async -> Bool {
        guard let limit else {
            await waitForQuiet(condition)
            return true
        }
        let deadline = clock.now() + limit.nanoseconds
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await self.waitForQuiet(condition)
                return !Task.isCancelled
            }
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
