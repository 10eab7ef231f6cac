import Glibc
import Monitoring
import WorkerPool

/// One producer submits no-op jobs one by one to a queue of 1,024.
struct SubmitBenchmark: Benchmark {
    let workers: Int
    var name: String { "engine/submit/\(workers)-workers" }

    func measure(_ scale: Scale) async throws -> Figure {
        let jobs = scale.jobs(2_000_000)
        let baseline = ChannelPool(scale)
        var own: [Double] = []
        var plain: [Double] = []
        var withResult: [Double] = []
        for _ in 0..<scale.rounds {
            own.append(try await round(jobs))
            if let (first, second) = baseline?.measure(workers: workers, jobs: jobs) {
                plain.append(first)
                withResult.append(second)
            }
        }
        var figure = Figure(
            name: name, value: median(own), unit: "ns/job",
            parameters: [("workers", Double(workers)), ("capacity", 1_024), ("jobs", Double(jobs))])
        if !plain.isEmpty {
            figure.parameters += [
                ("goChannelPool", median(plain)), ("goChannelPoolWithResult", median(withResult)),
                ("ratioToGoChannelPool", median(own) / median(plain)),
                ("ratioToGoChannelPoolWithResult", median(own) / median(withResult)),
            ]
        }
        return figure
    }

    func round(_ jobs: Int) async throws -> Double {
        let pool = Pool(PoolConfiguration(workers: workers, capacity: 1_024))
        for _ in 0..<10_000 { try await pool.submit { _ in } }
        let start = ContinuousClock.now
        for _ in 0..<jobs { try await pool.submit { _ in } }
        let report = await pool.drain()
        let time = start.duration(to: .now)
        precondition(report.counters.succeeded == UInt64(jobs + 10_000), "jobs were lost")
        return nanoseconds(time) / Double(jobs)
    }
}

/// The same in bulk.
struct BulkBenchmark: Benchmark {
    let name = "engine/bulk"

    func measure(_ scale: Scale) async throws -> Figure {
        let jobs = scale.jobs(2_000_000)
        let baseline = ChannelPool(scale)
        var own: [Double] = []
        var plain: [Double] = []
        var withResult: [Double] = []
        for _ in 0..<scale.rounds {
            let pool = Pool(PoolConfiguration(workers: 2, capacity: 1_024))
            let start = ContinuousClock.now
            try await pool.submit(contentsOf: (0..<jobs).lazy.map { _ in Job { _ in } })
            await pool.drain()
            own.append(nanoseconds(start.duration(to: .now)) / Double(jobs))
            if let (first, second) = baseline?.measure(workers: 2, jobs: jobs) {
                plain.append(first)
                withResult.append(second)
            }
        }
        var figure = Figure(
            name: name, value: median(own), unit: "ns/job",
            parameters: [("workers", 2), ("capacity", 1_024), ("jobs", Double(jobs))])
        if !plain.isEmpty {
            figure.parameters += [
                ("goChannelPool", median(plain)), ("goChannelPoolWithResult", median(withResult)),
                ("ratioToGoChannelPool", median(own) / median(plain)),
                ("ratioToGoChannelPoolWithResult", median(own) / median(withResult)),
            ]
        }
        return figure
    }
}

/// A million jobs in the queue: what the submits cost from the first to the last, and what memory they take.
struct MillionQueuedBenchmark: Benchmark {
    let name = "engine/million-queued"

    func measure(_ scale: Scale) async throws -> Figure {
        let jobs = scale.isQuick ? 100_000 : 1_000_000
        let pool = Pool(PoolConfiguration(workers: 2, capacity: nil))
        pool.pauseDispatch()
        let before = ResidentMemory.bytes
        var tenths: [Double] = []
        for _ in 0..<10 {
            let start = ContinuousClock.now
            for number in 0..<jobs / 10 {
                try await pool.submit { _ in if number < 0 { throw CancellationError() } }
            }
            tenths.append(nanoseconds(start.duration(to: .now)) / Double(jobs / 10))
        }
        let memory = ResidentMemory.bytes - before
        let snapshots = ContinuousClock.now
        for _ in 0..<100 { _ = pool.snapshot() }
        let snapshot = nanoseconds(snapshots.duration(to: .now)) / 100
        pool.resumeDispatch()
        let report = await pool.drain()
        precondition(report.counters.succeeded == UInt64(jobs), "jobs were lost")
        return Figure(
            name: name, value: median(tenths), unit: "ns/job",
            parameters: [
                ("jobs", Double(jobs)), ("megabytes", memory / 1e6), ("bytesPerJob", memory / Double(jobs)),
                ("firstTenth", tenths[0]), ("lastTenth", tenths[9]), ("slowestTenth", tenths.max() ?? 0),
                ("snapshotMicroseconds", snapshot / 1_000),
            ])
    }
}

/// What the system says this process has in memory.
enum ResidentMemory {
    static var bytes: Double {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
        let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let fields = text.split(separator: " ")
        return fields.count > 1 ? (Double(fields[1]) ?? 0) * Double(sysconf(Int32(_SC_PAGESIZE))) : 0
    }
}
