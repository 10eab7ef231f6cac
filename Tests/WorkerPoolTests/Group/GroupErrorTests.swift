import Monitoring
import Testing

@testable import WorkerPool

@Suite struct GroupErrorTests {
    private func firstError(of group: JobGroup, on pool: Pool) async -> GroupFailure? {
        do {
            try await group.run(on: pool)
            return nil
        } catch { return error as? GroupFailure }
    }

    @Test func theFirstError_cancelsWhatRuns_andStartsNothingMore() async throws {
        let pool = Pool(.still(workers: 2))
        let group = JobGroup()
        let (started, allIn) = (Signal(), Signal())
        let counter = Counter()
        let slow = try group.add("slow") { context in
            started.fire()
            try await cancellation()
        }
        try group.add("broken") {
            await started.wait()
            await allIn.wait()
            throw Broken()
        }
        try group.add("after", after: slow) { _ in counter.add() }
        for number in 0..<20 { try group.add("queued \(number)") { counter.add() } }
        let run = Task { await firstError(of: group, on: pool) }
        await until("the others are in") { pool.counters.queued == 20 }
        allIn.fire()
        let failure = await run.value
        #expect(failure?.job == "broken")
        #expect(failure?.error is Broken)
        #expect(failure?.description == "broken: Broken()")
        #expect(counter.count == 0)
        #expect(group.progress == GroupProgress(failed: 1, cancelled: 22))
        let outcomes = failure?.results.outcomes ?? []
        #expect(outcomes[0].description == "slow was cancelled: broken failed")
        #expect(outcomes[1].description == "broken failed: Broken()")
        #expect(outcomes[2].description == "after was cancelled: broken failed")
        let counters = await pool.drain().counters
        #expect(counters.failed == 1)
        #expect(counters.cancelled == 21)
    }

    @Test(arguments: 0..<20) func afterTheFirstError_theSameWorkerStartsNoneOfTheQueued(round: Int)
        async throws
    {
        let pool = Pool(.still(workers: 1))
        let group = JobGroup()
        let counter = Counter()
        try group.add("broken") { throw Broken() }
        for number in 0..<5 { try group.add("queued \(number)") { counter.add() } }
        // The worker finds them all in the queue: it may claim the others along with the one that fails.
        pool.pauseDispatch()
        let run = Task { await firstError(of: group, on: pool) }
        await until("they are in") { pool.counters.queued == 6 }
        pool.resumeDispatch()
        #expect(await run.value?.job == "broken")
        #expect(counter.count == 0)
        #expect(await pool.drain().counters.cancelled == 5)
    }

    @Test func aJobThatEndsWellInSpiteOfTheCancel_hasSucceeded() async throws {
        let pool = Pool(.still(workers: 2))
        let group = JobGroup()
        let job = HeldJob()
        let stubborn = try group.add("stubborn") { context in
            try await job.body(context)
            return 7
        }
        try group.add("broken") {
            await job.started.wait()
            throw Broken()
        }
        let run = Task { await firstError(of: group, on: pool) }
        await until("the other has failed") { group.progress.failed == 1 }
        #expect(group.progress == GroupProgress(running: 1, failed: 1))
        job.release.fire()
        let failure = await run.value
        #expect(try failure?.results[stubborn] == 7)
        await pool.drain()
    }

    @Test func theLastJobsError_isAnErrorToo() async throws {
        let pool = Pool(.still(workers: 1))
        let group = JobGroup()
        let first = try group.add("first") {}
        try group.add("last", after: first) { _ in throw Broken() }
        #expect(await firstError(of: group, on: pool)?.job == "last")
        await pool.drain()
    }

    @Test func anOperatorsCancel_isAnErrorOfTheGroup() async throws {
        let pool = Pool(.still(workers: 2))
        let group = JobGroup()
        try group.add("victim") { context in
            pool.cancel(context.id, by: "ada")
            try await cancellation()
        }
        let other = try group.add("other") { try await cancellation() }
        let failure = await firstError(of: group, on: pool)
        #expect(failure?.job == "victim")
        #expect(
            failure?.error as? GroupCancellation
                == GroupCancellation(
                    job: "victim", cause: nil,
                    failureMessage: "victim was cancelled: someone cancelled it in the pool"))
        #expect(throws: GroupCancellation.self) { try failure?.results[other] }
        #expect(group.progress == GroupProgress(cancelled: 2))
        await pool.drain()
    }

    @Test func aTimeout_isAnErrorOfTheGroup() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        let group = JobGroup()
        let counter = Counter()
        try group.add(JobOptions(name: "slow", timeout: .seconds(2))) { try await cancellation() }
        try group.add("next") { counter.add() }
        let run = Task { await firstError(of: group, on: pool) }
        await until("its timeout is watched") { clock.sleeperCount == 1 }
        clock.advance(by: .seconds(2))
        #expect(await run.value?.error as? PoolError == PoolError(.timedOut, "timed out after 2.0 seconds"))
        #expect(counter.count == 0)
        await pool.drain()
    }

    @Test func collectAll_cancelsOnlyWhatHangsOnTheFailure_andSaysWhy() async throws {
        let pool = Pool(.still(workers: 2))
        let group = JobGroup(errors: .collectAll)
        let broken = try group.add("broken") { () -> Int in throw Broken() }
        let fine = try group.add("fine") { 2 }
        let next = try group.add("next", after: broken, fine) { $0 + $1 }
        let last = try group.add("last", after: next) { $0 + 1 }
        let other = try group.add("other", after: fine) { $0 + 1 }
        try group.add("broken too") { throw Choosy() }
        let results = try await group.run(on: pool)
        #expect(try results[other] == 3)
        #expect(throws: Broken()) { try results[broken] }
        #expect(results.failures.map(\.name) == ["broken", "broken too"])
        #expect(
            results.cancelled.map(\.description) == [
                "next was cancelled: it depends on broken, which failed",
                "last was cancelled: it depends on broken, which failed",
            ])
        #expect(throws: GroupCancellation.self) { try results[last] }
        #expect(group.progress == GroupProgress(succeeded: 2, failed: 2, cancelled: 2))
        #expect(await pool.drain().counters.cancelled == 0)
    }

    @Test func cancellingTheWaitingTask_cancelsTheGroup() async throws {
        for errors in [GroupErrors.firstWins, .collectAll] {
            let pool = Pool(.still(workers: 1, capacity: 1))
            let group = JobGroup(errors: errors)
            let started = Signal()
            // One runs, one is queued, one waits for room in the queue, one for another job.
            for name in ["a", "b", "c"] {
                try group.add("\(name)") {
                    started.fire()
                    try await cancellation()
                }
            }
            try group.add("d", after: ["c"]) { _ in }
            let run = Task { try await group.run(on: pool) }
            await started.wait()
            await until("one is queued and one waits") { pool.snapshot().producers.waiting == 1 }
            run.cancel()
            await #expect(throws: CancellationError.self) { try await run.value }
            #expect(group.progress == GroupProgress(cancelled: 4))
            let counters = await pool.drain().counters
            #expect(counters.submitted >= 2)
            #expect(counters.cancelled == counters.submitted)
        }
    }

    @Test func aTaskThatIsCancelledAlready_startsNothing() async throws {
        let pool = Pool(.still(workers: 1))
        let group = JobGroup()
        try group.add("a") {}
        let signal = Signal()
        let run = Task {
            await signal.wait()
            return try await group.run(on: pool)
        }
        run.cancel()
        signal.fire()
        await #expect(throws: CancellationError.self) { try await run.value }
        #expect(pool.counters.submitted == 0)
        await pool.drain()
    }

    @Test func jobsTakenBackByAShutdown_endTheGroup() async throws {
        let pool = Pool(.still(workers: 0))
        let group = JobGroup()
        try group.add("a") {}
        let run = Task { await firstError(of: group, on: pool) }
        await until("it is queued") { pool.counters.queued == 1 }
        await pool.shutdownNow()
        #expect(await run.value?.error is GroupCancellation)
    }

    @Test func aDroppedJob_hasFailed() async throws {
        let pool = Pool(.still(workers: 0, capacity: 1, overflow: .dropOldest))
        let group = JobGroup(errors: .collectAll)
        let dropped = try group.add("dropped") {}
        let run = Task { try await group.run(on: pool) }
        await until("it is queued") { pool.counters.queued == 1 }
        try await pool.submit { _ in }
        let results = try await run.value
        #expect(throws: PoolError.self) { try results[dropped] }
        #expect(group.progress == GroupProgress(failed: 1))
        await pool.shutdownNow()
    }
}
