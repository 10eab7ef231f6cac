import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

@Suite struct CancelTests {
    @Test func aQueuedJob_isCancelledAtOnce_andNeverRuns() async throws {
        let pool = Pool(.still(workers: 0))
        let ran = Counter()
        let id = try await pool.submit { _ in ran.add() }
        let receipt = pool.cancel(id, by: "eva")
        #expect(
            receipt == Receipt(id: 1, phase: .done, affected: 1, message: "#1 cancelled before it started"))
        pool.resize(to: 1)
        #expect(await pool.drain().counters.cancelled == 1)
        #expect(ran.count == 0)
        #expect(pool.allEvents.first?.message == "eva: #1 cancelled before it started")
    }

    @Test func aRunningJob_isToldByItsTask_andItsEndIsToldByAnEvent() async throws {
        let pool = Pool(.still(workers: 1))
        let handle = try await pool.submit(returning: Void.self) { _ in try await cancellation() }
        await until("it runs") { pool.counters.running == 1 }
        let receipt = handle.cancel()
        #expect(receipt.phase == .signalled)
        await #expect(throws: CancellationError.self) { try await handle.value }
        await pool.drain()
        let told = pool.allEvents.compactMap(\.receipt).filter { $0.id == receipt.id }.map(\.phase)
        #expect(told.last == .done)
        #expect(pool.counters.cancelled == 1)
        #expect(pool.job(handle.id)?.attempts.map(\.outcome) == ["cancelled"])
    }

    @Test func aJobThatCompletesAllTheSame_hasSucceeded() async throws {
        let pool = Pool(.still(workers: 1))
        let job = HeldJob()
        let handle = try await pool.submit(returning: Int.self) { context in
            try await job.body(context)
            return 3
        }
        await job.started.wait()
        let receipt = handle.cancel()
        job.release.fire()
        #expect(try await handle.value == 3)
        await pool.drain()
        #expect((pool.counters.succeeded, pool.counters.cancelled) == (1, 0))
        #expect(pool.allEvents.contains { $0.receipt?.id == receipt.id && $0.receipt?.phase == .done })
    }

    @Test func aJobThatFailsAfterTheRequest_isCancelled_andNotRetried() async throws {
        let pool = Pool(.still(workers: 1, retry: RetryPolicy(maxAttempts: 5)))
        let job = HeldJob()
        let handle = try await pool.submit(returning: Int.self) { context in
            try await job.body(context)
            throw Broken()
        }
        await job.started.wait()
        handle.cancel()
        job.release.fire()
        await #expect(throws: CancellationError.self) { try await handle.value }
        await pool.drain()
        let counters = pool.counters
        #expect((counters.cancelled, counters.failed, counters.retried) == (1, 0, 0))
        #expect(pool.failures(limit: 1).isEmpty)
    }

    @Test func anEndedJob_cannotBeCancelled() async throws {
        let pool = Pool(.still(workers: 1))
        let handle = try await pool.submit(returning: Void.self) { _ in }
        try await handle.value
        await until("it has ended") { pool.counters.succeeded == 1 }
        #expect(handle.cancel().phase == .refused)
        #expect(pool.cancel(JobID(rawValue: 77)).message == "#77 has finished already, or is unknown")
        #expect(pool.cancel([]).message == "there is no job to cancel")
        #expect(await pool.drain().counters.cancelled == 0)
    }

    @Test func cancelAgain_waitsForTheSameEnd() async throws {
        let pool = Pool(.still(workers: 1))
        let (job, id) = try await pool.hold()
        let receipts = [pool.cancel(id), pool.cancel(id)]
        #expect(receipts.map(\.phase) == [.signalled, .signalled])
        job.release.fire()
        await pool.drain()
        let done = pool.allEvents.compactMap(\.receipt).filter { $0.phase == .done }.map(\.id)
        #expect(done == receipts.map(\.id))
    }

    @Test func theNextJobOfTheWorker_neverSeesTheCancel() async throws {
        let pool = Pool(.still(workers: 1))
        for _ in 0..<50 {
            let handle = try await pool.submit(returning: Void.self) { _ in try await cancellation() }
            let next = try await pool.submit(returning: Bool.self) { context in context.isCancelled }
            await until("it runs") { pool.counters.running == 1 }
            handle.cancel()
            #expect(try await next.value == false)
        }
        await pool.drain()
        #expect(pool.counters.cancelled == 50)
    }

    @Test func oneCancelOfManyJobs_hasOneReceipt_doneWithTheLast() async throws {
        let pool = Pool(.still(workers: 2))
        let (first, one) = try await pool.hold()
        let (second, two) = try await pool.hold()
        let three = try await pool.submit { _ in }
        let receipt = pool.cancel([one, two, three, JobID(rawValue: 99)])
        #expect((receipt.phase, receipt.affected) == (.signalled, 3))
        let isDone = {
            pool.allEvents.contains { $0.receipt?.id == receipt.id && $0.receipt?.phase == .done }
        }
        first.release.fire()
        await until("the first has stopped") { pool.counters.running == 1 }
        #expect(!isDone())
        second.release.fire()
        await until("the receipt is done") { isDone() }
        await pool.drain()
    }

    @Test func aJobInAnotherWorkersBatch_isCancelled() async throws {
        let pool = Pool(.still(workers: 1))
        let ran = Counter()
        let job = try await pool.holdWithBatch { _ in ran.add() }
        #expect(pool.state.withLock { $0.handed } == 3)
        #expect(pool.cancel(JobID(rawValue: 3)).phase == .done)
        job.release.fire()
        let counters = await pool.drain().counters
        #expect((counters.succeeded, counters.cancelled) == (3, 1))
        #expect(ran.count == 2)
    }

    // MARK: All

    @Test func cancelAll_reachesQueuedScheduledAndRunningJobs() async throws {
        let pool = Pool(.still(workers: 2, capacity: nil, retry: RetryPolicy(maxAttempts: 2)))
        let (held, _) = try await pool.hold()
        try await pool.submit { _ in throw Broken() }
        await until("one is scheduled") { pool.counters.scheduled == 1 }
        try await pool.submit { _ in try await cancellation() }
        await until("two run") { pool.counters.running == 2 }
        try await pool.submit(contentsOf: (0..<10_000).map { _ in Job { _ in } })
        let receipt = pool.cancelAll(by: "eva")
        #expect((receipt.phase, receipt.affected) == (.signalled, 10_003))
        #expect(receipt.message == "cancelled 10001 waiting, cancel sent to 2 running jobs")
        held.release.fire()
        let counters = await pool.drain().counters
        #expect((counters.cancelled, counters.succeeded, counters.submitted) == (10_002, 1, 10_003))
    }

    @Test func cancelAll_ofNothing_isRefused() async {
        let pool = Pool(.still(workers: 1))
        #expect(pool.cancelAll().phase == .refused)
        #expect(pool.allEvents.isEmpty)
        await pool.drain()
    }
}

extension Pool {
    /// Has a worker of tiny jobs take a batch of four jobs, of which the first holds it.
    func holdWithBatch(_ body: @escaping JobBody) async throws -> HeldJob {
        let job = HeldJob()
        pauseDispatch()
        await quietWorkers()
        state.withLock { for slot in $0.slots { slot.averageRun = 0 } }
        try await submit(contentsOf: [Job(job.body)] + (0..<3).map { _ in Job(body) })
        resumeDispatch()
        await job.started.wait()
        return job
    }

    private func quietWorkers() async {
        await until("all workers are parked") { state.withLock { $0.parked.count == $0.slots.count } }
    }
}
