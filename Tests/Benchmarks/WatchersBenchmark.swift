import Control
import Glibc
import WorkerPool

/// What 2,000 watchers of an idle pool cost the process that serves them, in percent of a core; beside it the same
/// while the pool works and each of them is sent a frame a second.
struct WatchersBenchmark: Benchmark {
    let name = "http/watchers"

    func measure(_ scale: Scale) async throws -> Figure {
        let count = scale.isQuick ? 100 : 2_000
        try Self.raiseLimit(count + 200)
        let path = "/tmp/pooltop-watchers-\(getpid())"
        let pool = Pool(PoolConfiguration(name: "benchmark", workers: 8))
        let server = ControlServer(pools: [pool], listeners: [Listener(.unix(path: path))])
        try await server.start()
        let watchers = try Inside.Process.onPipe("watchers \(path) \(count)")
        // It says so once all of them have had their first frame.
        await watchers.drain(until: 1)
        try await Task.sleep(for: .seconds(scale.isQuick ? 1 : 3))
        let idle = try await processorShare(over: .seconds(scale.isQuick ? 1 : 10))
        let feeding = Task {
            while !Task.isCancelled {
                try await pool.submit { _ in try await Task.sleep(for: .milliseconds(50)) }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        let busy = try await processorShare(over: .seconds(scale.isQuick ? 2 : 10))
        feeding.cancel()
        watchers.end()
        await server.close()
        _ = await pool.shutdownNow()
        return Figure(
            name: name, value: idle, unit: "% of a core",
            parameters: [("watchers", Double(count)), ("busyPoolAtOneHertz", busy)])
    }

    private static func raiseLimit(_ files: Int) throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard limit.rlim_cur < files else { return }
        limit.rlim_cur = min(limit.rlim_max, UInt(files))
        guard limit.rlim_cur >= files, setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        else {
            throw BenchmarkFailure("this machine allows a process only \(limit.rlim_max) open files")
        }
    }

    /// The other end: connects so often, waits for the first frames, then reads on until it is ended.
    static func watch(socket path: String, count: Int) throws {
        try raiseLimit(count + 200)
        let request = Array("GET /v1/watch HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
        var polled: [pollfd] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        for _ in 0..<count {
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            guard SocketFile.withAddress(of: path, { connect(descriptor, $0, $1) }) == 0,
                write(descriptor, request, request.count) == request.count,
                read(descriptor, &buffer, buffer.count) > 0
            else { throw BenchmarkFailure("watcher \(polled.count) was turned away") }
            polled.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0))
        }
        _ = write(1, "x", 1)
        while poll(&polled, nfds_t(count), -1) > 0 {
            for index in polled.indices where polled[index].revents != 0 {
                guard read(polled[index].fd, &buffer, buffer.count) > 0 else { return }
            }
        }
    }
}
