import Monitoring
import Testing

@testable import WorkerPool

/// How an attempt ended × what it had been told × what its error says → what becomes of the job.
@Suite struct MachineSettleTests {
    enum Told: CaseIterable { case nothing, cancel, timeout, requeue }
    enum Ended: CaseIterable { case well, failed, failedForGood }
    enum Next { case succeeded, failed, cancelled, retry, requeued, abandoned }

    static let table: [(Told, Ended, attempts: Int, Next)] = [
        (.nothing, .failed, 1, .failed), (.nothing, .failed, 2, .retry),
        (.nothing, .failedForGood, 2, .failed),
        (.cancel, .well, 2, .succeeded), (.cancel, .failed, 2, .cancelled),
        (.cancel, .failedForGood, 2, .cancelled),
        (.timeout, .well, 2, .succeeded), (.timeout, .failed, 1, .failed), (.timeout, .failed, 2, .retry),
        (.timeout, .failedForGood, 2, .failed),
        (.requeue, .well, 2, .succeeded), (.requeue, .failed, 1, .requeued),
        (.requeue, .failedForGood, 1, .requeued),
    ]

    @Test(arguments: table)
    func settle_followsTheTable(told: Told, ended: Ended, attempts: Int, next: Next) {
        let floor = Floor(workers: 1, retry: RetryPolicy(maxAttempts: attempts))
        floor.admit()
        floor.startNext(1)
        floor.tell(told)
        let settlement = floor.settle(1, error: ended.error)
        #expect(settlement?.next.name == next)
        #expect(floor.slot(1).stop == nil)
        let counters = floor.counters
        #expect(counters.isBalanced)
        #expect(counters.running == 0)
        #expect(counters.succeeded == (next == .succeeded ? 1 : 0))
        #expect(counters.failed == (next == .failed ? 1 : 0))
        #expect(counters.cancelled == (next == .cancelled ? 1 : 0))
        #expect(counters.scheduled == (next == .retry ? 1 : 0))
        #expect(counters.retried == (next == .retry ? 1 : 0))
        #expect(counters.queued == (next == .requeued ? 1 : 0))
        #expect(counters.timedOut == (told == .timeout && ended != .well ? 1 : 0))
    }

    @Test func aTimedOutAttempt_failsWithTheTimeout_whateverItThrew() {
        let floor = Floor(workers: 1)
        floor.admit()
        floor.startNext(1)
        floor.tell(.timeout)
        let settlement = floor.settle(1, error: Broken())
        #expect(settlement?.isTimeout == true)
        #expect((settlement?.error as? AttemptTimeout)?.limit == .seconds(3))
    }

    @Test func retryAfter_outweighsThePolicy() {
        let floor = Floor(workers: 1, retry: RetryPolicy(maxAttempts: 2, base: .seconds(100), jitter: false))
        floor.admit()
        floor.startNext(1)
        guard case .retry(let delay)? = floor.settle(1, error: Choosy(retryAfter: .milliseconds(5)))?.next
        else {
            Issue.record("no retry")
            return
        }
        #expect(delay == 5_000_000)
    }

    @Test func aJobsOwnPolicy_outweighsThePools() {
        let floor = Floor(workers: 1)
        floor.admit(
            Job(JobOptions(retry: RetryPolicy(maxAttempts: 3, base: .seconds(1), jitter: false))) { _ in })
        floor.startNext(1)
        guard case .retry(let delay)? = floor.settle(1, error: Broken())?.next else {
            Issue.record("no retry")
            return
        }
        #expect(delay == 1_000_000_000)
    }

    @Test func onceJobsAreCutShort_failedOnesGetNoFurtherAttempt() {
        let floor = Floor(workers: 1, retry: RetryPolicy(maxAttempts: 9))
        floor.admit()
        floor.startNext(1)
        floor.machine.beginCuttingShort()
        #expect(floor.settle(1, error: Broken())?.next.name == .failed)
    }

    @Test func cutShort_countsWhatIsCancelledFromThenOn() {
        let floor = Floor(workers: 1)
        floor.admit(count: 3)
        floor.cancel(1)
        #expect(floor.machine.cutShort == 0)
        floor.machine.beginCuttingShort()
        floor.cancel(2)
        floor.machine.beginCuttingShort()
        floor.cancel(3)
        #expect(floor.machine.cutShort == 2)
    }

    @Test func aProducersOwnJob_mayFail_andComeBackForTheWorkers() {
        let floor = Floor(workers: 1, capacity: 1, retry: RetryPolicy(maxAttempts: 2))
        floor.admit()
        var job = Job { _ in }
        guard case .inline(let record) = floor.machine.admit(&job, orElse: .callerRuns, at: floor.now)
        else {
            Issue.record("not inline")
            return
        }
        let settlement = floor.machine.settle(record, on: nil, error: Broken(), now: floor.now)
        #expect(settlement.next.name == .retry)
        #expect(floor.machine.inline.isEmpty)
        #expect(floor.counters.scheduled == 1)
        _ = floor.machine.due(record, now: floor.now + 1)
        #expect((0..<2).map { _ in floor.startNextAndFinish(1) } == [1, 2])
        #expect(floor.counters.succeeded == 2)
    }

    @Test func due_wakesAWorker() {
        let floor = Floor(workers: 1, retry: RetryPolicy(maxAttempts: 2))
        floor.admit()
        floor.startNext(1)
        let record = floor.machine.running[0]
        floor.settle(1, error: Broken())
        floor.parkAll()
        floor.machine.due(record, now: floor.now)?.resume()
        #expect(floor.woken == [1])
    }
}

extension MachineSettleTests.Ended {
    fileprivate var error: (any Error)? {
        switch self {
        case .well: nil
        case .failed: Broken()
        case .failedForGood: Choosy(isPermanent: true)
        }
    }
}

extension Floor {
    fileprivate func tell(_ told: MachineSettleTests.Told) {
        switch told {
        case .nothing: break
        case .cancel: cancel(1)
        case .timeout: _ = stop(1, .timeout(.seconds(3)))
        case .requeue: _ = stop(1, .requeue)
        }
    }
}

extension PoolMachine.Settlement.Next {
    var name: MachineSettleTests.Next {
        switch self {
        case .succeeded: .succeeded
        case .failed: .failed
        case .cancelled: .cancelled
        case .retry: .retry
        case .requeued: .requeued
        case .abandoned: .abandoned
        }
    }
}
