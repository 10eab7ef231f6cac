import CommandRunner
import Control
import Glibc
import Monitoring
import Testing

/// A cockpit outlives the server that it is attached to.
struct ReconnectTests {
    /// A pool of four workers in which nothing happens.
    private struct StillPool: MonitorSource {
        func snapshot() async throws -> PoolSnapshot {
            var snapshot = PoolSnapshot()
            snapshot.name = "still"
            snapshot.workers.target = 4
            snapshot.workers.live = 4
            snapshot.workers.idle = 4
            snapshot.workers.each = (1...4).map { WorkerSnapshot(id: WorkerID(rawValue: $0)) }
            return snapshot
        }

        func jobs(_ query: JobQuery) async throws -> JobPage { JobPage(jobs: [], total: 0) }
        func job(_ id: JobID) async throws -> JobDetail? { nil }
        func failures(limit: Int) async throws -> [Failure] { [] }
        func events(after id: UInt64, limit: Int) async throws -> EventPage {
            EventPage(events: [], skipped: 0)
        }
        func perform(_ command: OperatorCommand, by operator: String) async throws -> Receipt {
            Receipt(id: 1, phase: .done, message: "done by \(`operator`)")
        }
    }

    private func serve(_ path: String) async throws -> ControlServer {
        let server = ControlServer(
            pools: [StillPool()], listeners: [Listener(.unix(path: path))],
            options: ControlOptions(kind: "test", title: "a still pool"))
        try await server.start()
        return server
    }

    @Test func theServerIsKilled_andSaidToBeLost_andFoundAgain() async throws {
        let program = try Program()
        for name in ["lost", "back"] { try #require(mkfifo("\(program.directory)/\(name)", 0o600) == 0) }
        let path = "\(program.directory)/s.sock"
        var server = try await serve(path)
        let script = Task {
            try await program(
                Program.terminal + """
                    t new-session -d -x 120 -y 36 "TERM=screen-256color USER=alice $POOLTOP attach $PWD/s.sock; echo left \\$?; read l"
                    see 'worker-4'; echo > lost
                    see 'NO ANSWER for 3 s, reconnecting'; echo > back
                    see 'answers again, after'; t capture-pane -p | grep -c reconnecting
                    t send-keys +; see 'done by alice'
                    t send-keys q; see 'left 0'; t kill-server
                    """)
        }
        await waitForWriter("\(program.directory)/lost")
        await server.close()
        await waitForWriter("\(program.directory)/back")
        server = try await serve(path)
        let result = try await script.value
        await server.close()
        #expect(
            result.output.split(separator: "\n").map(String.init) == [
                "saw worker-4", "saw NO ANSWER for 3 s, reconnecting", "saw answers again, after", "0",
                "saw done by alice", "saw left 0",
            ], "\(result.output) \(result.error)")
    }

    /// Returns once the script has written into a pipe.
    private func waitForWriter(_ path: String) async {
        await SystemThread.perform {
            let pipe = open(path, O_RDONLY)
            var byte: UInt8 = 0
            while read(pipe, &byte, 1) > 0 {}
            close(pipe)
        }
    }
}
