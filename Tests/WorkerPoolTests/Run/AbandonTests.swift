import Monitoring
import Testing

@testable import WorkerPool

/// Jobs that heed no cancel.
@Suite struct AbandonTests {
    @Test func aJobThatHeedsNothing_isUncooperative_onceTheGraceHasPassed() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        let (job, id) = try await pool.hold()
        pool.cancel(id)
        clock.advance(by: .seconds(5))
        var worker = pool.snapshot().workers.each[0]
        #expect((worker.state, worker.stopping) == (.stopping, 5))
        clock.advance(by: .milliseconds(1))
        worker = pool.snapshot().workers.each[0]
        #expect(worker.state == .uncooperative)
        #expect(pool.snapshot().workers.busy == 1)
        job.release.fire()
        await pool.drain()
    }

    @Test func abandon_freesTheSlot_forTheNextJob() async throws {
        let pool = Pool(.still(workers: 1))
        let (job, id) = try await pool.hold()
        pool.cancel(id)
        let next = try await pool.submit(returning: WorkerID.self) { $0.worker }
        let receipt = pool.abandon(WorkerID(rawValue: 1), by: "eva")
        #expect((receipt.phase, receipt.message) == (.done, "worker-1 was given up with #1"))
        #expect(try await next.value.rawValue == 1)
        let summary = try #require(pool.job(id)?.summary)
        #expect((summary.state, summary.attempt, summary.worker?.rawValue) == (.cancelled, 1, 1))
        job.release.fire()
        await until("its task has ended") { pool.liveTasks == 1 }
        let counters = await pool.drain().counters
        #expect((counters.cancelled, counters.succeeded, counters.submitted) == (1, 1, 2))
        #expect(pool.liveTasks == 0)
    }

    @Test func abandon_cancelsTheTask_evenWhereTheJobWasNotCancelledBefore() async throws {
        let pool = Pool(.still(workers: 1))
        let handle = try await pool.submit(returning: Void.self) { _ in try await cancellation() }
        await until("it runs") { pool.snapshot().workers.busy == 1 }
        pool.abandon(WorkerID(rawValue: 1))
        await #expect(throws: CancellationError.self) { try await handle.value }
        await until("its task has ended") { pool.liveTasks == 1 }
        await pool.drain()
    }

    @Test func abandon_isWhatOpenReceiptsWereWaitingFor() async throws {
        let pool = Pool(.still(workers: 1))
        let (job, id) = try await pool.hold()
        let receipt = pool.cancel(id)
        pool.abandon(WorkerID(rawValue: 1))
        #expect(pool.allEvents.contains { $0.receipt?.id == receipt.id && $0.receipt?.phase == .done })
        job.release.fire()
        await pool.drain()
    }

    @Test func abandon_ofAnIdleWorker_isRefused() async {
        let pool = Pool(.still(workers: 1))
        let receipt = pool.abandon(WorkerID(rawValue: 1))
        #expect((receipt.phase, receipt.message) == (.refused, "worker-1 runs no job"))
        #expect(pool.abandon(WorkerID(rawValue: 9)).phase == .refused)
        await pool.drain()
    }

    @Test func theRestOfItsBatch_runsElsewhere() async throws {
        let pool = Pool(.still(workers: 1))
        let ran = Counter()
        let job = try await pool.holdWithBatch { _ in ran.add() }
        pool.abandon(WorkerID(rawValue: 1))
        await until("the others ran") { ran.count == 3 }
        job.release.fire()
        let counters = await pool.drain().counters
        #expect((counters.succeeded, counters.cancelled) == (3, 1))
    }

    @Test func whatItDoesLater_isNotTheNextJobs() async throws {
        let pool = Pool(.still(workers: 1))
        let started = Signal()
        let release = Signal()
        let ended = Signal()
        let id = try await pool.submit("old") { context in
            started.fire()
            await release.wait()
            context.report(0.9, "late")
            ended.fire()
        }
        await started.wait()
        pool.abandon(WorkerID(rawValue: 1))
        let (next, _) = try await pool.hold("new")
        release.fire()
        await ended.wait()
        let worker = pool.snapshot().workers.each[0]
        #expect((worker.job?.name, worker.job?.progress) == ("new", nil))
        #expect(pool.job(id)?.attempts.map(\.outcome) == ["cancelled"])
        next.release.fire()
        await pool.drain()
    }

    @Test func aDrain_doesNotWaitForIt() async throws {
        let pool = Pool(.still(workers: 1))
        let (job, _) = try await pool.hold()
        pool.abandon(WorkerID(rawValue: 1))
        let report = await pool.drain()
        #expect((report.isComplete, report.counters.cancelled) == (true, 1))
        #expect(pool.liveTasks == 1)
        job.release.fire()
        await until("its task has ended") { pool.liveTasks == 0 }
        #expect(pool.counters == report.counters)
    }
}
