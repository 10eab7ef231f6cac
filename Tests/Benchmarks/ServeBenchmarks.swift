import Control
import Glibc

/// How long a server takes to accept a task over HTTP, at 500 requests a second, while it runs others.
struct PostBenchmark: Benchmark {
    let name = "http/post"
    private static let rate = 500

    func measure(_ scale: Scale) async throws -> Figure {
        let server = try await TaskServer(scale, workers: 2)
        let count = scale.isQuick ? 200 : 5_000
        let tasks = RemoteTasks(server.client)
        let clock = ContinuousClock()
        let start = clock.now
        let times = try await withThrowingTaskGroup { group in
            for number in 0..<count {
                let due = start + .nanoseconds(number * 1_000_000_000 / PostBenchmark.rate)
                group.addTask {
                    try await clock.sleep(until: due)
                    let begin = clock.now
                    _ = try await tasks.submit(TaskRequest(kind: "nothing"), by: "benchmark")
                    // From when it was due, so that requests held up by earlier ones count with their wait; the
                    // client's own lateness is taken off.
                    return (clock.now - begin) / .milliseconds(1)
                }
            }
            return try await group.reduce(into: [Double]()) { $0.append($1) }
        }.sorted()
        await server.end()
        func share(_ percent: Int) -> Double { times[min(times.count * percent / 100, times.count - 1)] }
        return Figure(
            name: name, value: share(99), unit: "ms p99",
            parameters: [
                ("requestsASecond", Double(PostBenchmark.rate)), ("requests", Double(count)),
                ("p50", share(50)),
                ("longest", times.last ?? .nan),
            ])
    }
}

/// How long it takes until a task runs again whose process was ended by `kill -9`, with the default lease.
struct TakeoverBenchmark: Benchmark {
    let name = "takeover"

    func measure(_ scale: Scale) async throws -> Figure {
        let first = try await TaskServer(scale, workers: 1)
        let task = try await RemoteTasks(first.client).submit(
            TaskRequest(kind: "nap", parameters: ["seconds": "60"]), by: "benchmark")
        var before: TaskStatus?
        try await first.wait {
            before = try await RemoteTasks($0).task(task.id, wait: .zero)
            return before?.state == .running
        }
        await first.kill()
        let clock = ContinuousClock()
        let start = clock.now
        let second = try await TaskServer(scale, workers: 1, folder: first.folder)
        try await second.wait {
            let now = try await RemoteTasks($0).task(task.id, wait: .zero)
            return now?.state == .running && now?.started != before?.started
        }
        let time = start.duration(to: clock.now)
        _ = try await RemoteTasks(second.client).cancel(task.id, by: "benchmark")
        await second.end()
        return Figure(
            name: name, value: time / .seconds(1), unit: "s", parameters: [("lease", 15), ("heartbeat", 3)])
    }
}

/// A `pooltop serve` of its own, on a socket in a folder of its own.
final class TaskServer: Sendable {
    let folder: String
    let client: ControlClient
    private let process: pid_t

    init(_ scale: Scale, workers: Int, folder: String? = nil) async throws {
        var template = Array("/tmp/pooltop-serve-XXXXXX".utf8CString)
        self.folder = folder ?? String(cString: mkdtemp(&template))
        let (place, pooltop) = (self.folder, "\(scale.programs)/pooltop")
        let configuration = """
            listen: unix:\(place)/api.sock
            store: \(place)/jobs.db
            workers: \(workers)
            kinds: { nothing: { command: ["true"] }, nap: { command: [sleep, "{seconds}"] } }
            """
        guard Shell.succeeds("cat > '\(place)/pool.yaml' <<'YAML'\n\(configuration)\nYAML\n") else {
            throw BenchmarkFailure("\(place) cannot be written to")
        }
        let id = Shell.output(
            "XDG_RUNTIME_DIR='\(place)' '\(pooltop)' serve --config '\(place)/pool.yaml' > '\(place)/log' 2>&1 & echo $!"
        )
        guard let id = pid_t(id) else { throw BenchmarkFailure("'\(pooltop) serve' failed") }
        process = id
        client = ControlClient(.socket("\(place)/api.sock"))
        try await wait {
            _ = try await RemoteTasks($0).queues()
            return true
        }
    }

    /// Waits until something holds, at most a minute.
    func wait(_ holds: (ControlClient) async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            if (try? await holds(client)) == true { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw BenchmarkFailure("the server in \(folder) did not do what was waited for")
    }

    /// Ends it at once, and its commands.
    func kill() async {
        Glibc.kill(process, SIGKILL)
        await client.close()
    }

    /// Ends it and takes its folder away.
    func end() async {
        Glibc.kill(process, SIGTERM)
        await client.close()
        _ = Shell.succeeds("while kill -0 \(process) 2>/dev/null; do sleep 0.05; done; rm -rf '\(folder)'")
    }
}
