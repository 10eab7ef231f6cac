import Control
import CursesTerminal
import Dashboard
import Glibc
import TerminalUI
import WorkerPool

/// What it costs a pool of 64 workers that a cockpit in another process, on a real terminal, is attached to it over its
/// socket: its throughput in percent of the same while nobody is, each time beside the other; and, as throughput is
/// noisy, the processor time that the process spends on it while all workers are busy and have nothing to compute.
struct AttachBenchmark: Benchmark {
    let name = "attach"

    func measure(_ scale: Scale) async throws -> Figure {
        let jobs = scale.jobs(4_000_000)
        let pairs = scale.isQuick ? 1 : 40
        let path = "/tmp/pooltop-attach-\(getpid())"
        let pool = Pool(PoolConfiguration(name: "benchmark", workers: 64))
        let server = ControlServer(pools: [pool], listeners: [Listener(.unix(path: path))])
        try await server.start()
        for _ in 0..<100_000 { try await pool.submit { _ in } }
        var ratios: [Double] = []
        var alone: [Double] = []
        for pair in 0..<pairs {
            // Which of them comes first changes, so that a machine that grows slower favours neither.
            var times: [Bool: Double] = [:]
            for isAttached in pair % 2 == 0 ? [false, true] : [true, false] {
                let cockpit = isAttached ? try await Self.attach(to: path) : nil
                times[isAttached] = try await Self.submit(jobs, to: pool)
                cockpit?.end()
            }
            guard let without = times[false], let with = times[true] else { continue }
            alone.append(without)
            ratios.append(100 * without / with)
        }
        let share = try await Self.processorShares(pool, path, scale)
        await server.close()
        _ = await pool.shutdownNow()
        return Figure(
            name: name, value: median(ratios), unit: "%",
            parameters: [
                ("workers", 64), ("hertz", 2), ("jobs", Double(jobs)), ("pairs", Double(pairs)),
                ("aloneNanosecondsPerJob", median(alone)), ("percentOfACoreAlone", share.alone),
                ("percentOfACoreAttached", share.attached),
            ])
    }

    private static func attach(to path: String) async throws -> Inside.Process {
        let cockpit = try Inside.Process.onTerminal("attached \(path)")
        // It has drawn the pool by then.
        await cockpit.drain(until: 4_000)
        return cockpit
    }

    /// What this process takes of a core while all workers have a job that sleeps, ten times a second another one.
    private static func processorShares(_ pool: Pool, _ path: String, _ scale: Scale) async throws -> (
        alone: Double, attached: Double
    ) {
        let time = Duration.seconds(scale.isQuick ? 1 : 20)
        let feeding = Task {
            while true { try await pool.submit { _ in try await Task.sleep(for: .seconds(6)) } }
        }
        try await Task.sleep(for: .seconds(1))
        let alone = try await processorShare(over: time)
        let cockpit = try await attach(to: path)
        let attached = try await processorShare(over: time)
        cockpit.end()
        feeding.cancel()
        return (alone, attached)
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
