import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

/// Jobs that one worker has taken and another one wants.
@Suite struct MachineBatchTests {
    /// A floor of parked workers, of which one, the last, has taken so many jobs.
    private func floor(workers: Int, batch: Int, capacity: Int? = 100) -> Floor {
        let floor = Floor(workers: workers, capacity: capacity)
        floor.parkAll()
        floor.admit(count: batch)
        floor.slot(workers).averageRun = 0
        floor.claim(workers)
        floor.start(workers)
        return floor
    }

    @Test func claim_whenAllIsInAnothersBatch_stealsTheLastOfIt() {
        let floor = floor(workers: 2, batch: 4)
        #expect(floor.claim(1) == .started(4))
        #expect(floor.machine.handed == 2)
        #expect(floor.claim(1) == .started(3))
        #expect(floor.claim(1) == .started(2))
        #expect(floor.claim(1) == .park)
        #expect(floor.park(1))
    }

    @Test func aStolenJob_isNotStartedByTheOneItWasStolenFrom() {
        let floor = floor(workers: 2, batch: 3)
        floor.claim(1)
        #expect(!floor.start(2, place: 2))
        #expect(floor.start(2, place: 1))
    }

    @Test func aStolenJob_isCancelledWhereItRuns() {
        let floor = floor(workers: 2, batch: 2)
        floor.startNext(1)
        #expect(floor.cancel(2) == .signalled(1))
        #expect(floor.slot(2).stop == nil)
    }

    @Test func park_whenAnotherHasTakenABatchMeanwhile_looksAgain_andSteals() {
        let floor = Floor(workers: 2)
        floor.park(1)
        #expect(floor.claim(2) == .park)
        floor.slot(1).averageRun = 0
        floor.admit(count: 8)
        floor.claim(1)
        for id in UInt64(5)...8 { floor.cancel(id) }
        #expect(!floor.park(2))
        #expect(floor.claim(2) == .started(4))
    }

    @Test func claim_whenStealingFindsNothing_forgetsWhatWasHandedOut() {
        let floor = floor(workers: 2, batch: 3)
        for place in 1..<3 { floor.start(2, place: place) }
        #expect(floor.claim(1) == .park)
        #expect(floor.machine.handed == 0)
        #expect(floor.machine.occupied == 0)
    }

    // MARK: Relief

    @Test func claim_ofABatch_whileOthersAreParked_asksToBeWatched_once() {
        let floor = Floor(workers: 3)
        floor.parkAll()
        floor.admit(count: 4)
        let slot = floor.slot(3)
        slot.averageRun = 0
        let claim = floor.machine.claim(slot, now: floor.now)
        #expect(claim.watch)
        floor.admit(count: 8)
        floor.slot(2).averageRun = 0
        let second = floor.machine.claim(floor.slot(2), now: floor.now)
        second.wake?.resume()
        #expect(!second.watch)
    }

    @Test func claim_ofABatch_whileNobodyIsParked_needsNoWatch() {
        let floor = Floor(workers: 1)
        floor.admit(count: 4)
        floor.slot(1).averageRun = 0
        let claim = floor.machine.claim(floor.slot(1), now: floor.now)
        #expect(!claim.watch)
    }

    @Test func relieve_whenAWorkerHasBeenOnOneJobForLong_takesTheRestBack_andWakesAnother() {
        let floor = floor(workers: 2, batch: 4)
        floor.now += PoolMachine.relief
        #expect(floor.relieve() == false)
        #expect(floor.queued == [2, 3, 4])
        #expect(floor.woken == [1])
        #expect((0..<4).map { _ in floor.startNextAndFinish(1) } == [2, 3, 4, nil])
        #expect(!floor.start(2, place: 1))
    }

    @Test func relieve_whileTheWorkerGetsOn_leavesItsBatchAlone_andLooksAgain() {
        let floor = floor(workers: 2, batch: 4)
        floor.now += PoolMachine.relief - 1
        #expect(floor.relieve() == true)
        #expect(floor.queued.isEmpty)
        #expect(floor.woken.isEmpty)
    }

    @Test func standInLine_behindABatch_asksToBeWatched_andIsLetIn_onceItIsKnownHowFarTheBatchHasCome() {
        let floor = floor(workers: 1, batch: 3, capacity: 2 + 1)
        for place in 1..<3 { floor.start(1, place: place) }
        floor.admit()
        #expect(floor.machine.occupied == 3)
        let waiter = ProducerWaiter(PreparedJobs(count: 1), at: floor.now)
        let watch = floor.machine.standInLine(waiter, now: floor.now).watch
        #expect(watch)
        floor.now += PoolMachine.relief
        #expect(floor.relieve() == false)
        #expect(floor.queued == [4, 5])
        #expect(floor.machine.waiting.isEmpty)
    }

    @Test func admit_behindABatch_findsTheRoomOfJobsThatHaveStarted_afterAWhile() {
        let floor = floor(workers: 1, batch: 3, capacity: 3)
        for place in 1..<3 { floor.start(1, place: place) }
        floor.admit()
        #expect(floor.admit() == .full)
        floor.now += PoolMachine.relief
        #expect(floor.admit() == .admitted(5))
        #expect(floor.machine.occupied == 2)
    }

    @Test func relieve_whenNothingIsHandedOut_isOver_onceTheWorkerIsTrustedNoLonger() {
        let floor = floor(workers: 2, batch: 1)
        #expect(floor.relieve() == true)
        floor.now += PoolMachine.relief
        #expect(floor.relieve() == false)
    }

    // MARK: Trust

    @Test func admit_whileAWorkerThatRunsTinyJobsIsAwake_wakesAnother_onlyForMoreThanThatOneIsTrustedWith() {
        let floor = floor(workers: 2, batch: 4, capacity: 1_024)
        floor.admit(count: PoolMachine.trust - 1)
        #expect(floor.woken.isEmpty)
        floor.admit()
        #expect(floor.woken == [1])
    }

    @Test func relieve_whenAWorkerThatWasTrustedStaysAway_wakesAnother_andTrustsNobodyUntilOneComesBy() {
        let floor = floor(workers: 3, batch: 1)
        floor.slot(3).averageRun = 0
        floor.succeed(3)
        floor.admit()
        floor.claim(3)
        floor.start(3)
        floor.admit()
        #expect(floor.woken.isEmpty)
        #expect(floor.relieve() == true)
        #expect(floor.woken.isEmpty)
        floor.now += PoolMachine.relief
        _ = floor.relieve()
        #expect(floor.woken == [2])
    }

    // MARK: Recall

    @Test func recall_takesBackJobsThatAreAboutToStart_evenWhereOneIsAlone() {
        let floor = Floor(workers: 2)
        floor.admit(count: 3)
        floor.claim(1)
        floor.startNext(2)
        floor.pauseDispatch()
        #expect(floor.queued == [1, 3])
        #expect(!floor.start(1))
        #expect(floor.counters.running == 1)
    }

    @Test func recall_keepsTheOrder_andJobsAreTakenFromTheFront() {
        let floor = floor(workers: 1, batch: 5)
        floor.admit(count: 2)
        floor.pauseDispatch()
        #expect(floor.queued == [2, 3, 4, 5, 6, 7])
        floor.machine.dispatchPause = nil
        floor.succeed(1)
        floor.slot(1).averageRun = 1_000_000
        #expect((0..<6).map { _ in floor.startNextAndFinish(1) } == [2, 3, 4, 5, 6, 7])
    }

    @Test func recall_amongJobsThatComeBack_keepsTheOrderOfTheirTurns() {
        let floor = Floor(workers: 2)
        floor.admit()
        floor.startNext(1)
        floor.now += 1
        floor.admit(count: 8)
        floor.slot(2).averageRun = 0
        floor.claim(2)
        floor.start(2)
        floor.slot(1).stop = StopRequest(reason: .requeue, since: floor.now, receipts: [])
        floor.settle(1, error: Broken())
        floor.pauseDispatch()
        #expect(floor.queued == [1] + Array(3...9))
    }

    @Test func recall_freesTheRoomOfJobsThatHadStarted() {
        let floor = floor(workers: 1, batch: 4, capacity: 4)
        for place in 1..<3 { floor.start(1, place: place) }
        #expect(floor.machine.occupied == 3)
        floor.pauseDispatch()
        #expect(floor.machine.occupied == 1)
    }

    @Test func aCancelledJobInABatch_isNotStarted_andIsCountedOnce() {
        let floor = floor(workers: 2, batch: 3)
        #expect(floor.cancel(2) == .removed(2))
        #expect(!floor.start(2, place: 1))
        #expect(floor.cancel(2) == .notFound)
        #expect(floor.counters.cancelled == 1)
        #expect(floor.counters.queued == 1)
    }
}

extension Floor {
    func relieve() -> Bool {
        let relieved = machine.relieve(now: now)
        relieved.wake?.resume()
        return relieved.watch
    }
}
