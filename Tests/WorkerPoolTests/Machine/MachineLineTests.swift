import Monitoring
import Testing

@testable import WorkerPool

@Suite struct MachineLineTests {
    @Test func standInLine_whenThereIsRoom_isAdmittedAtOnce() {
        let floor = Floor(workers: 1, capacity: 4)
        let (waiter, end) = floor.wait(jobs: 3)
        guard case .admitted? = end else {
            Issue.record("had to wait")
            return
        }
        #expect(waiter.enqueued.last.rawValue == 3)
        #expect(floor.machine.stats.waits == 0)
    }

    @Test func standInLine_whenThereIsRoomForSome_leavesThose_andWaitsWithTheRest() {
        let floor = Floor(workers: 1, capacity: 2)
        let (waiter, end) = floor.wait(jobs: 3)
        #expect(end == nil)
        #expect(waiter.jobs.count == 1)
        #expect(floor.queued == [1, 2])
        #expect(floor.machine.stats.waits == 1)
    }

    @Test func standInLine_behindOthers_waits_evenWhereThereIsRoom() {
        let floor = Floor(workers: 1, capacity: 4)
        floor.admit(count: 4)
        floor.wait()
        floor.claim(1)
        let (second, end) = floor.wait()
        #expect(end == nil)
        #expect(second.jobs.count == 1)
    }

    @Test(arguments: [PoolState.draining, .stopped])
    func standInLine_whenClosed_isRefused(state: PoolState) {
        let floor = Floor(workers: 1)
        floor.machine.lifecycle = state
        guard case .refused(let error)? = floor.wait().end else {
            Issue.record("was let in")
            return
        }
        #expect(error.code == .closed)
    }

    @Test func standInLine_whenPaused_waits() {
        let floor = Floor(workers: 1)
        floor.machine.intakePause = PauseMark(by: "test", since: 0)
        #expect(floor.wait().end == nil)
        #expect(floor.queued.isEmpty)
    }

    @Test func moveUp_beforeHalfIsEmpty_letsNobodyThrough() {
        let floor = Floor(workers: 0, capacity: 8)
        floor.admit(count: 8)
        floor.wait()
        for id in UInt64(1)...3 { floor.cancel(id) }
        #expect(floor.moveUp() == 0)
        floor.cancel(4)
        #expect(floor.moveUp() == 1)
    }

    @Test func moveUp_afterAMillisecond_usesAnyRoom() {
        let floor = Floor(workers: 0, capacity: 8)
        floor.admit(count: 8)
        floor.wait()
        floor.cancel(1)
        floor.now += 1_000_000
        #expect(floor.moveUp() == 0)
        floor.now += 1
        #expect(floor.moveUp() == 1)
        #expect(floor.queued.last == 9)
    }

    @Test func moveUp_eagerly_usesAnyRoom_butNotMore() {
        let floor = Floor(workers: 0, capacity: 8)
        floor.admit(count: 8)
        floor.wait()
        floor.wait()
        #expect(floor.moveUp(eagerly: true) == 0)
        floor.cancel(1)
        #expect(floor.moveUp(eagerly: true) == 1)
        #expect(floor.machine.occupied == 8)
    }

    @Test func moveUp_servesInOrder_andABigSubmitHoldsTheLine() {
        let floor = Floor(workers: 0, capacity: 4)
        floor.admit(count: 4)
        let first = floor.wait(jobs: 5).waiter
        let second = floor.wait().waiter
        for id in UInt64(1)...4 { floor.cancel(id) }
        #expect(floor.moveUp() == 0)
        #expect(first.jobs.count == 1)
        #expect(second.jobs.count == 1)
        for id in UInt64(5)...8 { floor.cancel(id) }
        #expect(floor.moveUp() == 2)
        #expect(floor.through.first === first)
        #expect(first.enqueued.last.rawValue < second.enqueued.last.rawValue)
    }

    @Test func moveUp_whenPausedOrClosed_letsNobodyThrough() {
        let floor = Floor(workers: 0, capacity: 1)
        floor.admit()
        floor.wait()
        floor.cancel(1)
        floor.machine.intakePause = PauseMark(by: "test", since: 0)
        #expect(floor.moveUp(eagerly: true) == 0)
        floor.machine.intakePause = nil
        floor.machine.lifecycle = .draining
        #expect(floor.moveUp(eagerly: true) == 0)
        floor.machine.lifecycle = .running
        #expect(floor.moveUp(eagerly: true) == 1)
    }

    @Test func moveUp_keepsAccountOfTheTimeWaited() {
        let floor = Floor(workers: 0, capacity: 1)
        floor.admit()
        floor.wait()
        floor.now += 7_000_000
        #expect(floor.machine.reading(now: floor.now).producers.waited == 7_000_000)
        floor.cancel(1)
        floor.moveUp()
        floor.now += 1_000_000_000
        #expect(floor.machine.reading(now: floor.now).producers.waited == 7_000_000)
    }

    @Test func leaveLine_worksOnce() {
        let floor = Floor(workers: 0, capacity: 1)
        floor.admit()
        let waiter = floor.wait().waiter
        #expect(floor.leaveLine(waiter))
        #expect(!floor.leaveLine(waiter))
        #expect(floor.machine.waiting.isEmpty)
    }

    @Test(arguments: [3, 4, 8, 16, 32])
    func claim_ofTheWholeQueue_thenNothing_letsTheLineMoveUp(capacity: Int) {
        let floor = Floor(workers: 1, capacity: capacity)
        let slot = floor.slot(1)
        slot.averageRun = 0
        floor.admit(count: capacity)
        floor.wait()
        floor.claim(1)
        slot.averageRun = 0
        slot.patience = 0
        #expect(floor.claim(1) == .run([UInt64(capacity) + 1]))
        #expect(floor.through.count == 1)
    }

    @Test func claim_byAWorkerOfLongJobs_usesAnyRoomForTheLine() {
        let floor = Floor(workers: 1, capacity: 10)
        floor.admit(count: 10)
        floor.wait()
        floor.claim(1)
        #expect(floor.through.count == 1)
        #expect(floor.machine.occupied == 10)
    }
}
