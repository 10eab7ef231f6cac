import Logging
import Monitoring
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing

@testable import WorkerPool

@Suite struct ServiceTests {
    @Test func gracefulShutdown_finishesWhatIsThere() async throws {
        let pool = Pool(.still(workers: 1))
        let (job, _) = try await pool.hold()
        try await pool.submit { _ in }
        try await testGracefulShutdown { trigger in
            let running = Task { try await pool.run() }
            trigger.triggerGracefulShutdown()
            await until("the intake is closed") { pool.snapshot().state == .draining }
            job.release.fire()
            try await running.value
        }
        #expect(pool.snapshot().state == .stopped)
        #expect(pool.counters.succeeded == 2)
        #expect(pool.liveTasks == 0)
    }

    @Test func gracefulShutdown_atTheDeadline_cancelsTheRest() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        let started = Signal()
        try await pool.submit { _ in
            started.fire()
            try await cancellation()
        }
        await started.wait()
        try await testGracefulShutdown { trigger in
            let running = Task { try await PoolService(pool, deadline: .seconds(10)).run() }
            trigger.triggerGracefulShutdown()
            await until("it drains until the deadline") { clock.sleeperCount == 1 }
            #expect(pool.counters.running == 1)
            clock.advance(by: .seconds(10))
            try await running.value
        }
        #expect(pool.counters.cancelled == 1)
        #expect(pool.liveTasks == 0 && clock.sleeperCount == 0)
    }

    @Test(arguments: [false, true])
    func cancelledService_cancelsItsJobs(isDraining: Bool) async throws {
        let pool = Pool(.still(workers: 1))
        let started = Signal()
        try await pool.submit { _ in
            started.fire()
            try await cancellation()
        }
        try await pool.submit { _ in }
        await started.wait()
        await testGracefulShutdown { trigger in
            let running = Task { try await pool.run() }
            if isDraining {
                trigger.triggerGracefulShutdown()
                await until("it drains") { pool.snapshot().state == .draining }
            }
            running.cancel()
            _ = await running.result
        }
        #expect(pool.snapshot().state == .stopped)
        #expect(pool.counters.cancelled == 2 && pool.counters.succeeded == 0)
        #expect(pool.liveTasks == 0)
    }

    @Test func poolThatSomeoneElseEnds_endsItsService() async throws {
        let pool = Pool(.still(workers: 1))
        let running = Task { try await pool.run() }
        await pool.drain()
        try await running.value
        #expect(pool.liveTasks == 0)
        #expect(pool.allEvents.last?.message == "stopped")
    }

    @Test func serviceGroup_endsThePool_beforeWhatItWasStartedAfter() async throws {
        let pool = Pool(.still(workers: 2))
        let below = Below(pool: pool)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [below, PoolService(pool, deadline: .seconds(30))],
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })))
        let running = Task { try await group.run() }
        try await pool.submit { _ in await Task.yield() }
        await below.started.wait()
        await group.triggerGracefulShutdown()
        try await running.value
        #expect(below.finding.lines == [.stopped])
        #expect(pool.counters.succeeded == 1)
    }

    /// Sees what became of the pool by the time it may go itself.
    private struct Below: Service {
        let pool: Pool
        let started = Signal()
        let finding = Journal<PoolState>()

        func run() async throws {
            started.fire()
            try await gracefulShutdown()
            finding.note(pool.snapshot().state)
        }
    }
}
