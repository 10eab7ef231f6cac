import Monitoring
import Synchronization
import WorkerPool

/// A snapshot of a pool with 1,000 busy workers and a deep queue.
struct SnapshotBenchmark: Benchmark {
    let name = "snapshot/1000-workers"

    func measure(_ scale: Scale) async throws -> Figure {
        let queued = scale.isQuick ? 10_000 : 1_000_000
        let pool = Pool(PoolConfiguration(workers: 1_000, capacity: nil))
        let started = Atomic(0)
        for number in 0..<1_000 {
            try await pool.submit(JobOptions(name: "img/\(number)/harbour-night.png", kind: "resize")) { _ in
                started.wrappingAdd(1, ordering: .relaxed)
                try await Task.sleep(for: .seconds(3_600))
            }
        }
        while started.load(ordering: .relaxed) < 1_000 { await Task.yield() }
        try await pool.submit(contentsOf: (0..<queued).lazy.map { _ in Job { _ in } })
        var rounds: [Double] = []
        for _ in 0..<scale.rounds * 20 {
            let start = ContinuousClock.now
            let snapshot = pool.snapshot()
            rounds.append(nanoseconds(start.duration(to: .now)) / 1_000)
            precondition(
                snapshot.workers.busy == 1_000 && snapshot.counters.isBalanced, "the snapshot is wrong")
        }
        _ = await pool.shutdownNow()
        return Figure(
            name: name, value: median(rounds), unit: "µs",
            parameters: [("workers", 1_000), ("queued", Double(queued)), ("slowest", rounds.max() ?? 0)])
    }
}
