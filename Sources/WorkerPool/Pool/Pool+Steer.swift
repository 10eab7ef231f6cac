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
        apply(by: `operator`, .finish) { $0 + difference }
    }

    @discardableResult
    func apply(by operator: String, _ shrink: ShrinkMode, _ size: (Int) -> Int) -> (before: Int, after: Int)? {
        let now = clock.now()
        let change = state.withLock { machine -> (PoolMachine.Resized, Int, [WorkerSlot])? in
            guard machine.lifecycle != .stopped else { return nil }
            let count = min(max(size(machine.target), 0), PoolConfiguration.workerLimit)
            let resized = machine.resize(to: count)
            let stopped = shrink.value == .requeue ? machine.requeueYoungest(now: now) : []
            return (resized, count, stopped)
        }
        guard let (resized, count, stopped) = change else { return nil }
        for wake in resized.wakes { wake.resume() }
        for slot in resized.started { startTask(for: slot, number: 0) }
        cancelTasks(of: stopped)
        if resized.before != count {
            tell(
                .operated, mark: "\(resized.before)→\(count)",
                "\(`operator`) resized the pool from \(resized.before) to \(count) \(count == 1 ? "worker" : "workers")")
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
        let (changed, through, wake) = state.withLock { machine -> (Bool, [ProducerWaiter], Wake?) in
            guard machine.intakePause != nil else { return (false, [], nil) }
            machine.intakePause = nil
            return (true, machine.moveUp(now: now), machine.wakeOne())
        }
        wake?.resume()
        resume(through, .admitted)
        if changed { tell(.operated, mark: "intake ▸", "\(`operator`) resumed the intake") }
    }

    /// The queue goes on taking jobs, but none is started until ``resumeDispatch(by:)``.
    public func pauseDispatch(by operator: String = "program") {
        let mark = PauseMark(by: `operator`, since: clock.now())
        let changed = state.withLock { machine in
            guard machine.dispatchPause == nil else { return false }
            machine.dispatchPause = mark
            machine.recallBatches()
            return true
        }
        if changed { tell(.operated, mark: "dispatch ‖", "\(`operator`) paused dispatch") }
    }

    /// As ``pauseDispatch(by:)``, and returns once no job runs any more.
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
        let changed = state.withLock { machine in
            guard machine.frozen == nil else { return false }
            machine.frozen = mark
            machine.recallBatches()
            return true
        }
        guard changed else { return }
        timers.freeze(true)
        configuration.onFreeze?(true)
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
        configuration.onFreeze?(false)
        timers.freeze(false)
        wake?.resume()
        tell(.operated, mark: "thaw", "\(`operator`) thawed the pool")
    }

    /// Notes how far a job says it is.
    func report(_ progress: JobProgress, of job: JobID, on slot: WorkerSlot) {
        state.withLock { _ in slot.progress = (job, progress) }
    }

    /// Returns once the pool is as quiet as asked; earlier where the waiting task is cancelled.
    func waitForQuiet(_ condition: QuietWaiter.Condition) async {
        let id = state.withLock { machine in
            machine.nextQuietWaiter += 1
            return machine.nextQuietWaiter
        }
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let quiet = state.withLock { machine in
                    machine.quietWaiters.append(QuietWaiter(id: id, condition: condition, continuation: continuation))
                    return Task.isCancelled ? machine.takeQuietWaiter(id) : machine.takeQuiet()
                }
                resume(quiet)
            }
        } onCancel: {
            resume(state.withLock { $0.takeQuietWaiter(id) })
        }
    }
}
