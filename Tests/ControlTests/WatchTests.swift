import Monitoring
import Testing

@testable import Control

/// Streams of snapshots.
struct WatchTests {
    private static func watch(_ address: ControlAddress, _ query: String = "?interval=100ms") throws
        -> RawConnection
    {
        let connection = try RawConnection(address)
        connection.send("GET /v1/watch\(query) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return connection
    }

    @Test func theFirstFrame_comesAtOnce_andMoreWhileThePoolWorks() async throws {
        let scene = try Scene()
        let pool = FakeSource(Examples.busy)
        try await scene.serve([pool]) { address async throws in
            try await onThread {
                let connection = try Self.watch(address)
                defer { connection.close() }
                let first = connection.read(until: "\n\n")
                #expect(first.contains("Content-Type: text/event-stream"))
                #expect(first.contains(#"data: {"counters":{"#) && first.contains(#""workers":{"#))
                pool.change { $0.snapshot.counters.succeeded = 77 }
                var frame = connection.read(until: "\n\n")
                while !frame.contains(#""succeeded":77"#), !frame.isEmpty {
                    frame = connection.read(until: "\n\n")
                }
                #expect(frame.contains("data: "))
            }
        }
    }

    @Test func anIdlePool_isLookedAt_andSendsOnlyWhatIsNew() async throws {
        let scene = try Scene()
        let pool = FakeSource()
        try await scene.serve([pool]) { address async throws in
            let connection = try await onThread {
                let connection = try Self.watch(address)
                // The one at once, and the first of the room that was opened for it.
                for _ in 0..<2 { #expect(connection.read(until: "\n\n").contains("data: ")) }
                return connection
            }
            await pool.looked(6)
            pool.change { $0.snapshot.workers.target = 9 }
            try await onThread {
                let next = connection.read(until: "\n\n")
                #expect(next.contains(#""target":9"#), "nothing came between: \(next)")
                connection.close()
            }
        }
    }

    @Test func whoeverWatches_sharesTheLooks() async throws {
        let scene = try Scene()
        let pool = FakeSource(Examples.busy)
        pool.change { $0.countsLooks = true }
        try await scene.serve([pool]) { address async throws in
            try await onThread {
                let connections = try (0..<20).map { _ in try Self.watch(address) }
                for connection in connections { _ = connection.read(until: "\n\n") }
                let last = pool.now.looks
                let next = connections.map { connection in
                    var look = 0
                    while look <= last { look = Self.look(in: connection.read(until: "\n\n")) }
                    return look
                }
                #expect(Set(next).count == 1, "all of them were sent the same: \(next)")
                for connection in connections { connection.close() }
            }
        }
    }

    /// The look that a frame came of.
    private static func look(in frame: String) -> Int {
        let name = #""lastEvent":"#
        guard let place = frame.firstRange(of: name) else { return .max }
        return Int(frame[place.upperBound...].prefix(while: \.isNumber)) ?? .max
    }

    @Test func moreThanTheBound_mayNotWatch_untilOneLeaves() async throws {
        let scene = try Scene()
        var options = ControlOptions()
        options.watcherLimit = 1
        let pool = FakeSource(Examples.busy)
        try await scene.serve([pool], options: options) { address async throws in
            let first = try await onThread {
                let first = try Self.watch(address)
                _ = first.read(until: "\n\n")
                let second = try Self.watch(address)
                defer { second.close() }
                let answer = try second.answer()
                #expect(answer.status == 429 && answer.headers["retry-after"] == "10")
                return first
            }
            first.close()
            var status = 0
            while status != 200 {
                status = try await onThread {
                    let next = try Self.watch(address)
                    defer { next.close() }
                    return next.read(until: "\r\n").contains(" 200 ") ? 200 : 0
                }
            }
        }
    }

    @Test func aStream_endsProperly_whenTheServerCloses() async throws {
        let scene = try Scene()
        let connection = try await scene.serve { address async throws in
            try await onThread {
                let connection = try Self.watch(address)
                _ = connection.read(until: "\n\n")
                return connection
            }
        }
        try await onThread {
            #expect(connection.read(until: "never").hasSuffix("0\r\n\r\n"), "the last chunk")
            connection.close()
        }
    }

    @Test(arguments: [
        (Duration.zero, WatchPace.tenth), (.milliseconds(100), .tenth), (.milliseconds(101), .quarter),
        (.seconds(1), .second), (.seconds(11), .thirty), (.seconds(3_600), .minute),
    ])
    func paces_areNoQuickerThanAsked(asked: Duration, pace: WatchPace) {
        #expect(WatchPace(atLeast: asked) == pace)
    }

    @Test func waitingForATask_endsWithTheTask() async throws {
        let scene = try Scene()
        let tasks = FakeTasks()
        try await scene.serve(tasks: tasks) { address async throws in
            let answer = Task { try await RawConnection.ask(address, "GET", "/v1/tasks/a%2Fb%20c?wait=30s") }
            for await _ in tasks.waits.stream { break }
            tasks.end("a/b c")
            #expect(try await answer.value.body.contains(#""state":"success""#))
        }
    }

    @Test func waitingForATask_endsWithTheServer() async throws {
        let scene = try Scene()
        let tasks = FakeTasks()
        let asking = try await scene.serve(tasks: tasks) { address async throws in
            let asking = Task { try await RawConnection.ask(address, "GET", "/v1/tasks/a%2Fb%20c?wait=30s") }
            for await _ in tasks.waits.stream { break }
            return asking
        }
        #expect(try await asking.value.body.contains(#""state":"running""#), "told as it is")
    }
}
