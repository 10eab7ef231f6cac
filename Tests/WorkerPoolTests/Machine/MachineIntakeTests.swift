import Monitoring
import Testing

@testable import WorkerPool

@Suite struct MachineIntakeTests {
    @Test func admit_whenRunning_numbersJobsFromOne() {
        let floor = Floor(workers: 1)
        #expect(floor.admit() == .admitted(1))
        #expect(floor.admit() == .admitted(2))
        #expect(floor.queued == [1, 2])
    }

    @Test func admit_whenFull_isRefused_andTakesNoNumber() {
        let floor = Floor(workers: 1, capacity: 2)
        floor.admit(count: 2)
        #expect(floor.admit() == .full)
        floor.claim(1)
        #expect(floor.admit() == .admitted(3))
        #expect(floor.counters.submitted == 3)
    }

    @Test func admit_withoutABound_isNeverFull() {
        let floor = Floor(workers: 0, capacity: nil)
        floor.admit(count: 5_000)
        #expect(floor.counters.queued == 5_000)
    }

    @Test func admit_whenPaused_isRefused() {
        let floor = Floor(workers: 1)
        floor.machine.intakePause = PauseMark(by: "test", since: 0)
        #expect(floor.admit() == .paused)
        #expect(floor.admit(behindLine: true) == .paused)
    }

    @Test(arguments: [PoolState.draining, .stopped])
    func admit_whenClosed_isRefused_evenWherePaused(state: PoolState) {
        let floor = Floor(workers: 1)
        floor.machine.intakePause = PauseMark(by: "test", since: 0)
        floor.machine.lifecycle = state
        #expect(floor.admit() == .closed)
    }

    @Test func admit_behindLine_whenSomeoneWaits_isFull_evenWhereThereIsRoom() {
        let floor = Floor(workers: 1, capacity: 4)
        floor.slot(1).averageRun = 19_999
        floor.admit(count: 4)
        floor.wait()
        floor.claim(1)
        #expect(floor.machine.occupied == 3)
        #expect(floor.admit(behindLine: true) == .full)
        #expect(floor.admit(behindLine: false) == .admitted(5))
    }

    @Test func admit_countsJobsInBatchesAsOccupyingRoom() {
        let floor = Floor(workers: 1, capacity: 4)
        floor.slot(1).averageRun = 0
        floor.slot(1).patience = 0
        floor.admit(count: 4)
        #expect(floor.claim(1) == .run([1, 2, 3, 4]))
        #expect(floor.machine.occupied == 3)
        #expect(floor.admit() == .admitted(5))
        #expect(floor.admit() == .full)
    }

    @Test func admitMany_takesWhatFits_andLeavesTheRest() {
        let floor = Floor(workers: 1, capacity: 3)
        floor.admit()
        let jobs = PreparedJobs(count: 5)
        guard case (.admitted(let last, let wake), _) = floor.machine.admit(jobs, at: floor.now) else {
            Issue.record("nothing was admitted")
            return
        }
        wake?.resume()
        #expect(last.rawValue == 3)
        #expect(jobs.count == 3)
    }

    // MARK: Overflow

    @Test(arguments: [OverflowPolicy.reject, .wait])
    func overflow_whenFull_isRefused(policy: OverflowPolicy) {
        let floor = Floor(workers: 1, capacity: 1)
        floor.admit()
        #expect(floor.overflow(policy) == .refused(.queueFull))
    }

    @Test(arguments: [OverflowPolicy.dropOldest, .dropNewest, .callerRuns, .reject])
    func overflow_whenRoomWasMadeMeanwhile_admitsAfterAll(policy: OverflowPolicy) {
        let floor = Floor(workers: 1, capacity: 1)
        #expect(floor.overflow(policy) == .admitted(1, dropped: nil))
    }

    @Test(arguments: [OverflowPolicy.dropOldest, .dropNewest, .callerRuns])
    func overflow_whenClosedMeanwhile_isRefused_andLosesNothing(policy: OverflowPolicy) {
        let floor = Floor(workers: 1, capacity: 1)
        floor.admit()
        floor.machine.lifecycle = .draining
        #expect(floor.overflow(policy) == .refused(.closed))
        #expect(floor.queued == [1])
        #expect(floor.counters.submitted == 1)
    }

    @Test(arguments: [OverflowPolicy.dropOldest, .dropNewest, .callerRuns])
    func overflow_whenPaused_isRefused(policy: OverflowPolicy) {
        let floor = Floor(workers: 1, capacity: 1)
        floor.admit()
        floor.machine.intakePause = PauseMark(by: "test", since: 0)
        #expect(floor.overflow(policy) == .refused(.intakePaused))
    }

    @Test func dropOldest_givesUpTheJobThatHasWaitedLongest() {
        let floor = Floor(workers: 1, capacity: 2)
        floor.admit(count: 2)
        #expect(floor.overflow(.dropOldest) == .admitted(3, dropped: 1))
        #expect(floor.queued == [2, 3])
        #expect(floor.counters.dropped == 1)
    }

    @Test func dropOldest_whenJobsWaitInABatch_givesUpTheOldestOfThem() {
        let floor = Floor(workers: 1, capacity: 2)
        floor.slot(1).averageRun = 0
        floor.admit(count: 2)
        #expect(floor.claim(1) == .run([1, 2]))
        floor.admit()
        #expect(floor.cancel(3) == .removed(3))
        floor.machine.handed += 1
        #expect(floor.overflow(.dropOldest) == .admitted(4, dropped: 1))
    }

    @Test func dropNewest_countsTheNewJobAsSubmittedAndDropped() {
        let floor = Floor(workers: 1, capacity: 1)
        floor.admit()
        #expect(floor.overflow(.dropNewest) == .dropped(2))
        #expect(floor.queued == [1])
        #expect(floor.counters.submitted == 2)
        #expect(floor.counters.dropped == 1)
    }

    @Test func callerRuns_isRunning_butOccupiesNoRoomAndNoWorker() {
        let floor = Floor(workers: 1, capacity: 1)
        floor.admit()
        #expect(floor.overflow(.callerRuns) == .inline(2))
        #expect(floor.counters.running == 1)
        #expect(floor.counters.queued == 1)
        #expect(floor.machine.reading(now: floor.now).busy == 0)
    }
}

extension Floor {
    enum Overflow: Equatable {
        case admitted(UInt64, dropped: UInt64?), duplicate(UInt64), dropped(UInt64), inline(UInt64), refused(
            PoolError)
    }

    func overflow(_ policy: OverflowPolicy) -> Overflow {
        var job = Job { _ in }
        switch machine.admit(&job, orElse: policy.kind, at: now) {
        case .admitted(let id, let dropped, let wake):
            wake?.resume()
            return .admitted(id.rawValue, dropped: dropped?.id.rawValue)
        case .duplicate(let live): return .duplicate(live.id.rawValue)
        case .dropped(let record): return .dropped(record.id.rawValue)
        case .inline(let record): return .inline(record.id.rawValue)
        case .refused(let error): return .refused(error)
        }
    }
}
