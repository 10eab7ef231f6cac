import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

/// The records of ended jobs are used again: nothing of one life may reach into the next.
@Suite struct RecycledRecordTests {
    @Test func records_areUsedAgain_oncePushedOutOfTheHistory() async throws {
        let pool = Pool(.still(workers: 1, capacity: nil))
        try await pool.submit(contentsOf: (0..<1_000).map { _ in Job { _ in } })
        await pool.quiet()
        #expect(pool.state.withLock { !$0.spare.isEmpty })
        let spare = pool.state.withLock { $0.spare.count }
        pool.pauseDispatch()
        try await pool.submit { _ in }
        #expect(pool.state.withLock { $0.spare.count } == spare - 1)
        pool.resumeDispatch()
        await pool.drain()
    }

    @Test func spareRecords_areBounded() async throws {
        let pool = Pool(.still(workers: 1, capacity: nil))
        pool.pauseDispatch()
        try await pool.submit(contentsOf: (0..<10_000).map { _ in Job { _ in } })
        pool.resumeDispatch()
        await pool.drain()
        let spare = pool.state.withLock { $0.spare.count }
        #expect(spare <= PoolMachine.spareLimit + WorkerSlot.batchLimit)
    }

    @Test func aSecondLife_carriesNothingOfTheFirst() async throws {
        let pool = Pool(.still(workers: 1, capacity: nil))
        for _ in 0..<600 {
            try await pool.submit(
                JobOptions(name: "first", kind: "old", timeout: .seconds(9), tags: ["a": "b"])
            ) { _ in }
        }
        await pool.quiet()
        let (job, id) = try await pool.hold()
        let detail = try #require(pool.job(id))
        #expect((detail.summary.name, detail.summary.kind, detail.tags) == ("job-601", "", [:]))
        #expect(pool.snapshot().workers.each[0].job?.progress == nil)
        job.release.fire()
        await pool.drain()
    }

    @Test func aResult_isNotKeptByThePool() async throws {
        final class Token: Sendable {}
        let pool = Pool(.still(workers: 1, capacity: nil))
        weak var kept: Token?
        do {
            let handle = try await pool.submit(returning: Token.self) { _ in Token() }
            kept = try await handle.value
        }
        await pool.quiet()
        #expect(kept == nil)
        await pool.drain()
    }

    @Test func anEndedHandle_cannotCancelTheNextLife() async throws {
        let pool = Pool(.still(workers: 1, capacity: nil))
        let handle = try await pool.submit(returning: Int.self) { _ in 1 }
        try await pool.submit(contentsOf: (0..<1_000).map { _ in Job { _ in } })
        await pool.quiet()
        let (job, _) = try await pool.hold()
        #expect(handle.cancel().phase == .refused)
        #expect(try await handle.value == 1)
        job.release.fire()
        #expect(await pool.drain().counters.cancelled == 0)
    }

    @Test func aTimerOfAnEndedJob_keepsItsRecordToItself() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, capacity: nil, clock: clock))
        let watched = try await pool.submit(JobOptions(timeout: .seconds(5)), returning: Int.self) { _ in 1 }
        #expect(try await watched.value == 1)
        try await pool.submit(contentsOf: (0..<1_000).map { _ in Job { _ in } })
        await pool.quiet()
        let held = try await (0..<1).asyncMap { _ in try await pool.hold() }
        clock.advance(by: .seconds(5))
        await until("the timer has fired") { pool.timers.next == .max }
        #expect(pool.counters.timedOut == 0)
        for (job, _) in held { job.release.fire() }
        #expect(await pool.drain().counters.succeeded == 1_002)
    }

    @Test func aJobStillLookedAt_isNotUsedAgain() async throws {
        let pool = Pool(.still(workers: 1, capacity: nil))
        let (job, id) = try await pool.hold()
        let record = try #require(pool.state.withLock { $0.running.first })
        job.release.fire()
        try await pool.submit(contentsOf: (0..<2_000).map { _ in Job { _ in } })
        await pool.quiet()
        #expect(record.id == id)
        #expect(record.phase.load(ordering: .acquiring) == .succeeded)
        await pool.drain()
    }

    @Test func whenASlotsTaskIsReplaced_noRecordIsLost() async throws {
        let pool = Pool(.still(workers: 1, capacity: nil))
        weak var lost: JobRecord?
        for _ in 0..<20 {
            try await pool.submit(contentsOf: (0..<200).map { _ in Job { _ in } })
            let handle = try await pool.submit(returning: Void.self) { _ in try await cancellation() }
            await until("it runs") { pool.snapshot().workers.each[0].job?.id == handle.id }
            lost = pool.state.withLock { machine in machine.slots[0].previousBatch[0]?.takeUnretainedValue() }
            handle.cancel()
            await #expect(throws: CancellationError.self) { try await handle.value }
        }
        await pool.drain()
        pool.state.withLock { $0.releaseRecords() }
        pool.telemetry.withLock { $0.ended.releaseRecords() }
        #expect(lost == nil)
    }
}
