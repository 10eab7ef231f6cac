import Monitoring
import WorkerPool

/// One producer submits jobs whose typed results it awaits, a thousand at a time.
struct HandleBenchmark: Benchmark {
    let name = "engine/handle"
    private static let window = 1_000

    func measure(_ scale: Scale) async throws -> Figure {
        let windows = scale.jobs(1_000_000) / HandleBenchmark.window
        let jobs = windows * HandleBenchmark.window
        let baseline = ChannelPool(scale)
        var own: [Double] = []
        var withResult: [Double] = []
        for _ in 0..<scale.rounds {
            own.append(try await round(windows) / Double(jobs))
            if let (_, second) = baseline?.measure(workers: 2, jobs: jobs) { withResult.append(second) }
        }
        var figure = Figure(
            name: name, value: median(own), unit: "ns/job",
            parameters: [("workers", 2), ("jobs", Double(jobs))])
        if !withResult.isEmpty {
            figure.parameters += [
                ("goChannelPoolWithResult", median(withResult)),
                ("ratioToGoChannelPoolWithResult", median(own) / median(withResult)),
            ]
        }
        return figure
    }

    private func round(_ windows: Int) async throws -> Double {
        let pool = Pool(PoolConfiguration(workers: 2, capacity: 1_024))
        var handles: [JobHandle<Int>] = []
        handles.reserveCapacity(HandleBenchmark.window)
        var sum = 0
        let start = ContinuousClock.now
        for _ in 0..<windows {
            for number in 0..<HandleBenchmark.window {
                handles.append(try await pool.submit(returning: Int.self) { _ in number })
            }
            for handle in handles { sum += try await handle.value }
            handles.removeAll(keepingCapacity: true)
        }
        let time = start.duration(to: .now)
        await pool.drain()
        precondition(
            sum == windows * HandleBenchmark.window * (HandleBenchmark.window - 1) / 2, "wrong results")
        return nanoseconds(time)
    }
}

/// Two producers at once, beside one in the same run.
struct TwoProducersBenchmark: Benchmark {
    let name = "engine/two-producers"

    func measure(_ scale: Scale) async throws -> Figure {
        let jobs = scale.jobs(2_000_000)
        var one: [Double] = []
        var two: [Double] = []
        for _ in 0..<scale.rounds {
            one.append(try await PlainRound(jobs: jobs).run(producers: 1))
            two.append(try await PlainRound(jobs: jobs).run(producers: 2))
        }
        return Figure(
            name: name, value: median(two), unit: "ns/job",
            parameters: [
                ("workers", 2), ("jobs", Double(jobs)), ("oneProducer", median(one)),
                ("throughputToOneProducer", median(one) / median(two)),
            ])
    }
}

/// With priorities, a limit by kind, and rates switched on, beside a plain pool in the same run.
struct AllFeaturesBenchmark: Benchmark {
    let name = "engine/all-features"

    func measure(_ scale: Scale) async throws -> Figure {
        let jobs = scale.jobs(1_000_000)
        var plain: [Double] = []
        var full: [Double] = []
        for _ in 0..<scale.rounds {
            plain.append(try await PlainRound(jobs: jobs).run(producers: 1))
            full.append(try await round(jobs))
        }
        return Figure(
            name: name, value: median(full), unit: "ns/job",
            parameters: [
                ("workers", 2), ("jobs", Double(jobs)), ("plain", median(plain)),
                ("ratioToPlain", median(full) / median(plain)),
            ])
    }

    /// A limit and rates that are looked at for every job and hold none back for long.
    private func round(_ jobs: Int) async throws -> Double {
        let pool = Pool(
            PoolConfiguration(
                workers: 2, capacity: 1_024, rate: RateLimit(100_000_000, burst: 1_000_000),
                limits: [
                    "mail": KindLimit(concurrency: 1_000, rate: RateLimit(100_000_000, burst: 1_000_000))
                ]))
        let options = (-1...1).map { JobOptions(kind: "mail", priority: $0) }
        let start = ContinuousClock.now
        for number in 0..<jobs { try await pool.submit(options[number % 3]) { _ in } }
        let report = await pool.drain()
        let time = start.duration(to: .now)
        precondition(report.counters.succeeded == UInt64(jobs), "jobs were lost")
        return nanoseconds(time) / Double(jobs)
    }
}

/// No-op jobs through a pool of two workers.
struct PlainRound {
    let jobs: Int

    /// Nanoseconds a job.
    func run(producers: Int) async throws -> Double {
        let pool = Pool(PoolConfiguration(workers: 2, capacity: 1_024))
        for _ in 0..<10_000 { try await pool.submit { _ in } }
        let share = jobs / producers
        let start = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for _ in 0..<producers {
                group.addTask { for _ in 0..<share { try await pool.submit { _ in } } }
            }
            try await group.waitForAll()
        }
        let report = await pool.drain()
        let time = start.duration(to: .now)
        precondition(report.counters.succeeded == UInt64(share * producers + 10_000), "jobs were lost")
        return nanoseconds(time) / Double(share * producers)
    }
}
