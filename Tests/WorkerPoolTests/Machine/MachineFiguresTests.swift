import Monitoring
import Testing

@testable import WorkerPool

@Suite struct MachineFiguresTests {
    @Test func aWorker_isBusy_fromStartToEnd() {
        let floor = Floor(workers: 2)
        floor.admit()
        floor.claim(1)
        #expect(floor.reading.busy == 0)
        floor.start(1)
        #expect(floor.reading.busy == 1)
        #expect(floor.reading.records[0]?.id.rawValue == 1)
        floor.succeed(1)
        #expect(floor.reading.busy == 0)
        #expect(floor.reading.records[0] == nil)
    }

    @Test func aWorkersFigures_countWhatEndedThere() {
        let floor = Floor(workers: 1, retry: RetryPolicy(maxAttempts: 2))
        floor.admit(count: 5)
        _ = floor.startNextAndFinish(1)
        for error in [Broken() as any Error, Choosy(isPermanent: true)] {
            floor.startNext(1)
            floor.settle(1, error: error)
        }
        floor.startNext(1)
        floor.cancel(4)
        floor.settle(1, error: Broken())
        floor.startNext(1)
        _ = floor.stop(1, .requeue)
        floor.settle(1, error: Broken())
        let worker = floor.reading.workers[0]
        #expect(worker.succeeded == 1)
        #expect(worker.failed == 2)
        let counters = floor.counters
        #expect(counters.succeeded == 1)
        #expect(counters.scheduled == 1)
        #expect(counters.failed == 1)
        #expect(counters.cancelled == 1)
        #expect(counters.queued == 1)
    }

    @Test func figuresOfWorkersThatLeft_stayInTheCounters() {
        let floor = Floor(workers: 2)
        floor.admit(count: 3)
        _ = floor.startNextAndFinish(1)
        _ = floor.startNextAndFinish(2)
        floor.startNext(1)
        floor.settle(1, error: Broken())
        floor.resize(0)
        #expect(floor.claim(1) == .leave)
        #expect(floor.claim(2) == .leave)
        #expect(floor.reading.workers.isEmpty)
        #expect(floor.counters.succeeded == 2)
        #expect(floor.counters.failed == 1)
        #expect(floor.counters.isBalanced)
    }

    @Test func theOldestJob_isTheNextOne_tombstonesAside() {
        let floor = Floor(workers: 1)
        #expect(floor.reading.oldest == nil)
        floor.admit()
        floor.now += 10
        floor.admit()
        floor.now += 5
        #expect(floor.reading.oldest == 15)
        floor.cancel(1)
        #expect(floor.reading.oldest == 5)
    }

    @Test func aClockThatReadsEarlierThanAStart_trapsNobody() {
        let floor = Floor(workers: 1, capacity: 1)
        floor.admit()
        floor.startNext(1)
        floor.admit()
        floor.wait()
        floor.now -= 1_000_000
        let reading = floor.reading
        #expect(reading.oldest == 0)
        #expect(reading.producers.waited == 0)
        #expect(reading.workers[0].busyShare == 0)
    }

    @Test func retiring_countsWorkersThatAreToLeave() {
        let floor = Floor(workers: 3)
        floor.admit()
        floor.startNext(1)
        floor.resize(0)
        let reading = floor.reading
        #expect((reading.busy, reading.retiring, reading.target) == (1, 3, 0))
    }

    @Test func highWater_isNeverMoreThanTheCapacity() {
        let floor = Floor(workers: 1, capacity: 2, retry: RetryPolicy(maxAttempts: 2))
        floor.admit()
        floor.startNext(1)
        let record = floor.machine.running[0]
        floor.admit(count: 2)
        floor.settle(1, error: Broken())
        _ = floor.machine.due(record, now: floor.now)
        #expect(floor.counters.queued == 3)
        #expect(floor.reading.highWater == 2)
    }
}

extension Floor {
    var reading: PoolMachine.Reading { machine.reading(now: now) }
}
