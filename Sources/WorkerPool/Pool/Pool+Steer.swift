import Monitoring
import Synchronization

extension Pool {
    /// What a resize does with jobs on workers that are too many.
    public struct ShrinkMode: Sendable, Equatable {
        fileprivate enum Value { case wait, requeue }
        fileprivate let value: Value

        /// They finish; their workers are *retiring* until then. The default.
        public static let finish = ShrinkMode(value: .wait)
        /// The youngest of them are told to stop and go back to the front of the queue to be run anew; a job
        /// that ends well in spite of that has ended well.
        public static let requeueYoungest = ShrinkMode(value: .requeue)
    }

    /// Has that many workers from now on. Returns at once.
    ///
    /// More workers start to take jobs now. Fewer: idle ones leave at once, busy ones once their job has ended.
    /// 0 means that nothing is started until the next resize. Brought into 0 ... 100,000.
    public func resize(to count: Int, by operator: String = "program", shrink: ShrinkMode = .finish) {
        apply(by: `operator`, shrink) { _ in count }
    }

    /// Has that many workers more, or fewer where negative. Otherwise as ``resize(to:by:shrink:)``.
    public func adjust(by difference: Int, by operator: String = "program") {
        apply(by: `operator`, .finish) { $0.adding(difference) }
    }

    private typealias Change = (
        resized: PoolMachine.Resized, count: Int, stopped: [WorkerSlot],
        moved: PoolMachine.Moved
    )

    @discardableResult
    func apply(
        by operator: String, _ shrink: ShrinkMode, because reason: String? = nil, _ size: (Int) -> Int
    ) -> (before: Int, after: Int)? {
        // Whoever resizes without a reason of the pool's own has the say from now on.
        if reason == nil { sizer?.yield(to: `operator`) }
        let now = clock.now()
        let change = state.withLock { machine -> Change? in
            guard !machine.isOver else { return nil }
            let count = min(max(size(machine.target), 0), PoolConfiguration.workerLimit)
            let resized = machine.resize(to: count, now: now)
            let stopped = shrink.value == .requeue ? machine.requeueYoungest(now: now) : []
            return (resized, count, stopped, machine.moveUpAndWake(now: now))
        }
        guard let (resized, count, stopped, moved) = change else { return nil }
        for wake in resized.wakes { wake.resume() }
        act(on: moved)
        for slot in resized.started { startTask(for: slot, number: 0) }
        cancelTasks(of: stopped)
        if resized.before != count, !`operator`.isEmpty {
            tell(
                .operated, mark: "\(resized.before)→\(count)",
                "\(`operator`) resized the pool from \(resized.before) to \(count) \(count == 1 ? "worker" : "workers")"
                    + (reason.map { ": \($0)" } ?? "")
            )
        }
        return (resized.before, count)
    }

    /// Cancels the tasks of slots whose jobs have been told to stop.
    func cancelTasks(of slots: [WorkerSlot]) {
        let tasks = state.withLock { _ in slots.compactMap { $0.stop == nil ? nil : $0.task } }
        for task in tasks { task.cancel() }
    }

    // MARK: Pauses

    /// Submits wait or are refused, as their overflow policy says, until ``resumeIntake(by:)``.
    public func pauseIntake(by operator: String = "program") {
        let mark = PauseMark(by: `operator`, since: clock.now())
        let changed = state.withLock { machine in
            guard machine.intakePause == nil else { return false }
            machine.intakePause = mark
            return true
        }
        if changed { tell(.operated, mark: "intake ‖", "\(`operator`) paused the intake") }
    }

    /// Submits are taken again.
    public func resumeIntake(by operator: String = "program") {
        let now = clock.now()
        let (changed, moved) = state.withLock { machine in
            let changed = machine.intakePause != nil
            machine.intakePause = nil
            return (changed, machine.moveUpAndWake(now: now))
        }
        act(on: moved)
        if changed { tell(.operated, mark: "intake ▸", "\(`operator`) resumed the intake") }
    }

    /// The queue goes on taking jobs, but none is started until ``resumeDispatch(by:)``.
    public func pauseDispatch(by operator: String = "program") {
        let mark = PauseMark(by: `operator`, since: clock.now())
        let (changed, moved) = state.withLock { machine in
            let changed = machine.dispatchPause == nil
            if changed { machine.dispatchPause = mark }
            machine.recallBatches(now: mark.since)
            return (changed, machine.moveUpAndWake(now: mark.since))
        }
        act(on: moved)
        if changed { tell(.operated, mark: "dispatch ‖", "\(`operator`) paused dispatch") }
    }

    /// As ``pauseDispatch(by:)``, and returns once no job runs any more, or the waiting task is cancelled.
    public func pauseDispatchAndWait(by operator: String = "program") async {
        pauseDispatch(by: `operator`)
        await waitForQuiet(.nothingRuns)
    }

    /// Jobs are started again.
    public func resumeDispatch(by operator: String = "program") {
        let (changed, wake) = state.withLock { machine -> (Bool, Wake?) in
            guard machine.dispatchPause != nil else { return (false, nil) }
            machine.dispatchPause = nil
            return (true, machine.wakeOne())
        }
        wake?.resume()
        if changed { tell(.operated, mark: "dispatch ▸", "\(`operator`) resumed dispatch") }
    }

    /// Stops what runs outside this process (``PoolConfiguration/onFreeze``) and the clocks of its timeouts,
    /// and starts nothing until ``thaw(by:)``.
    public func freeze(by operator: String = "program") {
        let mark = PauseMark(by: `operator`, since: clock.now())
        let (changed, moved) = state.withLock { machine in
            let changed = machine.frozen == nil
            if changed { machine.frozen = mark }
            machine.recallBatches(now: mark.since)
            return (changed, machine.moveUpAndWake(now: mark.since))
        }
        act(on: moved)
        guard changed else { return }
        carryFreezeOut()
        tell(.operated, mark: "freeze", "\(`operator`) froze the pool")
    }

    /// Lets frozen jobs go on.
    public func thaw(by operator: String = "program") {
        let (changed, wake) = state.withLock { machine -> (Bool, Wake?) in
            guard machine.frozen != nil else { return (false, nil) }
            machine.frozen = nil
            return (true, machine.wakeOne())
        }
        guard changed else { return }
        carryFreezeOut()
        wake?.resume()
        tell(.operated, mark: "thaw", "\(`operator`) thawed the pool")
    }

    /// Makes timers and processes follow the switch. Whoever finds another at it leaves the rest to them, so that
    /// of a freeze and a thaw at the same time the later one stands.
    private func carryFreezeOut() {
        while let isFrozen = state.withLock({ $0.beginFreezing() }) {
            if isFrozen { timers.freeze(true) }
            configuration.onFreeze?(isFrozen)
            if !isFrozen { timers.freeze(false) }
            state.withLock { $0.isFreezing = false }
        }
    }

    /// Notes how far a job says it is.
    func report(_ progress: JobProgress, of job: JobID, on slot: WorkerSlot) {
        // A job that came through a router knows itself by its number there.
        state.withLock { _ in slot.progress = (slot.current?.id ?? job, progress) }
    }

    /// Returns true once the pool is as quiet as asked, false where the waiting task is cancelled before.
    @discardableResult
    func waitForQuiet(_ condition: QuietWaiter.Condition) async -> Bool {
        let id = state.withLock { machine in
            machine.nextQuietWaiter += 1
            return machine.nextQuietWaiter
        }
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let (quiet, isCancelled) = state.withLock { machine in
                    machine.quietWaiters.append(
                        QuietWaiter(id: id, condition: condition, continuation: continuation))
                    return (machine.takeQuiet(), Task.isCancelled)
                }
                resume(quiet)
                if isCancelled { stopWaiting(id) }
            }
        } onCancel: {
            stopWaiting(id)
        }
    }

    private func stopWaiting(_ id: UInt64) {
        state.withLock { $0.takeQuietWaiter(id) }?.continuation.resume(returning: false)
    }
}

extension Int {
    /// The sum, or the nearest number there is.
    func adding(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other > 0 ? .max : .min) : sum
    }
}
