import Monitoring
import Testing

@testable import WorkerPool

@Suite struct CallerRunsTests {
    @TaskLocal private static var producer = ""

    /// A pool whose queue of one is full, and whose only worker is held.
    private func fullPool(retry: RetryPolicy = .none) async throws -> (Pool, HeldJob) {
        let pool = Pool(.still(workers: 1, capacity: 1, overflow: .callerRuns, retry: retry))
        let (job, _) = try await pool.hold()
        try await pool.submit { _ in }
        return (pool, job)
    }

    @Test func theJobRunsInTheProducersTask_beforeSubmitReturns() async throws {
        let (pool, job) = try await fullPool()
        let seen = Journal<String>()
        let worker = Journal<WorkerID>()
        try await CallerRunsTests.$producer.withValue("me") {
            _ = try await pool.submit { context in
                seen.note(CallerRunsTests.producer)
                worker.note(context.worker)
            }
        }
        #expect(seen.lines == ["me"])
        #expect(worker.lines.map(\.description) == ["caller"])
        job.release.fire()
        #expect(await pool.drain().counters.succeeded == 3)
    }

    @Test func whileItRuns_itCounts_andIsListed_butOccupiesNoWorker() async throws {
        let (pool, job) = try await fullPool()
        let inline = HeldJob()
        let producer = Task { try await pool.submit("mine", inline.body) }
        await inline.started.wait()
        let snapshot = pool.snapshot()
        #expect((snapshot.counters.running, snapshot.workers.busy, snapshot.queue.depth) == (2, 1, 1))
        var query = JobQuery()
        query.states = [.running]
        let line = try #require(pool.jobs(query).jobs.last)
        #expect((line.name, line.worker?.rawValue, line.attempt) == ("mine", 0, 1))
        inline.release.fire()
        let id = try await producer.value
        #expect(pool.job(id)?.summary.state == .succeeded)
        job.release.fire()
        await pool.drain()
    }

    @Test func aCancel_cannotReachIt_andSaysSo() async throws {
        let (pool, job) = try await fullPool()
        let inline = HeldJob()
        let producer = Task { try await pool.submit(nil, inline.body) }
        await inline.started.wait()
        let receipt = pool.cancel(JobID(rawValue: 3))
        #expect(receipt.phase == .refused)
        #expect(receipt.message == "#3 runs in its producer's task, which alone can stop it")
        inline.release.fire()
        _ = try await producer.value
        job.release.fire()
        #expect(await pool.drain().counters.cancelled == 0)
    }

    @Test func aHandle_getsItsResult() async throws {
        let (pool, job) = try await fullPool()
        let handle = try await pool.submit(returning: Int.self) { _ in 7 }
        #expect(try await handle.value == 7)
        let bad = try await pool.submit(returning: Int.self) { _ in throw Broken() }
        await #expect(throws: Broken.self) { try await bad.value }
        job.release.fire()
        #expect(await pool.drain().counters.failed == 1)
    }

    @Test func aFailedOne_comesBackForTheWorkers() async throws {
        let (pool, job) = try await fullPool(retry: RetryPolicy(maxAttempts: 2, base: .zero))
        let workers = Journal<Int>()
        try await pool.submit { context in
            workers.note(context.worker.rawValue)
            if context.attempt == 1 { throw Broken() }
        }
        #expect(workers.lines == [0])
        job.release.fire()
        let counters = await pool.drain().counters
        #expect(workers.lines == [0, 1])
        #expect((counters.succeeded, counters.retried) == (3, 1))
    }

    @Test func aDrain_waitsForIt() async throws {
        let (pool, job) = try await fullPool()
        let inline = HeldJob()
        let producer = Task { try await pool.submit(nil, inline.body) }
        await inline.started.wait()
        job.release.fire()
        let isOver = Signal()
        let drain = Task {
            let report = await pool.drain()
            isOver.fire()
            return report
        }
        await until("the rest is done") { pool.counters.succeeded == 2 }
        #expect(!isOver.hasFired)
        inline.release.fire()
        _ = try await producer.value
        #expect(await drain.value.counters.succeeded == 3)
    }
}
