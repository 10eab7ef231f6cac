import Monitoring
import WorkerPool

/// Items that nothing is done with pass four stages of two workers, with buffers of 100; beside it, a pool of two
/// workers to which one producer submits no-op jobs.
struct PipelineBenchmark: Benchmark {
    let name = "pipeline/4-stages"

    func measure(_ scale: Scale) async throws -> Figure {
        let items = scale.jobs(500_000)
        let single = SubmitBenchmark(workers: 2)
        var own: [Double] = []
        var pool: [Double] = []
        for _ in 0..<scale.rounds {
            own.append(try await round(items))
            pool.append(try await single.round(items))
        }
        return Figure(
            name: name, value: median(own), unit: "ns/item",
            parameters: [
                ("stages", 4), ("workersEach", 2), ("buffer", 100), ("items", Double(items)),
                ("singlePool", median(pool)), ("ratioToSinglePool", median(own) / median(pool)),
            ])
    }

    private func round(_ items: Int) async throws -> Double {
        let pipeline = Pipeline("no-op", of: Int.self)
            .stage("first", workers: 2) { $0 }
            .stage("second", workers: 2) { $0 }
            .stage("third", workers: 2) { $0 }
            .stage("fourth", workers: 2) { _ in }
        let run = pipeline.start()
        for item in 0..<10_000 { try await run.send(item) }
        let start = ContinuousClock.now
        for item in 0..<items { try await run.send(item) }
        let report = try await run.drain()
        let time = start.duration(to: .now)
        precondition(
            report.stages.allSatisfy { $0.counters.succeeded == UInt64(items + 10_000) }, "items were lost")
        return nanoseconds(time) / Double(items)
    }
}
