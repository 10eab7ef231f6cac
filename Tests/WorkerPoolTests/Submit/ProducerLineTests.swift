import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

/// Producers that wait for room.
@Suite struct ProducerLineTests {
    /// A pool without workers whose queue is full.
    private func fullPool(capacity: Int = 1, clock: ManualClock = ManualClock()) async throws -> Pool {
        let pool = Pool(.still(workers: 0, capacity: capacity, clock: clock))
        try await pool.submit(contentsOf: (0..<capacity).map { _ in Job { _ in } })
        return pool
    }

    /// A producer that waits; once it does, the next one may come.
    private func waitingProducer(
        _ pool: Pool, _ overflow: OverflowPolicy = .wait, _ body: @escaping JobBody = { _ in }
    ) async -> Task<JobID, any Error> {
        let before = pool.snapshot().producers.waiting
        let producer = Task { try await pool.submit(overflow: overflow, body) }
        await until("it waits") { pool.snapshot().producers.waiting == before + 1 }
        return producer
    }

    @Test func producers_areServedInTheOrderInWhichTheyCame() async throws {
        let pool = try await fullPool()
        var producers: [Task<JobID, any Error>] = []
        for _ in 0..<20 { producers.append(await waitingProducer(pool)) }
        pool.resize(to: 1)
        let ids = try await producers.asyncMap { try await $0.value.rawValue }
        #expect(ids == Array(2...21))
        await pool.drain()
    }

    @Test func aCancelledProducer_leavesTheLine_andItsJobNeverRuns() async throws {
        let pool = try await fullPool()
        let ran = Journal<Int>()
        let first = await waitingProducer(pool) { _ in ran.note(1) }
        let second = await waitingProducer(pool) { _ in ran.note(2) }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        pool.resize(to: 1)
        _ = try await second.value
        let counters = await pool.drain().counters
        #expect(ran.lines == [2])
        #expect((counters.submitted, counters.rejected) == (2, 0))
    }

    @Test func aProducerCancelledBefore_doesNotWaitAtAll() async throws {
        let pool = try await fullPool()
        let producer = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await pool.submit { _ in }
        }
        await #expect(throws: CancellationError.self) { try await producer.value }
        #expect(pool.snapshot().producers.waits == 0)
        await pool.shutdownNow()
    }

    @Test func waitFor_givesUpAtItsLimit_andCountsAsRejected() async throws {
        let clock = ManualClock()
        let pool = try await fullPool(clock: clock)
        let producer = await waitingProducer(pool, .wait(for: .seconds(3)))
        await until("the limit is watched") { clock.sleeperCount == 1 }
        clock.advance(by: .milliseconds(2_999))
        await Task.yield()
        #expect(pool.snapshot().producers.waiting == 1)
        clock.advance(by: .milliseconds(1))
        await #expect(throws: PoolError.self) { try await producer.value }
        #expect(pool.counters.rejected == 1)
        #expect(pool.snapshot().producers.waited == 3)
        await pool.shutdownNow()
    }

    @Test func waitFor_thatIsServedInTime_isNotTouchedByItsLimit() async throws {
        let clock = ManualClock()
        let pool = try await fullPool(clock: clock)
        let producer = await waitingProducer(pool, .wait(for: .seconds(3)))
        await until("the limit is watched") { clock.sleeperCount == 1 }
        pool.resize(to: 1)
        #expect(try await producer.value.rawValue == 2)
        clock.advance(by: .seconds(10))
        let counters = await pool.drain().counters
        #expect((counters.succeeded, counters.rejected) == (2, 0))
    }

    @Test func waitFor_noTime_isRefusedAtOnce() async throws {
        let pool = try await fullPool()
        await #expect(throws: PoolError.self) {
            try await pool.submit(overflow: .wait(for: .seconds(-1))) { _ in }
        }
        await pool.shutdownNow()
    }

    @Test(arguments: [1, 2, 3, 4, 8, 16, 31, 32, 33, 64], [1, 2])
    func producers_neverWaitForEver_howeverSmallTheQueueAndTheJobs(capacity: Int, workers: Int) async throws {
        let pool = Pool(.still(workers: workers, capacity: capacity))
        let isDone = Signal()
        let producer = Task {
            for _ in 0..<300 { try await pool.submit { _ in } }
            isDone.fire()
        }
        await until("all are in") { isDone.hasFired }
        producer.cancel()
        _ = try? await producer.value
        #expect(await pool.drain().counters.succeeded == 300)
    }

    @Test func cancellingAQueuedJob_letsAProducerIn_evenWhileNothingIsStarted() async throws {
        let pool = try await fullPool(capacity: 8)
        let producer = await waitingProducer(pool)
        pool.cancel(JobID(rawValue: 1))
        #expect(try await producer.value.rawValue == 9)
        await pool.shutdownNow()
    }

    @Test func cancelAll_letsProducersIn_andTheirJobsRun() async throws {
        let pool = Pool(.still(workers: 1, capacity: 2))
        let (job, id) = try await pool.hold()
        try await pool.submit(contentsOf: (0..<2).map { _ in Job { _ in } })
        var producers: [Task<JobID, any Error>] = []
        for _ in 0..<5 { producers.append(await waitingProducer(pool)) }
        #expect(pool.cancelAll().affected == 3)
        job.release.fire()
        for producer in producers { _ = try await producer.value }
        await pool.quiet()
        #expect(pool.counters.succeeded == 5 + (pool.job(id)?.summary.state == .succeeded ? 1 : 0))
        await pool.drain()
    }

    @Test func pausingDispatch_letsProducersUseTheRoomThatItMakes() async throws {
        let pool = Pool(.still(workers: 1, capacity: 5))
        pool.pauseDispatch()
        pool.state.withLock { $0.slots[0].averageRun = 0 }
        let job = HeldJob()
        try await pool.submit(contentsOf: [Job { _ in }, Job { _ in }, Job(job.body), Job { _ in }])
        pool.resumeDispatch()
        await job.started.wait()
        try await pool.submit(contentsOf: [Job { _ in }, Job { _ in }])
        let producer = await waitingProducer(pool)
        pool.pauseDispatch()
        #expect(try await producer.value.rawValue == 7)
        pool.resumeDispatch()
        job.release.fire()
        #expect(await pool.drain().counters.succeeded == 7)
    }
}
