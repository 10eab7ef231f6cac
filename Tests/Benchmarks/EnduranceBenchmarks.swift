import Monitoring
import Synchronization
import WorkerPool

/// 1 → 1,000 → 1 workers again and again under load: whether every job runs once, and what it costs.
struct ResizeBenchmark: Benchmark {
    let name = "resize"

    func measure(_ scale: Scale) async throws -> Figure {
        let times = scale.isQuick ? 5 : 1_000
        let pool = Pool(PoolConfiguration(workers: 1, capacity: 1_024))
        let load = Load(pool)
        let producer = Task { try await load.run() }  // ended by `stop()` below
        for _ in 0..<20 { try await swing(pool) }
        let before = ResidentMemory.bytes
        let start = ContinuousClock.now
        for _ in 0..<times { try await swing(pool) }
        let time = start.duration(to: .now)
        let growth = ResidentMemory.bytes - before
        load.stop()
        let submitted = try await producer.value
        let report = await pool.drain()
        precondition(report.counters.succeeded == UInt64(submitted), "jobs were lost")
        precondition(load.ran == submitted, "jobs ran twice, or never")
        return Figure(
            name: name, value: nanoseconds(time) / 1_000 / Double(times), unit: "µs/1→1,000→1",
            parameters: [
                ("times", Double(times)), ("jobs", Double(submitted)), ("megabytesGrown", growth / 1e6),
            ])
    }

    /// Up and down again, with a few jobs in between.
    private func swing(_ pool: Pool) async throws {
        pool.resize(to: 1_000)
        for _ in 0..<10 { await Task.yield() }
        pool.resize(to: 1)
        while pool.snapshot().workers.live > 1 { await Task.yield() }
    }

    private final class Load: Sendable {
        private let pool: Pool
        private let isOver = Atomic(false)
        private let count = Atomic(0)

        init(_ pool: Pool) { self.pool = pool }

        var ran: Int { count.load(ordering: .relaxed) }

        func stop() { isOver.store(true, ordering: .relaxed) }

        /// Returns how many jobs it submitted.
        func run() async throws -> Int {
            var submitted = 0
            while !isOver.load(ordering: .relaxed) {
                try await pool.submit { _ in self.count.add(1, ordering: .relaxed) }
                submitted += 1
            }
            return submitted
        }
    }
}

/// Ten million jobs through one pool: whether its memory stays as it is.
struct TenMillionBenchmark: Benchmark {
    let name = "engine/ten-million"

    func measure(_ scale: Scale) async throws -> Figure {
        let jobs = scale.isQuick ? 100_000 : 10_000_000
        let pool = Pool(PoolConfiguration(workers: 2, capacity: 1_024))
        for _ in 0..<jobs / 10 { try await pool.submit { _ in } }
        let before = ResidentMemory.bytes
        let start = ContinuousClock.now
        for _ in 0..<jobs { try await pool.submit { _ in } }
        let time = start.duration(to: .now)
        let growth = ResidentMemory.bytes - before
        let report = await pool.drain()
        precondition(report.counters.succeeded == UInt64(jobs + jobs / 10), "jobs were lost")
        return Figure(
            name: name, value: nanoseconds(time) / Double(jobs), unit: "ns/job",
            parameters: [
                ("jobs", Double(jobs)), ("megabytes", before / 1e6), ("megabytesGrown", growth / 1e6),
            ])
    }
}

/// Jobs that compute for a millisecond, on two workers: how near that comes to the same work in two bare tasks.
struct CPUBoundBenchmark: Benchmark {
    let name = "cpu-bound"

    func measure(_ scale: Scale) async throws -> Figure {
        let jobs = scale.isQuick ? 100 : 2_000
        let work = Work.lasting(.milliseconds(1))
        var share: [Double] = []
        var ideals: [Double] = []
        for _ in 0..<scale.rounds {
            let ideal = await ContinuousClock().measure {
                await withDiscardingTaskGroup { group in
                    for _ in 0..<2 { group.addTask { for _ in 0..<jobs / 2 { work.run() } } }
                }
            }
            let start = ContinuousClock.now
            try await Pool.with(PoolConfiguration(workers: 2, executor: .dedicatedThreads)) { pool in
                for _ in 0..<jobs { try await pool.submit { _ in work.run() } }
            }
            let time = start.duration(to: .now)
            share.append(100 * (ideal / time))
            ideals.append(nanoseconds(ideal) / 1e6)
        }
        return Figure(
            name: name, value: median(share), unit: "% of the ideal",
            parameters: [("workers", 2), ("jobs", Double(jobs)), ("idealMilliseconds", median(ideals))])
    }

    /// A computation of a fixed number of steps.
    private struct Work: Sendable {
        let steps: Int

        static func lasting(_ duration: Duration) -> Work {
            let trial = Work(steps: 1_000_000)
            trial.run()
            let time = ContinuousClock().measure { trial.run() }
            return Work(steps: max(Int(1_000_000 * (duration / time)), 1))
        }

        /// Where the results go, so that the computation cannot be left out.
        private static let sink = Atomic<UInt64>(0)

        func run() {
            var mixed = Work.sink.load(ordering: .relaxed)
            for step in 0..<steps {
                mixed = (mixed ^ UInt64(truncatingIfNeeded: step)) &* 0x9E37_79B9_7F4A_7C15
            }
            Work.sink.store(mixed, ordering: .relaxed)
        }
    }
}
