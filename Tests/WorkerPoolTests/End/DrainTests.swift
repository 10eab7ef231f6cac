import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

@Suite struct DrainTests {
    @Test func drain_finishesWhatIsThere_retriesIncluded() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, retry: RetryPolicy(maxAttempts: 2, jitter: false), clock: clock))
        let handle = try await pool.submit(returning: Int.self) { context in
            if context.attempt == 1 { throw Broken() }
            return context.attempt
        }
        let drain = Task { await pool.drain() }
        await until("the retry is timed") { clock.sleeperCount == 1 && pool.snapshot().state == .draining }
        clock.advance(by: .seconds(1))
        #expect(try await handle.value == 2)
        let report = await drain.value
        #expect((report.isComplete, report.cancelled, report.abandoned) == (true, 0, 0))
        #expect(report.counters.succeeded == 1)
    }

    @Test func drain_leavesNothingBehind() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 8, clock: clock))
        for _ in 0..<100 { try await pool.submit(JobOptions(timeout: .seconds(60))) { _ in } }
        await pool.drain()
        let snapshot = pool.snapshot()
        #expect((snapshot.state, snapshot.workers.live, snapshot.workers.target) == (.stopped, 0, 0))
        #expect(pool.liveTasks == 0)
        #expect(clock.sleeperCount == 0)
        #expect(pool.timers.count == 0)
        #expect(
            pool.state.withLock { $0.parked.isEmpty && $0.quietWaiters.isEmpty && $0.stopWaiters.isEmpty })
        #expect(pool.allEvents.last?.message == "stopped")
    }

    @Test func drain_refusesSubmits_andThoseThatWait() async throws {
        let pool = Pool(.still(workers: 1, capacity: 1))
        let (job, _) = try await pool.hold()
        try await pool.submit { _ in }
        let waiting = Task { try await pool.submit { _ in } }
        await until("it waits") { pool.snapshot().producers.waiting == 1 }
        let drain = Task { await pool.drain() }
        await #expect(throws: PoolError.self) { try await waiting.value }
        for overflow in [OverflowPolicy.wait, .reject, .dropOldest, .dropNewest, .callerRuns] {
            do {
                try await pool.submit(overflow: overflow) { _ in }
                Issue.record("was let in")
            } catch { #expect((error as? PoolError)?.code == .closed) }
        }
        #expect(throws: PoolError.self) { try pool.trySubmit { _ in } }
        await #expect(throws: PoolError.self) { try await pool.submit(contentsOf: [Job { _ in }]) }
        job.release.fire()
        let counters = await drain.value.counters
        #expect((counters.submitted, counters.succeeded, counters.rejected) == (2, 2, 8))
    }

    @Test func drain_atItsDeadline_cancelsWhatIsLeft() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        try await pool.submit { _ in try await cancellation() }
        await until("it runs") { pool.counters.running == 1 }
        try await pool.submit(contentsOf: (0..<5).map { _ in Job { _ in } })
        let drain = Task { await pool.drain(deadline: .seconds(10)) }
        await until("the deadline is watched") { clock.sleeperCount == 1 }
        clock.advance(by: .seconds(10))
        let report = await drain.value
        #expect((report.isComplete, report.cancelled, report.abandoned) == (false, 6, 0))
        #expect(report.counters.cancelled == 6)
    }

    @Test func drain_givesUpWhatHeedsNothing_afterTheGrace() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 2, clock: clock))
        let (job, _) = try await pool.hold()
        let drain = Task { await pool.drain(deadline: .seconds(10), grace: .seconds(5)) }
        await until("the deadline is watched") { clock.sleeperCount == 1 }
        clock.advance(by: .seconds(10))
        await until("the grace is watched") {
            pool.allEvents.contains { $0.mark == "cancel all" } && clock.sleeperCount == 1
        }
        clock.advance(by: .seconds(5))
        let report = await drain.value
        #expect((report.isComplete, report.cancelled, report.abandoned) == (false, 1, 1))
        #expect((report.counters.cancelled, report.counters.running) == (1, 0))
        #expect(pool.liveTasks == 1)
        job.release.fire()
        await until("its task has ended") { pool.liveTasks == 0 }
    }

    @Test func drain_atItsDeadline_startsNoFurtherAttempts() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, retry: RetryPolicy(maxAttempts: 99, base: .zero), clock: clock))
        try await pool.submit { _ in throw Choosy(retryAfter: .seconds(50)) }
        await until("it is scheduled") { pool.counters.scheduled == 1 && clock.sleeperCount == 1 }
        let drain = Task { await pool.drain(deadline: .zero) }
        let report = await drain.value
        #expect((report.cancelled, report.counters.cancelled) == (1, 1))
    }

    @Test func drainAgain_waitsForTheSameEnd_andReportsTheSame() async throws {
        let pool = Pool(.still(workers: 1))
        let (job, _) = try await pool.hold()
        let reports = [Task { await pool.drain() }, Task { await pool.drain() }]
        await until("it drains") { pool.snapshot().state == .draining }
        job.release.fire()
        let first = await reports[0].value
        #expect(await reports[1].value == first)
        #expect(await pool.drain() == first)
        #expect(await pool.shutdownNow().isEmpty)
    }

    @Test func aDrainThatCutJobsShort_isNeverReportedAsComplete() async throws {
        let pool = Pool(.still(workers: 0))
        try await pool.submit { _ in }
        let first = await pool.drain(deadline: .zero)
        #expect((first.isComplete, first.cancelled) == (false, 1))
        #expect(await pool.drain() == first)
    }

    @Test func drain_inACancelledTask_cancelsWhatIsLeft_andLosesNothing() async throws {
        let pool = Pool(.still(workers: 1))
        let (job, _) = try await pool.hold()
        let handle = try await pool.submit(returning: Int.self) { _ in 1 }
        let drain = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await pool.drain()
        }
        await #expect(throws: CancellationError.self) { try await handle.value }
        #expect(pool.snapshot().state == .draining)
        job.release.fire()
        let report = await drain.value
        #expect(report.counters.unfinished == 0)
        #expect((report.isComplete, report.cancelled, report.abandoned) == (false, 1, 0))
    }

    @Test func drain_whileDispatchIsPaused_waitsForItToBeResumed() async throws {
        let pool = Pool(.still(workers: 1))
        pool.pauseDispatch()
        try await pool.submit { _ in }
        let drain = Task { await pool.drain() }
        await until("it drains") { pool.snapshot().state == .draining }
        #expect(pool.counters.queued == 1)
        pool.resumeDispatch()
        #expect(await drain.value.isComplete)
    }

    @Test func resizingWhileItEnds_keepsNoWorkerAlive() async throws {
        for _ in 0..<15 {
            let pool = Pool(.still(workers: 2))
            let steering = Task {
                while pool.snapshot().state != .stopped {
                    pool.resize(to: 5)
                    await Task.yield()
                    pool.resize(to: 1)
                }
            }
            try await pool.submit { _ in }
            await pool.drain()
            await steering.value
            #expect(pool.liveTasks == 0)
            #expect(pool.snapshot().workers.live == 0)
        }
    }

    @Test func with_drainsAfterTheBody_andCancelsWhereItThrows() async throws {
        let ran = Counter()
        let result = try await Pool.with(PoolConfiguration(workers: 2)) { pool in
            for _ in 0..<100 { try await pool.submit { _ in ran.add() } }
            return 7
        }
        #expect((result, ran.count) == (7, 100))
        let gone = Journal<JobHandle<Void>>()
        await #expect(throws: Broken.self) {
            try await Pool.with(.still(workers: 0)) { pool in
                gone.note(try await pool.submit(returning: Void.self) { _ in })
                throw Broken()
            }
        }
        await #expect(throws: CancellationError.self) { try await gone.lines.first?.value }
    }
}
