import Monitoring
import Testing

@testable import WorkerPool

@Suite struct AfterTheEndTests {
    @Test func thePool_isFreed() async throws {
        weak var pool: Pool?
        do {
            let own = Pool(PoolConfiguration(workers: 3))
            pool = own
            for _ in 0..<1_000 { try await own.submit { _ in } }
            let handle = try await own.submit(JobOptions(timeout: .seconds(50)), returning: Int.self) { _ in 1
            }
            _ = try await handle.value
            await own.drain()
        }
        await until("it is gone") { pool == nil }
    }

    @Test func thePool_isFreed_evenWhereFailedJobsHoldIt() async throws {
        weak var pool: Pool?
        do {
            let own = Pool(PoolConfiguration(workers: 1))
            pool = own
            try await own.submit { _ in
                _ = own.counters
                throw Broken()
            }
            let queued = try await own.submit { _ in _ = own.counters }
            own.cancel(queued)
            await own.drain()
        }
        await until("it is gone") { pool == nil }
    }

    @Test func thePool_isFreed_onceAGivenUpJobEnds() async throws {
        weak var pool: Pool?
        let job = HeldJob()
        do {
            let own = Pool(PoolConfiguration(workers: 1))
            pool = own
            try await own.submit { context in
                _ = own.counters
                try await job.body(context)
            }
            await job.started.wait()
            await own.drain(deadline: .zero, grace: .zero)
        }
        #expect(pool != nil)
        job.release.fire()
        await until("it is gone") { pool == nil }
    }

    @Test func whatJobsHeld_isFreed() async throws {
        final class Token: Sendable {}
        let pool = Pool(PoolConfiguration(workers: 2, retry: RetryPolicy(maxAttempts: 2, base: .zero)))
        weak var good: Token?
        weak var bad: Token?
        weak var queued: Token?
        do {
            let tokens = [Token(), Token(), Token()]
            (good, bad, queued) = (tokens[0], tokens[1], tokens[2])
            let first = try await pool.submit(returning: Void.self) { [token = tokens[0]] _ in
                withExtendedLifetime(token) {}
            }
            try await first.value
            try await pool.submit { [token = tokens[1]] _ in
                withExtendedLifetime(token) {}
                throw Broken()
            }
            pool.pauseDispatch()
            try await pool.submit { [token = tokens[2]] _ in withExtendedLifetime(token) {} }
        }
        await pool.shutdownNow()
        await until("all are gone") { good == nil && bad == nil && queued == nil }
    }

    @Test func commands_areHarmless() async throws {
        let pool = Pool(.still(workers: 2))
        try await pool.submit { _ in throw Broken() }
        await pool.drain()
        let before = pool.counters
        pool.resize(to: 5)
        pool.pauseIntake()
        pool.resumeIntake()
        pool.pauseDispatch()
        await pool.pauseDispatchAndWait()
        pool.resumeDispatch()
        pool.freeze()
        pool.thaw()
        #expect(pool.cancel(JobID(rawValue: 1)).phase == .refused)
        #expect(pool.cancelAll().phase == .refused)
        #expect(pool.retry([JobID(rawValue: 1)]).phase == .refused)
        #expect(pool.abandon(WorkerID(rawValue: 1)).phase == .refused)
        #expect(pool.counters == before)
        #expect((pool.liveTasks, pool.snapshot().workers.live) == (0, 0))
        #expect(pool.job(JobID(rawValue: 1))?.summary.state == .failed)
    }

    @Test func events_end() async throws {
        let pool = Pool(.still(workers: 1))
        let last = Task {
            var seen: UInt64 = 0
            var messages: [String] = []
            while let page = await pool.nextEvents(after: seen) {
                seen = page.events.last?.id ?? seen
                messages += page.events.map(\.message)
            }
            return messages
        }
        await pool.drain()
        #expect(await last.value == ["draining: 0 jobs to finish", "stopped"])
        #expect(await pool.nextEvents(after: 2) == nil)
        #expect(await pool.nextEvents(after: 1, limit: 0)?.events.count == 1)
    }
}
