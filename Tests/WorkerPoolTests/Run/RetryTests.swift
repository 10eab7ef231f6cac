import Monitoring
import Testing

@testable import WorkerPool

@Suite struct RetryTests {
    /// How long a job whose attempts all fail waits before each further one, as the failure log tells.
    private func delays(seed: UInt64, attempts: Int) async throws -> [Double] {
        let clock = ManualClock()
        let policy = RetryPolicy(maxAttempts: attempts, base: .seconds(8))
        let pool = Pool(PoolConfiguration(workers: 1, retry: policy, clock: .manual(clock), seed: seed))
        try await pool.submit { _ in throw Broken() }
        var delays: [Double] = []
        for attempt in 1..<attempts {
            await until("attempt \(attempt) failed, and the next one is timed") {
                pool.failures(limit: 1).first?.attempt == attempt && clock.sleeperCount == 1
            }
            guard let failure = pool.failures(limit: 1).first, case .retry(let time) = failure.outcome else {
                break
            }
            delays.append(time - failure.time)
            clock.advance(by: .seconds(10_000))
        }
        await pool.drain()
        return delays
    }

    @Test func delays_areDrawnFromAGrowingRange_andTheSeedDecidesThem() async throws {
        let one = try await delays(seed: 42, attempts: 6)
        let two = try await delays(seed: 42, attempts: 6)
        let other = try await delays(seed: 43, attempts: 6)
        #expect(one.count == 5)
        #expect(one == two)
        #expect(one != other)
        for (failures, delay) in one.enumerated() {
            #expect(delay >= 0 && delay <= min(8 * Double(1 << failures), 300) + 0.001)
        }
    }

    @Test func aJobThatSucceedsAtALaterAttempt_hasRecovered() async throws {
        let pool = Pool(.still(workers: 1, retry: RetryPolicy(maxAttempts: 3, base: .zero)))
        let handle = try await pool.submit("mail", returning: Int.self) { context in
            if context.attempt < 3 { throw Broken() }
            return context.attempt
        }
        #expect(try await handle.value == 3)
        await pool.drain()
        let counters = pool.counters
        #expect((counters.succeeded, counters.retried, counters.failed) == (1, 2, 0))
        #expect(pool.failures(limit: 9).map(\.outcome) == [.recovered, .failedAgain])
        #expect(
            pool.allEvents.filter { $0.kind == .recovered }.map(\.message) == ["mail: succeeded at attempt 3"]
        )
    }

    @Test func aJobThatFailsToTheLast_isGivenUp() async throws {
        let pool = Pool(.still(workers: 1, retry: RetryPolicy(maxAttempts: 3, base: .zero)))
        try await pool.submit { _ in throw Broken() }
        await pool.drain()
        #expect(pool.failures(limit: 9).map(\.outcome) == [.gaveUp, .failedAgain, .failedAgain])
        #expect(pool.counters.failed == 1)
        #expect(pool.snapshot().errors.total == 3)
    }

    @Test func aPermanentError_isNotTriedAgain() async throws {
        let pool = Pool(.still(workers: 1, retry: RetryPolicy(maxAttempts: 9)))
        try await pool.submit { _ in throw Choosy(isPermanent: true) }
        await pool.drain()
        let failure = try #require(pool.failures(limit: 9).first)
        #expect((failure.attempt, failure.maxAttempts, failure.outcome) == (1, 9, .gaveUp))
        #expect((failure.type, failure.message) == ("choosy", "not this way"))
    }

    @Test func retryAfter_isWhenTheNextAttemptStarts() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, retry: RetryPolicy(maxAttempts: 2), clock: clock))
        let handle = try await pool.submit(returning: Int.self) { context in
            if context.attempt == 1 { throw Choosy(retryAfter: .seconds(700)) }
            return context.attempt
        }
        await until("the retry is timed") { clock.sleeperCount == 1 }
        #expect(pool.job(handle.id)?.summary.due == 1_700)
        clock.advance(by: .seconds(699))
        #expect(pool.counters.scheduled == 1)
        clock.advance(by: .seconds(1))
        #expect(try await handle.value == 2)
        await pool.drain()
    }

    @Test func aWaitingRetry_holdsNoWorker() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, retry: RetryPolicy(maxAttempts: 2, jitter: false), clock: clock))
        let bad = try await pool.submit(returning: Int.self) { context in
            if context.attempt == 1 { throw Broken() }
            return 1
        }
        let good = try await pool.submit(returning: Int.self) { _ in 2 }
        #expect(try await good.value == 2)
        await until("the worker is idle") { pool.snapshot().workers.idle == 1 }
        #expect(pool.counters.scheduled == 1)
        await until("the retry is timed") { clock.sleeperCount == 1 }
        clock.advance(by: .seconds(1))
        #expect(try await bad.value == 1)
        await pool.drain()
    }

    @Test func aRetryCancelledWhileItWaits_isGivenUp_andNotMeasuredTwice() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, retry: RetryPolicy(maxAttempts: 3), clock: clock))
        let id = try await pool.submit { _ in throw Broken() }
        await until("the retry is timed") { clock.sleeperCount == 1 }
        clock.advance(by: .milliseconds(1))
        #expect(pool.cancel(id).message == "#1 cancelled before it started")
        let snapshot = pool.snapshot()
        #expect(pool.failures(limit: 1).first?.outcome == .gaveUp)
        #expect(snapshot.counters.cancelled == 1)
        #expect(snapshot.workers.each[0].failed == 1)
        #expect(snapshot.rates.completions == 0)
        #expect(snapshot.latencies.run?.count == 1)
        #expect(snapshot.latencies.total == nil)
        let summary = try #require(pool.job(id)?.summary)
        #expect((summary.state, summary.attempt, summary.ended) == (.cancelled, 1, 1_000.001))
        clock.advance(by: .seconds(10_000))
        await pool.drain()
        #expect(pool.counters.retried == 1)
    }

    @Test func theTimeline_tellsEveryAttempt() async throws {
        let pool = Pool(.still(workers: 1, retry: RetryPolicy(maxAttempts: 3, base: .zero)))
        let handle = try await pool.submit("mail", returning: Void.self) { context in
            if context.attempt < 3 { throw Choosy(failureMessage: "no \(context.attempt)") }
        }
        try await handle.value
        await pool.drain()
        let attempts = try #require(pool.job(handle.id)?.attempts)
        #expect(attempts.map(\.number) == [1, 2, 3])
        #expect(attempts.map(\.outcome) == ["failed", "failed", "succeeded"])
        #expect(attempts.map(\.message) == ["no 1", "no 2", nil])
        #expect(pool.job(handle.id)?.summary.attempt == 3)
    }

    @Test func everyAttempt_isMeasured() async throws {
        let pool = Pool(.still(workers: 1, retry: RetryPolicy(maxAttempts: 3, base: .zero)))
        try await pool.submit { _ in throw Broken() }
        await pool.drain()
        #expect(pool.snapshot().latencies.run?.count == 3)
        #expect(pool.snapshot().latencies.total?.count == 1)
    }
}
