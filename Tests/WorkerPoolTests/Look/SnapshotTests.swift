import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

@Suite struct SnapshotTests {
    @Test func aFreshPool_isIdle() async {
        let clock = ManualClock()
        var configuration = PoolConfiguration.still(
            workers: 2, capacity: 10, overflow: .dropOldest, clock: clock)
        configuration.name = "mail"
        configuration.producers = 3
        let pool = Pool(configuration)
        clock.advance(by: .seconds(7))
        let snapshot = pool.snapshot()
        #expect(
            (snapshot.name, snapshot.time, snapshot.uptime, snapshot.state) == ("mail", 1_007, 7, .running))
        #expect(snapshot.isIdle)
        #expect(
            (snapshot.queue.capacity, snapshot.queue.overflow, snapshot.queue.depth) == (10, "dropOldest", 0))
        #expect((snapshot.workers.target, snapshot.workers.live, snapshot.workers.idle) == (2, 2, 2))
        #expect(snapshot.workers.each.map(\.id.description) == ["worker-1", "worker-2"])
        #expect(snapshot.workers.each.allSatisfy { $0.state == .idle && $0.job == nil })
        #expect(snapshot.producers.known == 3)
        #expect(snapshot.latencies == Latencies())
        #expect(snapshot.rates.arrivals == 0 && snapshot.errors.latest.isEmpty && snapshot.lastEvent == 0)
        await pool.drain()
    }

    @Test func theQueue_tellsDepthMarksAndAge() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 0, capacity: 10, clock: clock))
        for _ in 0..<6 {
            try await pool.submit { _ in }
            clock.advance(by: .seconds(1))
        }
        pool.cancel(JobID(rawValue: 1))
        let queue = pool.snapshot().queue
        #expect((queue.depth, queue.highWater, queue.oldest) == (5, 6, 5))
        #expect(queue.lowWater <= 5)
        await pool.shutdownNow()
        #expect(pool.snapshot().queue.oldest == nil)
    }

    @Test func lowWater_isTheShallowestOfTheLastMinute() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 0, capacity: 10, clock: clock))
        #expect(pool.snapshot().queue.lowWater == 0)
        try await pool.submit(contentsOf: (0..<4).map { _ in Job { _ in } })
        #expect(pool.snapshot().queue.lowWater == 0)
        clock.advance(by: .seconds(61))
        #expect(pool.snapshot().queue.lowWater == 4)
        await pool.shutdownNow()
    }

    @Test func aBusyWorker_showsItsJob() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        let options = JobOptions(name: "build", kind: "make", retry: RetryPolicy(maxAttempts: 3))
        let job = HeldJob()
        try await pool.submit(options) { context in
            context.report(0.4, "12 of 30")
            try await job.body(context)
        }
        await job.started.wait()
        clock.advance(by: .seconds(3))
        let worker = pool.snapshot().workers.each[0]
        let line = try #require(worker.job)
        #expect((worker.state, worker.elapsed) == (.running, 3))
        #expect((line.name, line.kind, line.attempt, line.maxAttempts) == ("build", "make", 1, 3))
        #expect((line.submitted, line.started) == (1_000, 1_000))
        #expect(line.progress == JobProgress(fraction: 0.4, note: "12 of 30"))
        #expect(!pool.snapshot().isIdle)
        job.release.fire()
        await pool.drain()
    }

    @Test(
        arguments: [(-1, 0), (0.25, 0.25), (7, 1), (.infinity, 1), (-.infinity, 0), (.nan, 0)]
            as [(Double, Double)])
    func progress_isBroughtIntoItsRange(told: Double, shown: Double) async throws {
        let pool = Pool(.still(workers: 1))
        let job = HeldJob()
        try await pool.submit { context in
            context.report(told)
            try await job.body(context)
        }
        await job.started.wait()
        #expect(pool.snapshot().workers.each[0].job?.progress?.fraction == shown)
        job.release.fire()
        await pool.drain()
    }

    @Test func busyShare_isTheShareOfTimeSpentOnJobs() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        #expect(pool.snapshot().workers.each[0].busyShare == 0)
        await pool.parked()
        clock.advance(by: .seconds(2))
        let (job, _) = try await pool.hold()
        clock.advance(by: .seconds(1))
        #expect(abs(pool.snapshot().workers.each[0].busyShare - 1 / 3) < 0.001)
        clock.advance(by: .seconds(1))
        job.release.fire()
        await pool.quiet()
        #expect(abs(pool.snapshot().workers.each[0].busyShare - 0.5) < 0.001)
        await pool.drain()
    }

    @Test func rates_areMeasuredOverFiveSeconds_andFallToZero() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        for _ in 0..<20 {
            try await pool.submit(contentsOf: (0..<10).map { _ in Job { _ in } })
            await pool.quiet()
            clock.advance(by: .milliseconds(500))
        }
        await until("all are accounted for") { pool.snapshot().latencies.run?.count == 200 }
        let rates = pool.snapshot().rates
        #expect((rates.arrivals, rates.completions, rates.window) == (20, 20, 5))
        clock.advance(by: .seconds(6))
        #expect((pool.snapshot().rates.arrivals, pool.snapshot().rates.completions) == (0, 0))
        #expect(pool.snapshot().isIdle)
        await pool.drain()
    }

    @Test func latencies_tellWaitRunAndTotal() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        pool.pauseDispatch()
        await pool.parked()
        let job = HeldJob()
        try await pool.submit(nil, job.body)
        clock.advance(by: .seconds(2))
        pool.resumeDispatch()
        await job.started.wait()
        clock.advance(by: .seconds(3))
        job.release.fire()
        await pool.drain()
        let latencies = pool.snapshot().latencies
        for (figures, exact) in [(latencies.wait, 2.0), (latencies.run, 3), (latencies.total, 5)] {
            let figures = try #require(figures)
            #expect(figures.count == 1)
            #expect([figures.p50, figures.p99, figures.max].allSatisfy { abs($0 - exact) < exact * 0.01 })
        }
    }

    @Test func waitingProducers_areShown() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 0, capacity: 1, clock: clock))
        try await pool.submit { _ in }
        let producer = Task { try await pool.submit { _ in } }
        await until("it waits") { pool.snapshot().producers.waiting == 1 }
        clock.advance(by: .seconds(4))
        let producers = pool.snapshot().producers
        #expect((producers.waiting, producers.longest, producers.waits, producers.waited) == (1, 4, 1, 4))
        pool.cancelAll()
        _ = try await producer.value
        clock.advance(by: .seconds(4))
        let after = pool.snapshot().producers
        #expect((after.waiting, after.longest, after.waits, after.waited) == (0, nil, 1, 4))
        await pool.shutdownNow()
    }

    @Test func errors_areTheLatestSixteen_newestFirst() async throws {
        let pool = Pool(.still(workers: 1))
        for number in 1...20 {
            try await pool.submit { _ in throw Choosy(failureMessage: "\(number)") }
        }
        await pool.drain()
        let errors = pool.snapshot().errors
        #expect((errors.total, errors.kept, errors.latest.count) == (20, 20, 16))
        #expect(errors.latest.first?.message == "20")
        #expect(pool.snapshot().lastEvent == pool.allEvents.last?.id)
    }
}
