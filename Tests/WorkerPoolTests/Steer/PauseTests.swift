import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

@Suite struct PauseTests {
    @Test func pausedDispatch_takesJobs_andStartsNone() async throws {
        let pool = Pool(.still(workers: 2))
        pool.pauseDispatch()
        let handle = try await pool.submit(returning: Int.self) { _ in 1 }
        #expect(pool.counters.queued == 1)
        pool.resumeDispatch()
        #expect(try await handle.value == 1)
        await pool.drain()
    }

    @Test func theSnapshot_tellsWhoPausedWhat_andForHowLong() async {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        pool.pauseIntake(by: "eva")
        clock.advance(by: .seconds(2))
        pool.pauseDispatch(by: "ben")
        clock.advance(by: .seconds(3))
        pool.pauseDispatch(by: "mia")
        let paused = pool.snapshot().paused
        #expect(paused.intake == Pause(by: "eva", since: 1_000, elapsed: 5))
        #expect(paused.dispatch == Pause(by: "ben", since: 1_002, elapsed: 3))
        #expect(paused.frozen == nil)
        pool.resumeIntake(by: "mia")
        pool.resumeIntake(by: "mia")
        pool.resumeDispatch(by: "mia")
        #expect(pool.snapshot().paused == Pauses())
        let told = pool.allEvents.filter { $0.kind == .operated }.map(\.message)
        #expect(
            told == [
                "eva paused the intake", "ben paused dispatch", "mia resumed the intake",
                "mia resumed dispatch",
            ])
        #expect(pool.allEvents.compactMap(\.mark) == ["intake ‖", "dispatch ‖", "intake ▸", "dispatch ▸"])
        await pool.drain()
    }

    @Test func theRestOfABatch_isNotStartedEither() async throws {
        let pool = Pool(.still(workers: 1))
        let ran = Counter()
        let job = try await pool.holdWithBatch { _ in ran.add() }
        pool.pauseDispatch()
        job.release.fire()
        await until("the worker is idle") { pool.state.withLock { $0.parked.count == 1 } }
        #expect(ran.count == 0)
        #expect(pool.counters.queued == 3)
        pool.resumeDispatch()
        #expect(await pool.drain().counters.succeeded == 4)
    }

    @Test func pauseDispatchAndWait_returnsOnceNothingRuns() async throws {
        let pool = Pool(.still(workers: 2))
        let (first, _) = try await pool.hold()
        let (second, _) = try await pool.hold()
        try await pool.submit { _ in }
        let isStill = Signal()
        let waiter = Task {
            await pool.pauseDispatchAndWait()
            isStill.fire()
        }
        first.release.fire()
        await until("one has ended") { pool.counters.succeeded == 1 }
        #expect(!isStill.hasFired)
        second.release.fire()
        await waiter.value
        #expect((pool.counters.running, pool.counters.queued) == (0, 1))
        pool.resumeDispatch()
        await pool.drain()
    }

    @Test func pauseDispatchAndWait_underALoadOfTinyJobs_isFollowedByNothing() async throws {
        let pool = Pool(PoolConfiguration(workers: 3, capacity: 64))
        let ran = Counter()
        let producer = Task {
            while !Task.isCancelled { try await pool.submit { _ in ran.add() } }
        }
        for _ in 0..<12 {
            await until("jobs run") { ran.count > 0 }
            await pool.pauseDispatchAndWait()
            let count = ran.count
            for _ in 0..<20 { await Task.yield() }
            #expect(ran.count == count)
            #expect(pool.counters.running == 0)
            pool.resumeDispatch()
            let before = ran.count
            await until("jobs run again") { ran.count > before }
        }
        producer.cancel()
        _ = try? await producer.value
        await pool.drain()
        #expect(Int(pool.counters.succeeded) == ran.count)
    }

    @Test func afterAPauseUnderLoad_noWorkerTakesAnotherJob() async throws {
        let pool = Pool(PoolConfiguration(workers: 2, capacity: 64))
        let producer = Task {
            while !Task.isCancelled { try await pool.submit { _ in } }
        }
        for _ in 0..<25 {
            pool.pauseDispatch()
            // Whoever had taken a job may still be on the way into it: one for each worker.
            let started = pool.state.withLock { $0.started }
            await until("all workers are parked") { pool.state.withLock { $0.parked.count == 2 } }
            #expect(pool.state.withLock { $0.started } <= started + 2)
            pool.resumeDispatch()
            let before = pool.counters.succeeded
            await until("jobs run again") { pool.counters.succeeded > before }
        }
        producer.cancel()
        _ = try? await producer.value
        await pool.drain()
    }

    @Test func pauseDispatchAndWait_returnsEarly_whereItsTaskIsCancelled() async throws {
        let pool = Pool(.still(workers: 1))
        let (job, _) = try await pool.hold()
        let waiter = Task { await pool.pauseDispatchAndWait() }
        await until("it waits") { pool.state.withLock { $0.quietWaiters.count == 1 } }
        waiter.cancel()
        await waiter.value
        #expect(pool.state.withLock { $0.quietWaiters.isEmpty })
        pool.resumeDispatch()
        job.release.fire()
        await pool.drain()
    }

    @Test func allPauses_standOnTheirOwn() async throws {
        let pool = Pool(.still(workers: 1))
        pool.pauseDispatch()
        pool.freeze()
        let handle = try await pool.submit(returning: Int.self) { _ in 1 }
        pool.resumeDispatch()
        #expect(pool.counters.queued == 1)
        pool.pauseDispatch()
        pool.thaw()
        #expect(pool.counters.queued == 1)
        pool.resumeDispatch()
        #expect(try await handle.value == 1)
        await pool.drain()
    }
}

extension PoolMachine {
    /// How many attempts were ever started.
    var started: UInt64 {
        slots.reduce(tally.started) { $0 + ($1.sequence.load(ordering: .acquiring) + 1) / 2 }
    }
}
