import Glibc

/// This program as another process: on a terminal of its own, or at the other end of a socket.
enum Inside {
    static func perform(_ order: String) async throws {
        let words = order.split(separator: " ").map(String.init)
        switch words.first {
        case "attached" where words.count == 2: try await AttachBenchmark.show(socket: words[1])
        case "watchers" where words.count == 3:
            try WatchersBenchmark.watch(socket: words[1], count: Int(words[2]) ?? 0)
        default: try await WatchingBenchmark.measureInside(order)
        }
    }

    /// A process that does an order, until it is ended.
    struct Process {
        let id: pid_t
        /// Its terminal, or the other end of its standard output.
        let output: Int32

        /// Starts it on a terminal of 200 × 50.
        static func onTerminal(_ order: String) throws -> Process {
            setenv("TERM", "xterm-256color", 1)
            let arguments = arguments(order)
            defer { for argument in arguments { free(argument) } }
            var master: Int32 = 0
            var size = winsize(ws_row: 50, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0)
            let child = forkpty(&master, nil, nil, &size)
            if child == 0 {
                execv("/proc/self/exe", arguments)
                _exit(127)
            }
            guard child > 0 else { throw BenchmarkFailure("no terminal could be made") }
            return Process(id: child, output: master)
        }

        /// Starts it with a pipe as its standard output.
        static func onPipe(_ order: String) throws -> Process {
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { throw BenchmarkFailure("no pipe could be made") }
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
            posix_spawn_file_actions_addclose(&actions, ends[0])
            defer { posix_spawn_file_actions_destroy(&actions) }
            let arguments = arguments(order)
            defer { for argument in arguments { free(argument) } }
            var child: pid_t = 0
            guard posix_spawn(&child, "/proc/self/exe", &actions, nil, arguments, environ) == 0 else {
                throw BenchmarkFailure("no process could be started")
            }
            close(ends[1])
            return Process(id: child, output: ends[0])
        }

        /// Reads on a thread of its own whatever it writes, so that it never waits; returns once there was so much.
        func drain(until bytes: Int) async {
            let (stream, continuation) = AsyncStream<Void>.makeStream()
            let output = output
            let box = Unmanaged.passRetained(Drain(output: output, bytes: bytes, done: continuation))
            var thread = pthread_t()
            pthread_create(
                &thread, nil,
                { box in
                    guard let box else { return nil }
                    Unmanaged<Drain>.fromOpaque(box).takeRetainedValue().run()
                    return nil
                }, box.toOpaque())
            pthread_detach(thread)
            for await _ in stream { break }
        }

        /// Ends it.
        func end() {
            kill(id, SIGKILL)
            var status: Int32 = 0
            waitpid(id, &status, 0)
        }

        private static func arguments(_ order: String) -> [UnsafeMutablePointer<CChar>?] {
            let words = ["/proc/self/exe", "--inside", order]
            return words.map { strdup($0) } + [nil]
        }
    }

    private final class Drain: Sendable {
        let output: Int32
        let bytes: Int
        let done: AsyncStream<Void>.Continuation

        init(output: Int32, bytes: Int, done: AsyncStream<Void>.Continuation) {
            self.output = output
            self.bytes = bytes
            self.done = done
        }

        func run() {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            var sum = 0
            while case let count = read(output, &buffer, buffer.count), count > 0 {
                sum += count
                if sum >= bytes { done.yield() }
            }
            done.finish()
            close(output)
        }
    }
}
