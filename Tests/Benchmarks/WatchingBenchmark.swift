import CursesTerminal
import Dashboard
import Glibc
import TerminalUI
import WorkerPool

/// What it costs a pool of 64 workers to be watched ten times a second: its throughput with the cockpit on a
/// real terminal, in percent of the same without.
struct WatchingBenchmark: Benchmark {
    let name = "watching"

    func measure(_ scale: Scale) async throws -> Figure {
        let jobs = scale.jobs(10_000_000)
        var alone: [Double] = []
        var watched: [Double] = []
        for _ in 0..<scale.rounds {
            alone.append(try onTerminal("alone \(jobs)"))
            watched.append(try onTerminal("watched \(jobs)"))
        }
        return Figure(
            name: name, value: 100 * median(alone) / median(watched), unit: "%",
            parameters: [
                ("workers", 64), ("hertz", 10), ("jobs", Double(jobs)),
                ("aloneNanosecondsPerJob", median(alone)),
                ("watchedNanosecondsPerJob", median(watched)),
            ])
    }

    /// Runs this program on a terminal of its own, 200 × 50, and returns the figure it found.
    private func onTerminal(_ order: String) throws -> Double {
        let result = "/tmp/pooltop-watching-\(getpid())"
        unlink(result)
        let process = try Inside.Process.onTerminal("\(order) \(result)")
        defer { close(process.output) }
        // The terminal takes what is drawn, as a quick terminal would.
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var tail: [UInt8] = []
        while case let count = read(process.output, &buffer, buffer.count), count > 0 {
            tail = (tail + buffer[..<count]).suffix(400)
        }
        var status: Int32 = 0
        waitpid(process.id, &status, 0)
        let text = Shell.output("cat '\(result)'")
        unlink(result)
        guard status == 0, let value = Double(text) else {
            throw BenchmarkFailure(
                "the run on a terminal failed (\(status)): \(String(decoding: tail, as: UTF8.self))")
        }
        return value
    }

    /// The other end of ``onTerminal(_:)``.
    static func measureInside(_ order: String) async throws {
        let words = order.split(separator: " ").map(String.init)
        guard words.count == 3, let jobs = Int(words[1]) else {
            throw BenchmarkFailure("bad order '\(order)'")
        }
        let time = try await Task.detached {
            let pool = Pool(PoolConfiguration(name: "benchmark", workers: 64))
            for _ in 0..<100_000 { try await pool.submit { _ in } }
            guard words[0] == "watched" else { return try await submit(jobs, to: pool) }
            let cockpit = Cockpit(
                source: pool, terminal: try CursesTerminal.open(),
                options: CockpitOptions(refresh: .milliseconds(100)))
            let exit = Task { try await cockpit.run() }
            let time = try await submit(jobs, to: pool)
            cockpit.close()
            _ = try await exit.value
            return time
        }.value
        guard let file = fopen(words[2], "w") else { throw BenchmarkFailure("cannot write \(words[2])") }
        fputs("\(time)\n", file)
        fclose(file)
    }

    private static func submit(_ jobs: Int, to pool: Pool) async throws -> Double {
        let start = ContinuousClock.now
        for _ in 0..<jobs { try await pool.submit { _ in } }
        let time = nanoseconds(start.duration(to: .now)) / Double(jobs)
        await pool.drain()
        return time
    }
}
