import Monitoring
import Testing

@testable import WorkerPool

@Suite struct HandleTests {
    @Test func value_isTheJobsResult() async throws {
        let pool = Pool(PoolConfiguration(workers: 2))
        let handle = try await pool.submit(returning: String.self) { context in "job \(context.id)" }
        #expect(try await handle.value == "job \(handle.id)")
        await pool.drain()
    }

    @Test func value_throwsWhatTheLastAttemptThrew() async throws {
        let pool = Pool(.still(workers: 1))
        let handle = try await pool.submit(
            JobOptions(retry: RetryPolicy(maxAttempts: 3, base: .zero)), returning: Int.self
        ) { context in throw Choosy(failureMessage: "attempt \(context.attempt)") }
        do {
            _ = try await handle.value
            Issue.record("it succeeded")
        } catch { #expect((error as? Choosy)?.failureMessage == "attempt 3") }
        await pool.drain()
    }

    @Test func theWork_isGivenUpOnceItEndedWell_whileTheHandleIsKept() async throws {
        final class Token: Sendable {}
        let pool = Pool(PoolConfiguration(workers: 1, retry: RetryPolicy(maxAttempts: 2, base: .zero)))
        weak var kept: Token?
        func submitted() async throws -> JobHandle<Int> {
            let token = Token()
            kept = token
            return try await pool.submit(returning: Int.self) { context in
                withExtendedLifetime(token) {}
                if context.attempt == 1 { throw Broken() }
                return context.attempt
            }
        }
        let handle = try await submitted()
        #expect(try await handle.value == 2)
        await pool.drain()
        #expect(kept == nil)
        #expect(try await handle.value == 2)
    }

    @Test func value_mayBeAwaitedByMany_beforeAndAfterTheEnd() async throws {
        let pool = Pool(PoolConfiguration(workers: 1))
        let job = HeldJob()
        let handle = try await pool.submit(returning: Int.self) { context in
            try await job.body(context)
            return 5
        }
        let early = (0..<5).map { _ in Task { try await handle.value } }
        job.release.fire()
        for task in early { #expect(try await task.value == 5) }
        #expect(try await handle.value == 5)
        await pool.drain()
        #expect(try await handle.value == 5)
    }

    @Test func cancellingTheWaitingTask_doesNotCancelTheJob() async throws {
        let pool = Pool(PoolConfiguration(workers: 1))
        let job = HeldJob()
        let handle = try await pool.submit(returning: Int.self) { context in
            try await job.body(context)
            return 5
        }
        let waiter = Task { try await handle.value }
        await job.started.wait()
        waiter.cancel()
        job.release.fire()
        #expect(try await waiter.value == 5)
        #expect(await pool.drain().counters.cancelled == 0)
    }

    /// Run again by an operator it is another job, and may run twice at a time: neither may touch the handle's result.
    @Test func aJobRunAgain_leavesTheHandleAlone() async throws {
        let pool = Pool(.still(workers: 2))
        let runs = Counter()
        let handle = try await pool.submit(returning: String.self) { _ in
            runs.add()
            if runs.count == 1 { throw Broken() }
            return "late"
        }
        await #expect(throws: Broken.self) { try await handle.value }
        for _ in 0..<2 { #expect(pool.retry([handle.id]).phase == .done) }
        await pool.drain()
        #expect(runs.count == 3)
        #expect(handle.result.value == nil)
        await #expect(throws: Broken.self) { try await handle.value }
    }

    @Test func cancel_ofAQueuedJob_endsTheWait() async throws {
        let pool = Pool(.still(workers: 0))
        let handle = try await pool.submit(returning: Int.self) { _ in 1 }
        let waiter = Task { try await handle.value }
        #expect(handle.cancel().phase == .done)
        await #expect(throws: CancellationError.self) { try await waiter.value }
        await pool.drain()
    }

    @Test func aTimedOutJob_throwsThatItTimedOut() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        let handle = try await pool.submit(JobOptions(timeout: .seconds(2)), returning: Int.self) { _ in
            try await cancellation()
            return 1
        }
        await until("its timeout is watched") { clock.sleeperCount == 1 }
        clock.advance(by: .seconds(2))
        await #expect(throws: PoolError(.timedOut, "timed out after 2.0 seconds")) { try await handle.value }
        await pool.drain()
    }

    @Test func jobsTakenBackByAShutdown_endTheirWaits() async throws {
        let pool = Pool(.still(workers: 0))
        let handle = try await pool.submit(returning: Int.self) { _ in 1 }
        let waiter = Task { try await handle.value }
        await pool.shutdownNow()
        await #expect(throws: CancellationError.self) { try await waiter.value }
    }
}
