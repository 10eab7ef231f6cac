import Monitoring
import Testing

@testable import WorkerPool

@Suite struct DeadlineTests {
    @Test func aJobThatHasNotStartedByItsDeadline_fails() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 0, clock: clock))
        let handle = try await pool.submit(
            JobOptions(name: "mail", deadline: .seconds(7)), returning: Int.self
        ) { _ in 1 }
        await until("its deadline is watched") { clock.sleeperCount == 1 }
        clock.advance(by: .seconds(7))
        await #expect { try await handle.value } throws: { ($0 as? PoolError)?.code == .timedOut }
        let counters = pool.counters
        #expect((counters.failed, counters.timedOut, counters.queued) == (1, 1, 0))
        #expect(counters.isBalanced)
        #expect(pool.failures(limit: 9).map(\.type) == ["deadline"])
        #expect(pool.job(handle.id)?.summary.state == .failed)
        await pool.drain()
    }

    @Test func aRunningJob_isStopped_andNotTriedAgain() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, retry: RetryPolicy(maxAttempts: 5, base: .zero), clock: clock))
        let started = Signal()
        let id = try await pool.submit(JobOptions(deadline: .seconds(3))) { _ in
            started.fire()
            try await cancellation()
        }
        await started.wait()
        await until("its deadline is watched") { clock.sleeperCount == 1 }
        clock.advance(by: .seconds(3))
        await pool.quiet()
        #expect((pool.counters.failed, pool.counters.retried) == (1, 0))
        #expect(pool.job(id)?.attempts.map(\.outcome) == ["timed out"])
        await pool.drain()
    }

    @Test func betweenTwoAttempts_itCountsToo() async throws {
        let clock = ManualClock()
        let retry = RetryPolicy(maxAttempts: 5, base: .seconds(60), jitter: false)
        let pool = Pool(.still(workers: 1, retry: retry, clock: clock))
        try await pool.submit(JobOptions(deadline: .seconds(30))) { _ in throw Broken() }
        await until("it waits for its second attempt") {
            pool.counters.scheduled == 1 && clock.sleeperCount == 1
        }
        clock.advance(by: .seconds(30))
        await pool.quiet()
        let counters = pool.counters
        #expect((counters.failed, counters.retried, counters.scheduled) == (1, 1, 0))
        #expect(counters.isBalanced)
        await pool.drain()
    }

    @Test func aJobThatEndsInTime_isLeftAlone() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        let id = try await pool.submit(JobOptions(deadline: .seconds(3))) { _ in }
        await pool.quiet()
        clock.advance(by: .seconds(100))
        #expect(pool.job(id)?.summary.state == .succeeded)
        await pool.drain()
        #expect((pool.counters.succeeded, pool.counters.timedOut) == (1, 0))
    }

    @Test func aHeldJob_fails_andTheOthersOfItsKindGoOn() async throws {
        let clock = ManualClock()
        var configuration = PoolConfiguration.still(workers: 2, clock: clock)
        configuration.limits = ["db": KindLimit(concurrency: 1)]
        let pool = Pool(configuration)
        let (held, _) = try await pool.hold(JobOptions(kind: "db"))
        try await pool.submit(JobOptions(kind: "db", deadline: .seconds(1))) { _ in }
        try await pool.submit(JobOptions(kind: "db")) { _ in }
        await until("both are held back") { pool.snapshot().limits[0].held == 2 && clock.sleeperCount == 1 }
        clock.advance(by: .seconds(1))
        await until("one has failed") { pool.counters.failed == 1 }
        held.release.fire()
        await pool.drain()
        #expect(pool.counters.succeeded == 2)
    }

    @Test func aDeadlineThatPasses_whileATimeoutHasYetToBeHeeded_isKept() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, retry: RetryPolicy(maxAttempts: 5, base: .zero), clock: clock))
        let (told, release) = (Signal(), Signal())
        try await pool.submit(JobOptions(deadline: .seconds(3), timeout: .seconds(1))) { context in
            guard context.attempt == 1 else { return }
            try? await cancellation()
            told.fire()
            await release.wait()
            throw Broken()
        }
        await until("timeout and deadline are watched") {
            pool.counters.running == 1 && clock.sleeperCount == 1
        }
        clock.advance(by: .seconds(1))
        await told.wait()
        await until("its deadline is watched") { clock.sleeperCount == 1 }
        clock.advance(by: .seconds(2))
        await until("its deadline has passed") { clock.sleeperCount == 0 }
        release.fire()
        await pool.quiet()
        let counters = pool.counters
        #expect((counters.failed, counters.retried, counters.timedOut) == (1, 0, 1))
        #expect(pool.failures(limit: 9).map(\.type) == ["deadline"])
        await pool.drain()
    }

    @Test func aDeadlineThatPasses_inTheProducersHands_isKept() async throws {
        let clock = ManualClock()
        var configuration = PoolConfiguration.still(
            workers: 0, retry: RetryPolicy(maxAttempts: 5, base: .zero), clock: clock)
        configuration.capacity = 1
        let pool = Pool(configuration)
        try await pool.submit { _ in }
        try await pool.submit(JobOptions(deadline: .seconds(3)), overflow: .callerRuns) { _ in
            await until("its deadline is watched") { clock.sleeperCount == 1 }
            clock.advance(by: .seconds(3))
            await until("its deadline has passed") { clock.sleeperCount == 0 }
            throw Broken()
        }
        let counters = pool.counters
        #expect((counters.failed, counters.retried, counters.timedOut) == (1, 0, 1))
        #expect(counters.isBalanced)
        await pool.shutdownNow()
    }
}
