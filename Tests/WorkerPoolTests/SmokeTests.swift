import Monitoring
import Testing

@testable import WorkerPool

@Suite struct PoolBasics {
    @Test func everySubmittedJob_runsOnce_andIsCounted() async throws {
        let pool = Pool(PoolConfiguration(workers: 4, capacity: 16))
        let ran = Tally()
        for _ in 0..<1_000 { try await pool.submit { _ in ran.add() } }
        let report = await pool.drain()
        #expect(report.isComplete)
        #expect(ran.count == 1_000)
        #expect(report.counters.succeeded == 1_000)
        #expect(report.counters.isBalanced)
        #expect(pool.liveTasks == 0)
    }

    @Test func handle_givesTheResult_andTheError() async throws {
        let pool = Pool(PoolConfiguration(workers: 2))
        let good = try await pool.submit(returning: Int.self) { _ in 42 }
        let bad = try await pool.submit(returning: Int.self) { _ in throw Broken() }
        #expect(try await good.value == 42)
        await #expect(throws: Broken.self) { try await bad.value }
        await pool.drain()
        #expect(pool.snapshot().counters.failed == 1)
    }

    @Test func cancel_ofARunningJob_endsItAsCancelled_andFreesTheWorker() async throws {
        let pool = Pool(PoolConfiguration(workers: 1))
        let started = Signal()
        let handle = try await pool.submit(returning: Void.self) { _ in
            started.fire()
            try await Task.sleep(for: .seconds(3_600))
        }
        await started.wait()
        #expect(handle.cancel().phase == .signalled)
        await #expect(throws: CancellationError.self) { try await handle.value }
        let next = try await pool.submit(returning: Bool.self) { _ in Task.isCancelled }
        #expect(try await next.value == false)
        let report = await pool.drain()
        #expect(report.counters.cancelled == 1)
        #expect(report.counters.succeeded == 1)
    }

    @Test func timeout_failsTheAttempt_andRetriesFollow() async throws {
        let clock = ManualClock()
        let pool = Pool(PoolConfiguration(workers: 1, clock: .manual(clock), seed: 1))
        let started = Signal()
        let handle = try await pool.submit(
            JobOptions(name: "slow", timeout: .seconds(2), retry: RetryPolicy(maxAttempts: 2, jitter: false)),
            returning: Int.self
        ) { context in
            if context.attempt == 2 { return 7 }
            started.fire()
            try await Task.sleep(for: .seconds(3_600))
            return 0
        }
        await started.wait()
        clock.advance(by: .seconds(2))
        var seen: UInt64 = 0
        search: while let page = await pool.nextEvents(after: seen) {
            for event in page.events {
                seen = event.id
                if event.kind == .timedOut { break search }
            }
        }
        while clock.sleeperCount == 0 { await Task.yield() }
        clock.advance(by: .seconds(1))
        #expect(try await handle.value == 7)
        await pool.drain()
        let counters = pool.snapshot().counters
        #expect(counters.timedOut == 1)
        #expect(counters.retried == 1)
        #expect(counters.succeeded == 1)
        #expect(pool.failures(limit: 10).first?.outcome == .recovered)
    }
}
