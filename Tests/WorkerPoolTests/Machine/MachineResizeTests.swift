import Monitoring
import Testing

@testable import WorkerPool

@Suite struct MachineResizeTests {
    @Test func resize_up_numbersNewWorkersFromTheLowestFreeNumber() {
        let floor = Floor(workers: 3)
        floor.slot(2).isRetiring = true
        #expect(floor.claim(2) == .leave)
        #expect(floor.slots == [1, 3])
        #expect(floor.resize(4).started.map(\.id.rawValue) == [2, 4])
        #expect(floor.slots == [1, 2, 3, 4])
    }

    @Test func resize_down_sendsIdleWorkersFirst_highestNumberFirst() {
        let floor = Floor(workers: 4)
        floor.parkAll()
        floor.admit()
        floor.startNext(4)
        #expect(floor.resize(2).wakes.count == 2)
        #expect(floor.retiring == [2, 3])
        #expect(floor.parked == [1])
    }

    @Test func resize_belowTheIdleOnes_thenTakesBusyWorkers_highestNumberFirst() {
        let floor = Floor(workers: 4)
        floor.admit(count: 3)
        for worker in 1...3 { floor.startNext(worker) }
        floor.park(4)
        floor.resize(2)
        #expect(floor.retiring == [3, 4])
        floor.resize(1)
        #expect(floor.retiring == [2, 3, 4])
    }

    @Test func aRetiringWorker_leavesOnceItsJobHasEnded_andItsFiguresStay() {
        let floor = Floor(workers: 2)
        floor.admit(count: 2)
        floor.startNext(1)
        floor.startNext(2)
        floor.resize(1)
        #expect(floor.slots == [1, 2])
        floor.succeed(2)
        #expect(floor.claim(2) == .leave)
        #expect(floor.slots == [1])
        #expect(floor.counters.succeeded == 1)
        #expect(floor.counters.running == 1)
    }

    @Test func resize_up_keepsThoseThatWereAboutToLeave() {
        let floor = Floor(workers: 3)
        floor.admit(count: 3)
        for worker in 1...3 { floor.startNext(worker) }
        floor.resize(1)
        let resized = floor.resize(2)
        #expect(resized.started.isEmpty)
        #expect(resized.before == 1)
        #expect(floor.retiring == [3])
        #expect(floor.resize(4).started.map(\.id.rawValue) == [4])
        #expect(floor.retiring.isEmpty)
    }

    @Test func resize_toNone_startsNothing_untilItIsRaised() {
        let floor = Floor(workers: 2)
        floor.parkAll()
        floor.resize(0)
        for number in floor.slots { #expect(floor.claim(number) == .leave) }
        floor.admit(count: 3)
        #expect(floor.queued == [1, 2, 3])
        #expect(floor.resize(1).started.map(\.id.rawValue) == [1])
        #expect(floor.claim(1) == .run([1]))
    }

    @Test func resize_down_takesBackJobsOfBatches() {
        let floor = Floor(workers: 2)
        floor.admit(count: 8)
        floor.slot(1).averageRun = 0
        floor.claim(1)
        floor.start(1)
        floor.resize(1)
        #expect(floor.queued == Array(2...8))
    }

    @Test func aLeavingWorker_passesAWakeUpOn() {
        let floor = Floor(workers: 2)
        floor.parkAll()
        floor.admit()
        #expect(floor.woken == [2])
        floor.slot(2).isRetiring = true
        #expect(floor.claim(2) == .leave)
        #expect(floor.woken == [1])
    }

    @Test func resize_downAndUp_betweenWakeAndClaim_keepsTheWorker() {
        let floor = Floor(workers: 1)
        floor.parkAll()
        floor.resize(0)
        floor.resize(1)
        floor.admit()
        #expect(floor.claim(1) == .run([1]))
    }

    // MARK: Requeue

    @Test func requeueYoungest_stopsTheJobsThatStartedLast() {
        let floor = Floor(workers: 3)
        floor.admit(count: 3)
        for worker in [2, 3, 1] {
            floor.now += 1
            floor.startNext(worker)
        }
        floor.resize(1)
        let stopped = floor.machine.requeueYoungest(now: floor.now)
        #expect(Set(stopped.map(\.id.rawValue)) == [1, 3])
        #expect(floor.retiring == [1, 3])
        #expect(floor.slot(2).stop == nil)
    }

    @Test func requeueYoungest_againForFewer_stopsOnlyThoseNotToldYet() {
        let floor = Floor(workers: 3)
        floor.admit(count: 3)
        for worker in 1...3 {
            floor.now += 1
            floor.startNext(worker)
        }
        floor.resize(2)
        #expect(floor.requeueYoungest().map(\.id.rawValue) == [3])
        floor.resize(1)
        #expect(floor.requeueYoungest().map(\.id.rawValue) == [2])
        #expect(floor.retiring == [2, 3])
    }

    @Test func requeueYoungest_withIdleWorkersEnough_stopsNobody() {
        let floor = Floor(workers: 3)
        floor.parkAll()
        floor.admit()
        floor.startNext(3)
        floor.resize(1)
        #expect(floor.requeueYoungest().isEmpty)
        #expect(floor.retiring == [1, 2])
    }

    @Test func aRequeuedJob_isTheNextOne() {
        let floor = Floor(workers: 1)
        floor.admit()
        floor.startNext(1)
        floor.now += 1
        floor.admit(count: 2)
        floor.resize(0)
        _ = floor.machine.requeueYoungest(now: floor.now)
        floor.settle(1, error: CancellationError())
        #expect(floor.queued == [1, 2, 3])
        #expect(floor.counters.queued == 3)
    }

    // MARK: Abandon

    @Test func abandon_freesTheNumber_countsTheJobAsCancelled_andTakesItsBatchBack() {
        let floor = Floor(workers: 1)
        floor.admit(count: 4)
        let old = floor.slot(1)
        old.averageRun = 0
        old.patience = 0
        floor.claim(1)
        floor.start(1)
        let abandoned = floor.machine.abandon(WorkerID(rawValue: 1), now: floor.now + 5)
        #expect(abandoned?.record.id.rawValue == 1)
        #expect(abandoned?.record.endedAt == floor.now + 5)
        #expect(abandoned?.started.map(\.id.rawValue) == [1])
        #expect(floor.slot(1) !== old)
        #expect(floor.queued == [2, 3, 4])
        #expect(floor.counters.cancelled == 1)
        #expect(floor.counters.running == 0)
    }

    @Test(arguments: [nil, Broken()] as [Broken?])
    func anAbandonedJob_thatEndsAfterAll_changesNoCount(error: Broken?) {
        let floor = Floor(workers: 1)
        floor.admit()
        floor.startNext(1)
        let old = floor.slot(1)
        _ = floor.machine.abandon(WorkerID(rawValue: 1), now: floor.now)
        let before = floor.counters
        guard case .abandoned? = floor.settle(old, error: error)?.next else {
            Issue.record("it counted again")
            return
        }
        #expect(floor.counters == before)
        #expect(floor.claim(old) == .leave)
    }

    @Test func abandon_ofARetiringWorker_makesNoOther_butWakesOneForItsJobs() {
        let floor = Floor(workers: 2)
        floor.admit(count: 8)
        floor.slot(2).averageRun = 0
        floor.claim(2)
        floor.start(2)
        floor.slot(2).isRetiring = true
        floor.machine.target = 1
        for id in UInt64(5)...8 { floor.cancel(id) }
        floor.parkOnly(1)
        #expect(floor.abandon(2) == 1)
        #expect(floor.slots == [1])
        #expect(floor.woken == [1])
        #expect(floor.queued == [2, 3, 4])
    }

    @Test func abandon_ofAnIdleOrUnknownWorker_isRefused() {
        let floor = Floor(workers: 1)
        #expect(floor.abandon(1) == nil)
        #expect(floor.abandon(7) == nil)
    }
}
