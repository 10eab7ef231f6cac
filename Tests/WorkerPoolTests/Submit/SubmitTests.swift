import Monitoring
import Testing

@testable import WorkerPool

@Suite struct SubmitTests {
    @Test func everySubmittedJob_runsOnce() async throws {
        let pool = Pool(PoolConfiguration(workers: 4, capacity: 16))
        let runs = Journal<Int>()
        for number in 0..<1_000 { try await pool.submit { _ in runs.note(number) } }
        let report = await pool.drain()
        #expect(report.isComplete)
        #expect(runs.lines.sorted() == Array(0..<1_000))
        #expect(report.counters.succeeded == 1_000)
    }

    @Test func withOneWorker_jobsRunInTheOrderOfTheirNumbers() async throws {
        let pool = Pool(PoolConfiguration(workers: 1, capacity: 8))
        let order = Journal<JobID>()
        for _ in 0..<500 { try await pool.submit { context in order.note(context.id) } }
        await pool.drain()
        #expect(order.lines.map(\.rawValue) == Array(1...500))
    }

    @Test func aJob_knowsItsIDWorkerAndAttempt() async throws {
        let pool = Pool(PoolConfiguration(workers: 2))
        let seen = Journal<JobContext>()
        let id = try await pool.submit { context in seen.note(context) }
        await pool.drain()
        let context = try #require(seen.lines.first)
        #expect(context.id == id)
        #expect(context.attempt == 1)
        #expect((1...2).contains(context.worker.rawValue))
    }

    @Test func trySubmit_whenFull_throws_andCountsAsRejected() async throws {
        let pool = Pool(.still(workers: 0, capacity: 1))
        #expect(try pool.trySubmit { _ in }.rawValue == 1)
        #expect(throws: PoolError(.queueFull, "the queue is full")) { try pool.trySubmit { _ in } }
        #expect(pool.counters.rejected == 1)
        #expect(pool.counters.submitted == 1)
        await pool.shutdownNow()
    }

    // MARK: Work that awaits nothing

    @Test func plainWork_runsAndFailsAndIsTriedAgain_asWorkThatAwaits() async throws {
        let pool = Pool(
            .still(workers: 1, retry: RetryPolicy(maxAttempts: 2, base: .zero, jitter: false)))
        let seen = Journal<String>()
        let plain: PlainJobBody = { context in
            seen.note("plain \(context.id) \(context.attempt)")
            if context.id.rawValue % 2 == 0, context.attempt == 1 { throw Broken() }
        }
        let suspending: JobBody = { context in
            await Task.yield()
            try plain(context)
        }
        try await pool.submit(nil, plain)
        try pool.trySubmit(nil, plain)
        try await pool.submit(contentsOf: [Job(plain), Job(plain), Job(suspending), Job(suspending)])
        await until("all have been tried") { pool.counters.retried == 3 && pool.counters.running == 0 }
        await pool.drain()
        #expect(pool.counters.succeeded == 6)
        #expect(seen.lines.count == 9)
    }

    // MARK: Bulk

    @Test func bulkSubmit_admitsAll_inOrder_howeverSmallTheQueue() async throws {
        let pool = Pool(PoolConfiguration(workers: 1, capacity: 7))
        let order = Journal<Int>()
        let jobs = (0..<1_000).lazy.map { number in Job { _ in order.note(number) } }
        #expect(try await pool.submit(contentsOf: jobs) == 1_000)
        await pool.drain()
        #expect(order.lines == Array(0..<1_000))
    }

    @Test func bulkSubmit_ofNothing_isNothing() async throws {
        let pool = Pool(PoolConfiguration(workers: 1))
        #expect(try await pool.submit(contentsOf: []) == 0)
        await pool.drain()
    }

    @Test func bulkSubmit_waits_whateverThePolicy() async throws {
        let pool = Pool(.still(workers: 0, capacity: 3, overflow: .reject))
        let all = Task { try await pool.submit(contentsOf: (0..<5).map { _ in Job { _ in } }) }
        await until("the rest waits") { pool.snapshot().producers.waiting == 1 }
        #expect(pool.counters.queued == 3)
        pool.resize(to: 1)
        #expect(try await all.value == 5)
        #expect(await pool.drain().counters.succeeded == 5)
    }

    @Test func bulkSubmit_cancelledWhileItWaits_leavesWhatItAdmitted() async throws {
        let pool = Pool(.still(workers: 0, capacity: 3))
        let all = Task { try await pool.submit(contentsOf: (0..<5).map { _ in Job { _ in } }) }
        await until("the rest waits") { pool.snapshot().producers.waiting == 1 }
        all.cancel()
        await #expect(throws: CancellationError.self) { try await all.value }
        #expect(pool.counters.submitted == 3)
        #expect(pool.snapshot().producers.waiting == 0)
        await pool.shutdownNow()
    }

    @Test func bulkSubmit_intoAClosingPool_countsTheRestAsRejected() async throws {
        let pool = Pool(.still(workers: 0, capacity: 3))
        let all = Task { try await pool.submit(contentsOf: (0..<5).map { _ in Job { _ in } }) }
        await until("the rest waits") { pool.snapshot().producers.waiting == 1 }
        await pool.shutdownNow()
        await #expect(throws: PoolError.self) { try await all.value }
        #expect(pool.counters.rejected == 2)
        #expect(pool.counters.cancelled == 3)
    }
}
