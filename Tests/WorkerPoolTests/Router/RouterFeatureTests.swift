import Monitoring
import Testing

@testable import WorkerPool

/// What holds for a pool's jobs holds for a router's.
@Suite struct RouterFeatureTests {
    @Test func theMostUrgentJob_movesOnFirst() async throws {
        let router = try Router.still([1])
        let (job, _) = try await router.hold()
        let journal = Journal<Int>()
        for priority in [0, -3, 7, 2] {
            try await router.submit(JobOptions(priority: priority)) { _ in journal.note(priority) }
        }
        job.release.fire()
        await router.drain()
        #expect(journal.lines == [7, 2, 0, -3])
    }

    @Test func aDelayedJob_waitsInTheIntake_andHoldsNothing() async throws {
        let clock = ManualClock()
        let router = try Router.still([1], clock: clock)
        let handle = try await router.submit(JobOptions(delay: .seconds(5)), returning: Int.self) { _ in 1 }
        try await router.submit(returning: Void.self) { _ in }.value
        #expect(router.counters.scheduled == 1)
        await until("its time is waited for") { clock.sleeperCount > 0 }
        clock.advance(by: .seconds(5))
        #expect(try await handle.value == 1)
        await router.drain()
    }

    @Test func aDeadline_endsAJob_inTheIntakeAndInAPool() async throws {
        let clock = ManualClock()
        let router = try Router.still([1], clock: clock)
        let running = try await router.submit(JobOptions(deadline: .seconds(2)), returning: Void.self) { _ in
            try await cancellation()
        }
        await until("it runs") { router.pools[0].counters.running == 1 }
        let queued = try await router.submit(JobOptions(deadline: .seconds(1)), returning: Void.self) { _ in }
        await until("both are watched") { clock.sleeperCount > 0 }
        clock.advance(by: .seconds(1))
        await #expect(throws: (any Error).self) { try await queued.value }
        clock.advance(by: .seconds(1))
        await #expect(throws: (any Error).self) { try await running.value }
        let counters = await router.drain().counters
        #expect(counters.failed == 2 && counters.cancelled == 0)
        #expect(router.pools[0].counters.cancelled == 1)
    }

    @Test func jobsOfOneKey_areOne_whereverItIs() async throws {
        let router = try Router.still([1])
        let job = HeldJob()
        let first = try await router.submit(JobOptions(key: "k"), returning: Int.self) { context in
            try await job.body(context)
            return 1
        }
        await job.started.wait()
        let second = try await router.submit(JobOptions(key: "k"), returning: Int.self) { _ in 2 }
        #expect(second.id == first.id)
        job.release.fire()
        #expect(try await second.value == 1)
        #expect(await router.drain().counters.submitted == 1)
    }

    @Test func aLimitOfTheIntake_holdsForAllPoolsTogether() async throws {
        var intake = PoolConfiguration.still(workers: 0)
        intake.limits = ["mail": KindLimit(concurrency: 1)]
        let router = try Router(
            intake: intake, pools: ["a", "b"].map { PoolConfiguration(name: $0, workers: 2) })
        let running = Counter()
        for _ in 0..<20 {
            try await router.submit(JobOptions(kind: "mail")) { _ in
                running.add()
                #expect(running.count == 1)
                await Task.yield()
                running.add(-1)
            }
        }
        #expect(await router.drain().counters.succeeded == 20)
    }

    @Test func aFailedJob_canBeStartedAnew() async throws {
        let router = try Router.still([1])
        let counter = Counter()
        let id = try await router.submit { _ in
            counter.add()
            if counter.count == 1 { throw Broken() }
        }
        await until("it has failed") { router.counters.failed == 1 }
        #expect(try await router.sources[0].perform(.retry([id]), by: "ada").phase == .done)
        let counters = await router.drain().counters
        #expect(counters.failed == 1 && counters.succeeded == 1)
        #expect(counter.count == 2)
    }

    @Test func aJobThatHeedsNoCancel_isGivenUp_inBothPlaces() async throws {
        let clock = ManualClock()
        let router = try Router.still([1], clock: clock)
        let (job, _) = try await router.hold()
        let drained = Task { await router.drain(deadline: .seconds(1), grace: .seconds(1)) }
        await until("the deadline is waited for") { clock.sleeperCount > 0 }
        clock.advance(by: .seconds(1))
        await until("it was told to stop") { router.pools[0].snapshot().workers.each.first?.stopping != nil }
        await until("the grace is waited for") { clock.sleeperCount > 0 }
        clock.advance(by: .seconds(1))
        let report = await drained.value
        #expect(!report.isComplete && report.abandoned == 1)
        #expect(router.pools[0].counters.cancelled == 1)
        job.release.fire()
        await until("it has ended after all") { router.pools[0].liveTasks + router.intake.liveTasks == 0 }
    }
}
