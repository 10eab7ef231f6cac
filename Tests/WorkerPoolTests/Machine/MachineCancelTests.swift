import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

@Suite struct MachineCancelTests {
    @Test func cancel_ofAQueuedJob_removesIt() {
        let floor = Floor(workers: 1)
        floor.admit(count: 3)
        #expect(floor.cancel(2) == .removed(2))
        #expect(floor.queued == [1, 3])
        #expect(floor.counters.cancelled == 1)
        #expect(floor.counters.queued == 2)
        #expect((0..<3).map { _ in floor.startNextAndFinish(1) } == [1, 3, nil])
    }

    @Test func cancel_ofTheOnlyJob_leavesAnEmptyQueue() {
        let floor = Floor(workers: 1)
        floor.admit()
        floor.cancel(1)
        #expect(floor.machine.queue.count == 0)
        #expect(floor.claim(1) == .park)
        #expect(floor.park(1))
    }

    @Test func cancel_ofARunningJob_signalsItsWorker_andKeepsItRunning() {
        let floor = Floor(workers: 1)
        floor.admit()
        floor.startNext(1)
        #expect(floor.cancel(1) == .signalled(1))
        #expect(floor.counters.running == 1)
        #expect(!floor.succeed(1))
    }

    @Test func cancel_ofAJobAboutToStart_signalsItsWorker() {
        let floor = Floor(workers: 1)
        floor.admit()
        floor.claim(1)
        _ = floor.slot(1).held(0)?.move(from: .queued, to: .running)
        #expect(floor.cancel(1) == .signalled(1))
    }

    @Test func cancel_again_joinsTheEarlierOne_andKeepsItsTime() {
        let floor = Floor(workers: 1)
        floor.admit()
        floor.startNext(1)
        let since = floor.now
        floor.cancel(1)
        floor.now += 1_000
        #expect(floor.cancel(1) == .alreadyStopping)
        #expect(floor.slot(1).stop?.receipts == [1, 2])
        #expect(floor.slot(1).stop?.since == since)
    }

    @Test func cancel_afterATimeout_outweighsIt() {
        let floor = Floor(workers: 1, retry: RetryPolicy(maxAttempts: 5))
        floor.admit()
        floor.startNext(1)
        #expect(floor.stop(1, .timeout(.seconds(1))))
        #expect(floor.cancel(1) == .signalled(1))
        guard case .cancelled? = floor.settle(1, error: Broken())?.next else {
            Issue.record("it came back")
            return
        }
        #expect(floor.counters.timedOut == 0)
        #expect(floor.counters.cancelled == 1)
    }

    @Test func cancel_ofAScheduledJob_removesIt_andItsTimeComesInVain() {
        let floor = Floor(workers: 1, retry: RetryPolicy(maxAttempts: 5))
        floor.admit()
        floor.startNext(1)
        let record = floor.machine.running[0]
        floor.settle(1, error: Broken())
        #expect(floor.counters.scheduled == 1)
        #expect(floor.cancel(1) == .removed(1))
        _ = floor.machine.due(record, now: floor.now)
        #expect(floor.queued.isEmpty)
        #expect(floor.counters.cancelled == 1)
    }

    @Test func cancel_ofAJobThatCameBack_removesIt() {
        let floor = Floor(workers: 1, retry: RetryPolicy(maxAttempts: 5))
        floor.admit()
        floor.startNext(1)
        let record = floor.machine.running[0]
        floor.settle(1, error: Broken())
        _ = floor.machine.due(record, now: floor.now)
        #expect(floor.cancel(1) == .removed(1))
        #expect(floor.claim(1) == .park)
    }

    @Test func cancel_ofAnEndedOrUnknownJob_findsNothing() {
        let floor = Floor(workers: 1)
        floor.admit()
        floor.startNext(1)
        floor.succeed(1)
        #expect(floor.cancel(1) == .notFound)
        #expect(floor.cancel(99) == .notFound)
        #expect(floor.counters.cancelled == 0)
    }

    @Test func cancel_ofAJobItsProducerRuns_isOutOfReach() {
        let floor = Floor(workers: 0, capacity: 1)
        floor.admit()
        _ = floor.overflow(.callerRuns)
        #expect(floor.cancel(2) == .outOfReach)
    }

    @Test func manyTombstones_areSweptOut() {
        let floor = Floor(workers: 1, capacity: 1_000)
        floor.admit(count: 200)
        for id in UInt64(2)...200 { floor.cancel(id) }
        #expect(floor.machine.queue.slice(from: 0, limit: .max).count < 100)
        #expect((0..<2).map { _ in floor.startNextAndFinish(1) } == [1, nil])
    }

    // MARK: Stopping an attempt for another reason

    @Test func stop_ofAnEarlierAttempt_doesNotTouchTheOneThatRuns() {
        let floor = Floor(workers: 1)
        floor.admit()
        floor.startNext(1)
        let record = floor.machine.running[0]
        let before = floor.now
        floor.slot(1).stop = StopRequest(reason: .requeue, since: floor.now, receipts: [])
        floor.settle(1, error: Broken())
        floor.now += 5
        floor.startNext(1)
        let slot = floor.machine.stop(
            record, startedAt: before,
            StopRequest(reason: .timeout(.seconds(1)), since: floor.now, receipts: []))
        #expect(slot == nil)
        #expect(floor.slot(1).stop == nil)
    }

    @Test func stop_ofAnEndedAttempt_doesNothing() {
        let floor = Floor(workers: 1)
        floor.admit()
        floor.startNext(1)
        floor.succeed(1)
        #expect(!floor.stop(1, .timeout(.seconds(1))))
    }

    // MARK: All at once

    @Test func takeUnfinished_takesWhatWaits_andNamesWhatRuns_atOneInstant() {
        let floor = Floor(workers: 3, retry: RetryPolicy(maxAttempts: 2))
        floor.admit(count: 6)
        floor.startNext(1)
        floor.startNext(2)
        floor.settle(1, error: Broken())
        floor.claim(3)
        _ = floor.slot(3).held(0)?.move(from: .queued, to: .running)
        var unfinished = floor.machine.takeUnfinished(now: floor.now)
        #expect(unfinished.running.map(\.rawValue) == [2, 3])
        #expect(unfinished.removeAll().map(\.id.rawValue) == [4, 5, 6, 1])
        #expect(floor.queued.isEmpty)
        #expect(floor.machine.scheduled.isEmpty)
    }

    @Test func cancelTaken_pieceByPiece_countsEveryJobOnce() {
        let floor = Floor(workers: 0)
        floor.admit(count: 10)
        var unfinished = floor.machine.takeUnfinished(now: floor.now)
        let all = unfinished.removeAll()
        #expect(floor.counters.queued == 10)
        #expect(!floor.machine.nothingIsLeft)
        floor.machine.cancelTaken(all[..<4])
        #expect(floor.counters.cancelled == 4)
        #expect(floor.counters.queued == 6)
        floor.machine.cancelTaken(all[4...])
        #expect(floor.counters.cancelled == 10)
        #expect(floor.machine.nothingIsLeft)
    }
}

extension Floor {
    /// Tells the job of a worker to stop for a reason of the pool's.
    func stop(_ number: Int, _ reason: StopRequest.Reason) -> Bool {
        guard let record = slot(number).held(0) else { return false }
        let startedAt = slot(number).startedAt.load(ordering: .relaxed)
        return machine.stop(
            record, startedAt: startedAt, StopRequest(reason: reason, since: now, receipts: [])) != nil
    }
}
