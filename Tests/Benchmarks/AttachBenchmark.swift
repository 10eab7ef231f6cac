import Control
import CursesTerminal
import Dashboard
import Glibc
import TerminalUI
import WorkerPool

/// What it costs a pool of 64 workers that a cockpit in another process, on a real terminal, is attached to it over its
/// socket: its throughput in percent of the same while nobody is.
struct AttachBenchmark: Benchmark {
    let name = "attach"

    func measure(_ scale: Scale) async throws -> Figure {
        let jobs = scale.jobs(20_000_000)
        let path = "/tmp/pooltop-attach-\(getpid())"
        let pool = Pool(PoolConfiguration(name: "benchmark", workers: 64))
        let server = ControlServer(pools: [pool], listeners: [Listener(.unix(path: path))])
        try await server.start()
        for _ in 0..<100_000 { try await pool.submit { _ in } }
        var alone: [Double] = []
        var attached: [Double] = []
        for _ in 0..<scale.rounds {
            alone.append(try await Self.submit(jobs, to: pool))
            let cockpit = try Inside.Process.onTerminal("attached \(path)")
            // It has drawn the pool by then.
            await cockpit.drain(until: 4_000)
            attached.append(try await Self.submit(jobs, to: pool))
            cockpit.end()
        }
        await server.close()
        await pool.drain()
        return Figure(
            name: name, value: 100 * median(alone) / median(attached), unit: "%",
            parameters: [
                ("workers", 64), ("hertz", 2), ("jobs", Double(jobs)),
                ("aloneNanosecondsPerJob", median(alone)),
                ("attachedNanosecondsPerJob", median(attached)),
            ])
    }

    private static func submit(_ jobs: Int, to pool: Pool) async throws -> Double {
        let start = ContinuousClock.now
        for _ in 0..<jobs { try await pool.submit { _ in } }
        return nanoseconds(start.duration(to: .now)) / Double(jobs)
    }

    /// The other end: the cockpit, until it is ended.
    static func show(socket: String) async throws {
        try await Task.detached {
            let client = ControlClient(.socket(socket))
            let cockpit = Cockpit(source: RemoteSource(client), terminal: try CursesTerminal.open())
            _ = try await cockpit.run()
            await client.close()
        }.value
    }
}
