import Metrics
import MetricsTestKit
import Monitoring
import Testing

@testable import WorkerPool

@Suite struct MetricsTests {
    private static func configuration(_ factory: TestMetrics, clock: ManualClock, workers: Int = 2)
        -> PoolConfiguration
    {
        var configuration = PoolConfiguration.still(
            workers: workers, retry: RetryPolicy(maxAttempts: 2, base: .zero, jitter: false), clock: clock)
        configuration.name = "mail"
        configuration.metrics = factory
        return configuration
    }

    private static let pool = [("pool", "mail")]

    @Test func everyCounterOfTheSnapshot_isExported_underItsName() async throws {
        let factory = TestMetrics()
        let clock = ManualClock()
        let pool = Pool(Self.configuration(factory, clock: clock))
        for _ in 0..<10 { try await pool.submit { _ in } }
        try await pool.submit { _ in throw Broken() }
        await until("the retry is due") { pool.counters.scheduled == 1 || pool.counters.retried == 1 }
        clock.advance(by: .milliseconds(1))
        await pool.quiet()
        await pool.drain()
        _ = try? await pool.submit { _ in }
        let exporter = try #require(pool.exporter)
        exporter.sweep(pool)
        let snapshot = pool.snapshot()
        let counters = snapshot.counters
        for (name, value) in [
            ("jobs_submitted_total", counters.submitted), ("jobs_succeeded_total", counters.succeeded),
            ("jobs_failed_total", counters.failed), ("jobs_rejected_total", counters.rejected),
            ("attempts_retried_total", counters.retried), ("attempts_failed_total", snapshot.errors.total),
            ("jobs_cancelled_total", 0), ("jobs_dropped_total", 0), ("attempts_timed_out_total", 0),
        ] {
            let counter = try factory.expectCounter("pooltop_\(name)", Self.pool)
            #expect(counter.totalValue == Int64(value), "\(name)")
        }
        #expect(
            (counters.submitted, counters.succeeded, counters.failed, counters.rejected) == (11, 10, 1, 1))
        #expect((counters.retried, snapshot.errors.total) == (1, 2))
    }

    @Test func counters_areIncreased_byWhatIsNew() async throws {
        let factory = TestMetrics()
        let pool = Pool(Self.configuration(factory, clock: ManualClock()))
        let exporter = try #require(pool.exporter)
        for round in 1...3 {
            for _ in 0..<5 { try await pool.submit { _ in } }
            await pool.quiet()
            exporter.sweep(pool)
            exporter.sweep(pool)
            #expect(factory.counterTotal(label: "pooltop_jobs_submitted_total") == Int64(5 * round))
        }
        await pool.drain()
        #expect(factory.counterTotal(label: "pooltop_jobs_succeeded_total") == 15)
    }

    @Test func gauges_tellHowThingsAre() async throws {
        let factory = TestMetrics()
        let clock = ManualClock()
        var configuration = Self.configuration(factory, clock: clock, workers: 1)
        configuration.limits = ["send": KindLimit(concurrency: 2)]
        let pool = Pool(configuration)
        let exporter = try #require(pool.exporter)
        let (job, _) = try await pool.hold()
        for _ in 0..<3 { try await pool.submit { _ in } }
        clock.advance(by: .milliseconds(250))
        pool.pauseDispatch()
        exporter.sweep(pool)
        for (name, value) in [
            ("jobs_running", 1), ("jobs_queued", 3), ("jobs_scheduled", 0), ("queue_capacity", 1_024),
            ("workers_target", 1), ("workers_busy", 1), ("workers_idle", 0), ("queue_oldest_seconds", 0.25),
            ("dispatch_paused", 1), ("intake_paused", 0), ("producers_waiting", 0),
        ] as [(String, Double)] {
            #expect(try factory.expectGauge("pooltop_\(name)", Self.pool).lastValue == value, "\(name)")
        }
        #expect(throws: Never.self) {
            try factory.expectGauge("pooltop_limit_held", Self.pool + [("kind", "send")])
        }
        pool.resumeDispatch()
        job.release.fire()
        await pool.drain()
        #expect(try factory.expectGauge("pooltop_jobs_running", Self.pool).lastValue == 0)
        #expect(try factory.expectGauge("pooltop_workers_live", Self.pool).lastValue == 0)
    }

    @Test func eachAttempt_isTimed_andEachJob() async throws {
        let factory = TestMetrics()
        let clock = ManualClock()
        let pool = Pool(Self.configuration(factory, clock: clock, workers: 1))
        let job = HeldJob()
        try await pool.submit { context in
            if context.attempt == 1 {
                try await job.body(context)
                throw Broken()
            }
        }
        await job.started.wait()
        clock.advance(by: .milliseconds(300))
        job.release.fire()
        await until("it waits") { pool.counters.scheduled == 1 || pool.counters.succeeded == 1 }
        clock.advance(by: .milliseconds(1))
        await pool.drain()
        let runs = try factory.expectTimer("pooltop_job_run_seconds", Self.pool)
        #expect(runs.values == [300_000_000, 0])
        #expect(try factory.expectTimer("pooltop_job_wait_seconds", Self.pool).values.count == 2)
        let totals = try factory.expectTimer("pooltop_job_total_seconds", Self.pool).values
        #expect(totals.count == 1 && totals.allSatisfy { (300_000_000...301_000_000).contains($0) })
    }

    @Test func exports_happenOnceASecond_andEndWithThePool() async throws {
        let factory = TestMetrics()
        let clock = ManualClock()
        let pool = Pool(Self.configuration(factory, clock: clock))
        await until("the duty sleeps") { clock.sleeperCount == 1 }
        let target = try factory.expectGauge("pooltop_workers_target", Self.pool)
        #expect(target.values == [2])
        pool.resize(to: 3)
        clock.advance(by: .seconds(1))
        await until("it has exported") { target.values == [2, 3] }
        await until("the duty sleeps") { clock.sleeperCount == 1 }
        await pool.drain()
        #expect(clock.sleeperCount == 0)
    }

    @Test func poolWithoutMetrics_exportsNothing() async {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        #expect(pool.exporter == nil && clock.sleeperCount == 0)
        await pool.drain()
    }

    @Test func names_areOfOneFamily_andDifferent() {
        let names =
            MetricsTable.counters.map(\.name) + MetricsTable.times.map(\.name)
            + MetricsTable.gauges.map(\.name)
            + MetricsTable.limits.map(\.name) + [MetricsTable.wait, MetricsTable.run, MetricsTable.total]
        #expect(Set(names).count == names.count)
        #expect(
            names.allSatisfy { $0.hasPrefix("pooltop_") && $0.allSatisfy { $0.isLowercase || $0 == "_" } })
        #expect(MetricsTable.counters.allSatisfy { $0.name.hasSuffix("_total") })
    }
}
