import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

@Suite struct MachineDispatchTests {
    // MARK: How many jobs a worker takes

    @Test(arguments: [
        // run time, workers, queued, taken
        (UInt64(1_000_000), 1, 64, 1),
        (20_000, 1, 64, 1),
        (19_999, 1, 64, 32),
        (19_999, 1, 20, 10),
        (1_999, 1, 20, 20),
        (1_999, 1, 64, 32),
        (1_999, 4, 64, 16),
        (2_000, 4, 64, 8),
        (1_999, 100, 64, 1),
        (0, 2, 9, 4),
    ])
    func claim_takesAShareThatFitsTheLengthOfJobs(averageRun: UInt64, workers: Int, queued: Int, taken: Int) {
        let floor = Floor(workers: workers)
        floor.slot(1).averageRun = averageRun
        floor.admit(count: queued)
        #expect(floor.claim(1) == .run(Array(1...UInt64(taken))))
        #expect(floor.machine.handed == taken - 1)
    }

    @Test func claim_countsOnlyWorkersThatAreAwake_forTheShare() {
        let floor = Floor(workers: 4)
        floor.parkAll()
        floor.admit(count: 12)
        floor.slot(4).averageRun = 0
        #expect(floor.woken == [4])
        #expect(floor.claim(4) == .run(Array(1...12)))
    }

    @Test func claim_fromAnEmptyQueue_parks() {
        let floor = Floor(workers: 1)
        #expect(floor.claim(1) == .park)
        #expect(floor.park(1))
        #expect(floor.parked == [1])
    }

    @Test func claim_whenDispatchIsStopped_parks_andStaysParked() {
        let floor = Floor(workers: 1)
        floor.admit()
        floor.pauseDispatch()
        #expect(floor.claim(1) == .park)
        #expect(floor.park(1))
        floor.machine.dispatchPause = nil
        floor.machine.frozen = PauseMark(by: "test", since: 0)
        let wake = floor.machine.wakeOne()
        #expect(wake == nil)
        #expect(floor.claim(1) == .park)
    }

    @Test func claim_ofAJobThatComesBack_startsItUnderTheLock() {
        let floor = Floor(workers: 1, retry: RetryPolicy(maxAttempts: 2))
        floor.admit()
        floor.startNext(1)
        let record = floor.machine.running[0]
        floor.settle(1, error: Broken())
        #expect(floor.claim(1) == .park)
        _ = floor.machine.due(record, now: floor.now)
        #expect(floor.claim(1) == .started(1))
        #expect(record.phase.load(ordering: .relaxed) == .running)
    }

    @Test func claim_takesJobsInTheOrderOfTheirTurns_returningOnesIncluded() {
        let floor = Floor(workers: 1, retry: RetryPolicy(maxAttempts: 2))
        floor.admit()
        floor.startNext(1)
        let record = floor.machine.running[0]
        floor.now += 1
        floor.admit()
        floor.settle(1, error: Broken())
        floor.now += 1
        _ = floor.machine.due(record, now: floor.now)
        floor.now += 1
        floor.admit()
        #expect((0..<3).map { _ in floor.startNextAndFinish(1) } == [2, 1, 3])
    }

    // MARK: Waking

    @Test func admit_wakesTheWorkerThatParkedLast() {
        let floor = Floor(workers: 3)
        floor.parkAll()
        floor.admit()
        #expect(floor.woken == [3])
        #expect(floor.parked == [1, 2])
    }

    @Test func admit_whileAWorkerIsOnItsWay_wakesNobodyElse() {
        let floor = Floor(workers: 3)
        floor.parkAll()
        floor.admit(count: 5)
        #expect(floor.woken == [3])
    }

    @Test func claim_whenMoreIsLeft_wakesTheNext() {
        let floor = Floor(workers: 3)
        floor.parkAll()
        floor.admit(count: 2)
        #expect(floor.claim(3) == .run([1]))
        #expect(floor.woken == [2])
        #expect(floor.claim(2) == .run([2]))
        #expect(floor.woken.isEmpty)
    }

    @Test func park_whenAJobArrivedMeanwhile_looksAgain() {
        let floor = Floor(workers: 1)
        #expect(floor.claim(1) == .park)
        floor.admit()
        #expect(!floor.park(1))
        #expect(floor.claim(1) == .run([1]))
    }

    @Test func park_whenTheWorkerIsToRetire_looksAgain() {
        let floor = Floor(workers: 1)
        #expect(floor.claim(1) == .park)
        floor.resize(0)
        #expect(!floor.park(1))
        #expect(floor.claim(1) == .leave)
    }

    // MARK: Lingering

    @Test func claim_ofTinyJobsFromAShallowQueue_lingers_thenTakesWhatThereIs() {
        let floor = Floor(workers: 1)
        let slot = floor.slot(1)
        slot.averageRun = 0
        floor.admit(count: PoolMachine.stream)
        floor.claim(1)
        floor.admit(count: 2)
        let last = UInt64(PoolMachine.stream) + 2
        #expect((0..<2).map { _ in floor.claim(1) } == [.linger, .run([last - 1, last])])
        // Nothing comes any more: it gives up before long.
        let looks = (0..<20).map { _ in floor.claim(1) }
        #expect(looks.prefix { $0 == .linger }.count == PoolMachine.patience - 1)
        #expect(looks.last == .park)
    }

    @Test func aLingeringWorker_isOnItsWay_soThatNoOtherIsWoken() {
        let floor = Floor(workers: 2)
        floor.parkAll()
        floor.admit(count: PoolMachine.stream)
        floor.slot(2).averageRun = 0
        floor.claim(2)
        #expect(floor.claim(2) == .linger)
        floor.admit()
        #expect(floor.woken == [2])
        #expect(floor.parked == [1])
    }

    @Test func aWorkerThatLingers_isServedByTheSubmitThatCompletesABatch() {
        let floor = Floor(workers: 2)
        let slot = floor.lingering(1)
        let first = floor.machine.nextJob
        floor.admit(count: PoolMachine.stream - 1)
        #expect(slot.served == nil && floor.machine.queue.count == PoolMachine.stream - 1)
        floor.admit()
        // All of it, though another worker is awake.
        #expect(floor.machine.queue.count == 0 && floor.woken.isEmpty)
        floor.admit(count: 5)
        let last = first + UInt64(PoolMachine.stream)
        #expect(floor.claim(slot) == .run(Array(first..<last)))
        #expect(floor.claim(slot) == .linger)
    }

    @Test func aWorkerThatLingers_isServedByABulkSubmit() {
        let floor = Floor(workers: 1)
        let slot = floor.lingering(1)
        let first = floor.machine.nextJob
        let jobs = PreparedJobs(count: PoolMachine.stream + 1)
        _ = floor.machine.admit(jobs, at: floor.now)
        #expect(floor.machine.queue.count == 1)
        #expect(floor.claim(slot) == .run(Array(first..<first + UInt64(PoolMachine.stream))))
    }

    @Test func aWorkerWhoseLastBatchIsNotAccountedFor_isNotServed() {
        let floor = Floor(workers: 1)
        let slot = floor.lingering(1)
        slot.isReady.store(false, ordering: .relaxed)
        floor.admit(count: 2 * PoolMachine.stream)
        #expect(slot.served == nil && floor.machine.queue.count == 2 * PoolMachine.stream)
    }

    @Test func aWorkerThatHasEnoughOfLingering_isNotServedAnyMore() {
        let floor = Floor(workers: 1)
        let slot = floor.lingering(1)
        floor.admit()
        #expect(floor.claim(slot) == .run([floor.machine.nextJob - 1]))
        let isReady = slot.isReady.load(ordering: .relaxed)
        #expect(!isReady)
        floor.admit(count: 2 * PoolMachine.stream)
        #expect(slot.served == nil && floor.machine.queue.count == 2 * PoolMachine.stream)
    }

    @Test func aWorkerThatIsToRetireWhileItLingers_leaves_alsoWhereItIsServed() {
        let floor = Floor(workers: 2)
        let slot = floor.lingering(2)
        floor.resize(1)
        #expect(floor.retiring == [2])
        floor.admit(count: PoolMachine.stream)
        #expect(floor.claim(slot) == .leave)
        #expect(floor.machine.queue.count == PoolMachine.stream)
        #expect(floor.slots == [1])
    }

    @Test func whileDispatchIsPaused_aWorkerThatLingers_getsNothing() {
        let floor = Floor(workers: 1)
        let slot = floor.lingering(1)
        floor.machine.dispatchPause = PauseMark(by: "test", since: floor.now)
        floor.admit(count: PoolMachine.stream)
        #expect(floor.claim(slot) == .park)
        #expect(floor.machine.queue.count == PoolMachine.stream)
    }

    @Test func jobsThatAWorkerHasBeenServedWith_canBeTakenBack() {
        let floor = Floor(workers: 1)
        let slot = floor.lingering(1)
        floor.admit(count: PoolMachine.stream)
        #expect(floor.machine.handed == PoolMachine.stream - 1)
        floor.machine.recallBatches(now: floor.now)
        #expect(floor.machine.queue.count == PoolMachine.stream && floor.machine.handed == 0)
        guard case .run(let jobs) = floor.claim(slot) else {
            Issue.record("it was served")
            return
        }
        #expect(jobs.count == PoolMachine.stream)
        #expect((0..<jobs.count).allSatisfy { slot.held($0)?.isHeld(by: slot) == false })
    }

    @Test func claim_ofLongJobs_neverLingers() {
        let floor = Floor(workers: 1)
        floor.slot(1).averageRun = 2_000
        floor.slot(1).patience = 3
        #expect(floor.claim(1) == .park)
    }

    @Test func claim_whileAnotherIsOnItsWay_doesNotLinger() {
        let floor = Floor(workers: 2)
        floor.park(1)
        floor.admit()
        #expect(floor.woken == [1])
        floor.slot(2).averageRun = 0
        floor.slot(2).patience = 3
        #expect(floor.claim(2) == .run([1]))
    }
}

extension Floor {
    /// A worker takes one job and ends it well.
    func startNextAndFinish(_ number: Int) -> UInt64? {
        let id = startNext(number)
        succeed(number)
        return id
    }
}
