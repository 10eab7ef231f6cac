import Monitoring
import Testing

@testable import WorkerPool

/// What each policy does when the queue is full, per pool and per call.
@Suite struct OverflowTests {
    /// A pool whose queue of one is full, and whose only worker is held.
    private func fullPool(_ overflow: OverflowPolicy = .wait) async throws -> (Pool, HeldJob) {
        let pool = Pool(.still(workers: 1, capacity: 1, overflow: overflow))
        let (job, _) = try await pool.hold()
        try await pool.submit { _ in }
        return (pool, job)
    }

    @Test func wait_holdsTheProducer_untilThereIsRoom() async throws {
        let (pool, job) = try await fullPool()
        let isIn = Signal()
        Task {
            try await pool.submit { _ in }
            isIn.fire()
        }
        await until("it waits") { pool.snapshot().producers.waiting == 1 }
        #expect(!isIn.hasFired)
        job.release.fire()
        await isIn.wait()
        #expect(await pool.drain().counters.succeeded == 3)
        #expect(pool.snapshot().producers.waits == 1)
    }

    @Test func reject_throws_andTheJobNeverRuns() async throws {
        let (pool, job) = try await fullPool(.reject)
        let ran = Counter()
        await #expect(throws: PoolError(.queueFull, "the queue is full")) {
            try await pool.submit { _ in ran.add() }
        }
        job.release.fire()
        let counters = await pool.drain().counters
        #expect(ran.count == 0)
        #expect(counters.rejected == 1)
        #expect(counters.submitted == 2)
    }

    @Test func dropOldest_makesRoom_andTellsTheHandleOfTheOldJob() async throws {
        let pool = Pool(.still(workers: 0, capacity: 2, overflow: .dropOldest))
        let ran = Journal<Int>()
        let handles = try await (1...3).asyncMap { number in
            try await pool.submit(returning: Void.self) { _ in ran.note(number) }
        }
        await #expect(throws: PoolError(.dropped, "the job was dropped because the queue was full")) {
            try await handles[0].value
        }
        pool.resize(to: 1)
        let counters = await pool.drain().counters
        #expect(ran.lines == [2, 3])
        #expect((counters.dropped, counters.succeeded, counters.submitted) == (1, 2, 3))
    }

    @Test func dropNewest_givesTheNewJobUp_andTellsItsHandle() async throws {
        let pool = Pool(.still(workers: 0, capacity: 1, overflow: .dropNewest))
        try await pool.submit { _ in }
        let handle = try await pool.submit(returning: Int.self) { _ in 1 }
        await #expect(throws: PoolError.self) { try await handle.value }
        #expect(pool.job(handle.id)?.summary.state == .dropped)
        pool.resize(to: 1)
        let counters = await pool.drain().counters
        #expect((counters.dropped, counters.succeeded, counters.submitted) == (1, 1, 2))
    }

    @Test func aCallsPolicy_outweighsThePools() async throws {
        let (pool, job) = try await fullPool(.wait)
        await #expect(throws: PoolError.self) { try await pool.submit(overflow: .reject) { _ in } }
        try await pool.submit(overflow: .dropNewest) { _ in }
        try await pool.submit(overflow: .dropOldest) { _ in }
        job.release.fire()
        let counters = await pool.drain().counters
        #expect((counters.rejected, counters.dropped, counters.succeeded) == (1, 2, 2))
    }

    @Test func losses_areTold_onceASecondAtMost() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 0, capacity: 1, overflow: .dropNewest, clock: clock))
        for _ in 0..<10 { try await pool.submit { _ in } }
        clock.advance(by: .seconds(1))
        await #expect(throws: PoolError.self) { try await pool.submit(overflow: .reject) { _ in } }
        let lines = pool.allEvents.filter { $0.kind == .overflow }.map(\.message)
        #expect(lines == ["queue full: 1 job dropped", "queue full: 8 jobs dropped, 1 job refused"])
        await pool.shutdownNow()
    }

    // MARK: Paused intake

    @Test(arguments: [OverflowPolicy.reject, .dropOldest, .dropNewest, .callerRuns])
    func pausedIntake_refuses_whereThePolicyIsNotToWait(policy: OverflowPolicy) async throws {
        let pool = Pool(.still(workers: 1, overflow: policy))
        pool.pauseIntake()
        await #expect(throws: PoolError(.intakePaused, "the intake is paused")) {
            try await pool.submit { _ in }
        }
        #expect(throws: PoolError.self) { try pool.trySubmit { _ in } }
        pool.resumeIntake()
        try await pool.submit { _ in }
        let counters = await pool.drain().counters
        #expect((counters.rejected, counters.succeeded, counters.dropped) == (2, 1, 0))
    }

    @Test func pausedIntake_holdsProducersThatWait_untilItIsResumed() async throws {
        let pool = Pool(.still(workers: 0, capacity: 4))
        try await pool.submit(contentsOf: (0..<3).map { _ in Job { _ in } })
        pool.pauseIntake()
        let producer = Task { try await pool.submit { _ in } }
        await until("it waits") { pool.snapshot().producers.waiting == 1 }
        #expect(pool.counters.queued == 3)
        pool.resumeIntake()
        #expect(try await producer.value.rawValue == 4)
        await pool.shutdownNow()
    }
}

extension Sequence {
    func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
