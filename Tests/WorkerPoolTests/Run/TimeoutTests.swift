import Monitoring
import Testing

@testable import WorkerPool

@Suite struct TimeoutTests {
    private let limit = JobOptions(timeout: .seconds(10))

    /// Submits a job that runs until it is cancelled, on a clock that stands still, and waits until it is watched.
    private func watchedJob(
        _ pool: Pool, _ clock: ManualClock, _ options: JobOptions
    ) async throws -> JobHandle<Void> {
        let handle = try await pool.submit(options, returning: Void.self) { _ in try await cancellation() }
        await until("its timeout is watched") { clock.sleeperCount == 1 }
        return handle
    }

    @Test func anAttemptThatTakesTooLong_failsAndIsToldSo() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        let handle = try await watchedJob(pool, clock, limit)
        clock.advance(by: .seconds(9))
        await Task.yield()
        #expect(pool.counters.running == 1)
        clock.advance(by: .seconds(1))
        await #expect(throws: PoolError.self) { try await handle.value }
        await pool.drain()
        let counters = pool.counters
        #expect((counters.timedOut, counters.failed) == (1, 1))
        let failure = try #require(pool.failures(limit: 1).first)
        #expect((failure.type, failure.message) == ("timeout", "timed out after 10.0 seconds"))
        #expect(pool.allEvents.contains { $0.kind == .timedOut && $0.job == handle.id })
        #expect(pool.job(handle.id)?.attempts.map(\.outcome) == ["timed out"])
    }

    @Test func eachAttempt_hasItsOwnTime() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, retry: RetryPolicy(maxAttempts: 2, jitter: false), clock: clock))
        let runs = Counter()
        let handle = try await pool.submit(limit, returning: Int.self) { context in
            runs.add()
            if context.attempt == 1 { try await cancellation() }
            return context.attempt
        }
        await until("the first attempt is watched") { clock.sleeperCount == 1 }
        clock.advance(by: .seconds(10))
        await until("the retry is timed") { pool.counters.scheduled == 1 && clock.sleeperCount == 1 }
        clock.advance(by: .seconds(1))
        #expect(try await handle.value == 2)
        await pool.drain()
        #expect((pool.counters.timedOut, pool.counters.retried, pool.counters.succeeded) == (1, 1, 1))
        #expect(pool.failures(limit: 1).first?.outcome == .recovered)
    }

    @Test func aJobThatSucceedsInSpiteOfItsTimeout_hasSucceeded_andRecovered() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, retry: RetryPolicy(maxAttempts: 2, base: .zero), clock: clock))
        let isTriedAgain = Signal()
        let isTold = Signal()
        let release = Signal()
        let handle = try await pool.submit(limit, returning: Int.self) { context in
            if context.attempt == 1 { throw Broken() }
            isTriedAgain.fire()
            await withTaskCancellationHandler {
                await release.wait()
            } onCancel: {
                isTold.fire()
            }
            return 9
        }
        await isTriedAgain.wait()
        await until("the second attempt is watched") { clock.sleeperCount == 1 }
        clock.advance(by: .seconds(10))
        await isTold.wait()
        release.fire()
        #expect(try await handle.value == 9)
        await pool.drain()
        #expect((pool.counters.timedOut, pool.counters.succeeded) == (0, 1))
        #expect(pool.failures(limit: 1).first?.outcome == .recovered)
        #expect(pool.job(handle.id)?.attempts.map(\.outcome) == ["failed", "succeeded"])
    }

    @Test func theWorkerThatWasTold_runsTheNextJobUncancelled() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        let handle = try await watchedJob(pool, clock, limit)
        clock.advance(by: .seconds(10))
        await #expect(throws: PoolError.self) { try await handle.value }
        let next = try await pool.submit(returning: Bool.self) { context in context.isCancelled }
        #expect(try await next.value == false)
        await pool.drain()
    }

    @Test func aJobPutBackIntoTheQueue_hasItsWholeTimeAgain() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        let handle = try await watchedJob(pool, clock, limit)
        clock.advance(by: .seconds(5))
        pool.resize(to: 0, shrink: .requeueYoungest)
        await until("it is back in the queue") { pool.counters.queued == 1 }
        clock.advance(by: .seconds(1))
        pool.resize(to: 1)
        await until("it runs again") { pool.counters.running == 1 }
        clock.advance(by: .seconds(9))
        await until("the first attempt's time has come and gone") { clock.sleeperCount == 1 }
        #expect(pool.counters.running == 1)
        clock.advance(by: .seconds(1))
        await #expect(throws: PoolError.self) { try await handle.value }
        await pool.drain()
    }

    @Test func noTimeAtAll_isATimeoutToo() async throws {
        let pool = Pool(.still(workers: 1))
        let handle = try await pool.submit(JobOptions(timeout: .zero), returning: Void.self) { _ in
            try await cancellation()
        }
        await #expect(throws: PoolError.self) { try await handle.value }
        await pool.drain()
    }

    @Test func aTimeoutBeyondAllTime_trapsNobody() async throws {
        let pool = Pool(PoolConfiguration(workers: 1))
        let handle = try await pool.submit(JobOptions(timeout: .seconds(Int64.max)), returning: Int.self) {
            _ in 1
        }
        #expect(try await handle.value == 1)
        await pool.drain()
    }

    // MARK: Freeze

    @Test func freeze_stopsTheClocksOfAttempts_forAsLongAsItLasts() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        let handle = try await watchedJob(pool, clock, limit)
        clock.advance(by: .seconds(4))
        pool.freeze()
        for _ in 0..<20 { clock.advance(by: .seconds(5)) }
        pool.thaw()
        await until("its timeout is watched again") { clock.sleeperCount == 1 }
        clock.advance(by: .seconds(5))
        await Task.yield()
        #expect(pool.counters.running == 1)
        clock.advance(by: .seconds(1))
        await #expect(throws: PoolError.self) { try await handle.value }
        await pool.drain()
    }

    @Test func freeze_startsNothing_andThawGoesOn() async throws {
        let switched = Journal<Bool>()
        var configuration = PoolConfiguration.still(workers: 1)
        configuration.onFreeze = { switched.note($0) }
        let pool = Pool(configuration)
        pool.freeze(by: "eva")
        pool.freeze(by: "ben")
        let handle = try await pool.submit(returning: Int.self) { _ in 1 }
        #expect(pool.snapshot().paused.frozen?.by == "eva")
        #expect(pool.counters.queued == 1)
        pool.thaw()
        pool.thaw()
        #expect(try await handle.value == 1)
        #expect(switched.lines == [true, false])
        #expect(pool.snapshot().paused.frozen == nil)
        await pool.drain()
    }

    @Test func thawingFromWithinTheFreeze_ends_withThePoolThawed() async throws {
        let switched = Journal<Bool>()
        let own = Journal<Pool>()
        var configuration = PoolConfiguration.still(workers: 1)
        configuration.onFreeze = { isFrozen in
            switched.note(isFrozen)
            if isFrozen { own.lines.first?.thaw() }
        }
        let pool = Pool(configuration)
        own.note(pool)
        pool.freeze()
        #expect(switched.lines == [true, false])
        let handle = try await pool.submit(returning: Int.self) { _ in 1 }
        #expect(try await handle.value == 1)
        await pool.drain()
    }
}
