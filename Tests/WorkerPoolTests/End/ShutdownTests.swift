import Monitoring
import Testing

@testable import WorkerPool

@Suite struct ShutdownTests {
    @Test func shutdownNow_returnsTheJobsThatNeverRan_inOrder() async throws {
        let pool = Pool(.still(workers: 0))
        for name in ["one", "two", "three"] { try await pool.submit(JobOptions(name: name)) { _ in } }
        let jobs = await pool.shutdownNow()
        #expect(jobs.map(\.name) == ["one", "two", "three"])
        #expect(jobs.allSatisfy { $0.state == .cancelled })
        #expect(pool.counters.cancelled == 3)
        #expect(pool.snapshot().state == .stopped)
    }

    @Test func shutdownNow_doesNotReturnJobsThatRanAndWaitForARetry() async throws {
        let pool = Pool(.still(workers: 1, retry: RetryPolicy(maxAttempts: 2)))
        try await pool.submit { _ in throw Broken() }
        await until("it is scheduled") { pool.counters.scheduled == 1 }
        #expect(await pool.shutdownNow().isEmpty)
        #expect(pool.counters.cancelled == 1)
    }

    @Test func shutdownNow_cancelsRunningJobs() async throws {
        let pool = Pool(.still(workers: 2))
        let handle = try await pool.submit(returning: Void.self) { _ in try await cancellation() }
        await until("it runs") { pool.counters.running == 1 }
        await pool.shutdownNow()
        await #expect(throws: CancellationError.self) { try await handle.value }
        #expect(pool.liveTasks == 0)
    }

    @Test func shutdownNow_mayLetThemFinish_withoutFurtherAttempts() async throws {
        let pool = Pool(.still(workers: 2, retry: RetryPolicy(maxAttempts: 5)))
        let (good, _) = try await pool.hold()
        let bad = HeldJob()
        let handle = try await pool.submit(returning: Void.self) { context in
            try await bad.body(context)
            throw Broken()
        }
        await bad.started.wait()
        let waiting = try await pool.submit { _ in }
        let shutdown = Task { await pool.shutdownNow(running: .finish) }
        await until("it stops") { pool.counters.cancelled == 1 }
        good.release.fire()
        bad.release.fire()
        #expect(await shutdown.value.map(\.id) == [waiting])
        await #expect(throws: Broken.self) { try await handle.value }
        let counters = pool.counters
        #expect((counters.succeeded, counters.failed, counters.cancelled, counters.retried) == (1, 1, 1, 0))
    }

    @Test func shutdownNow_givesUpWhatHeedsNothing_afterTheGrace() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        let (job, _) = try await pool.hold()
        let shutdown = Task { await pool.shutdownNow(grace: .seconds(3)) }
        await until("the grace is watched") { clock.sleeperCount == 1 }
        clock.advance(by: .seconds(3))
        _ = await shutdown.value
        #expect((pool.counters.cancelled, pool.snapshot().state) == (1, .stopped))
        #expect(await pool.drain().abandoned == 1)
        job.release.fire()
        await until("its task has ended") { pool.liveTasks == 0 }
    }

    @Test func shutdownNow_hurriesADrainUp_withItsOwnGrace() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        let (job, _) = try await pool.hold()
        let queued = try await pool.submit { _ in }
        let drain = Task { await pool.drain() }
        await until("it drains") { pool.snapshot().state == .draining }
        let shutdown = Task { await pool.shutdownNow(grace: .seconds(3)) }
        await until("the grace is watched") { clock.sleeperCount == 1 }
        clock.advance(by: .seconds(3))
        #expect(await shutdown.value.map(\.id) == [queued])
        let report = await drain.value
        #expect((report.isComplete, report.cancelled, report.abandoned) == (false, 2, 1))
        job.release.fire()
        await until("its task has ended") { pool.liveTasks == 0 }
    }

    @Test func aCancelledShutdown_keepsItsGrace() async throws {
        let pool = Pool(.still(workers: 1))
        let (job, _) = try await pool.hold()
        let shutdown = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await pool.shutdownNow()
        }
        await until("it was told") { pool.snapshot().workers.each.first?.stopping != nil }
        job.release.fire()
        _ = await shutdown.value
        #expect(pool.counters.succeeded == 1)
        #expect(pool.liveTasks == 0)
    }

    @Test func manyEndsAtOnce_endTogether() async throws {
        for _ in 0..<6 {
            let pool = Pool(PoolConfiguration(workers: 3, retry: RetryPolicy(maxAttempts: 3, base: .zero)))
            for number in 0..<200 {
                try await pool.submit { _ in if number.isMultiple(of: 3) { throw Broken() } }
            }
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<6 {
                    group.addTask {
                        if number.isMultiple(of: 2) { await pool.drain() } else { await pool.shutdownNow() }
                    }
                }
            }
            #expect(pool.liveTasks == 0)
            #expect(pool.counters.unfinished == 0 && pool.counters.isBalanced)
        }
    }
}
