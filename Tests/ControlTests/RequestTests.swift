import Monitoring
import Testing

@testable import Control

/// What requests are answered with.
struct RequestTests {
    static let bad: [(status: Int, method: String, path: String, body: String?)] = [
        (400, "POST", "/v1/tasks", "{not json"), (400, "POST", "/v1/tasks", "{}"),
        (400, "POST", "/v1/tasks", #"{"kind": "nothing"}"#), (400, "POST", "/v1/tasks", ""),
        (400, "POST", "/v1/tasks", #"{"kind": "echo", "delay": "soon"}"#),
        (400, "POST", "/v1/tasks", #"{"kind": "echo", "priority": 1000}"#),
        (400, "POST", "/v1/tasks", #"{"kind": "echo", "timeout": "0s"}"#),
        (400, "POST", "/v1/tasks", #"{"kind": "echo", "at": -1}"#),
        (400, "POST", "/v1/tasks", #"{"kind": "echo", "at": 5, "delay": "5s"}"#),
        (400, "POST", "/v1/tasks", #"{"kind": "echo", "odd": 1}"#),
        (400, "POST", "/v1/tasks", #"{"kind": "echo", "parameters": {"a": [1]}}"#),
        (400, "POST", "/v1/tasks", #"{"kind": "echo", "parameters": {"a": null}}"#),
        (400, "GET", "/v1/tasks?limit=0", nil), (400, "GET", "/v1/tasks?limit=501", nil),
        (400, "GET", "/v1/tasks?state=odd", nil), (400, "GET", "/v1/tasks?odd=1", nil),
        (400, "GET", "/v1/tasks/x?wait=soon", nil), (400, "POST", "/v1/retry?rate=-1", nil),
        (400, "POST", "/v1/retry?rate=1e300", nil),
        (404, "GET", "/v1/tasks/nothing-of-this-name", nil), (404, "DELETE", "/v1/tasks/nothing", nil),
        (404, "POST", "/v1/tasks/nothing/retry", nil), (404, "POST", "/v1/queues/none/pause", nil),
        (404, "GET", "/nowhere", nil), (404, "GET", "/v1/pools/2", nil), (404, "GET", "/v1/pools/x", nil),
        (404, "GET", "/v1/pool/jobs/7", nil), (404, "GET", "/v1/pool/jobs/%23x", nil), (404, "GET", "/", nil),
        (404, "GET", "//v1/pool", nil), (404, "GET", "/v1/tasks/", nil),
        (405, "PUT", "/v1/tasks", "{}"), (405, "DELETE", "/v1/pool", nil),
        (405, "GET", "/v1/pool/drain", nil),
        (400, "PATCH", "/v1/pool", #"{"workers": -1}"#), (400, "PATCH", "/v1/pool", #"{"workers": 10001}"#),
        (400, "PATCH", "/v1/pool", #"{"workers": "many"}"#), (400, "PATCH", "/v1/pool", #"{"workers": 1.5}"#),
        (400, "PATCH", "/v1/pool", #"{"workers": 1e99}"#), (400, "PATCH", "/v1/pool", "[]"),
        (400, "POST", "/v1/pool/pause", #"{"what": "all"}"#), (400, "POST", "/v1/pool/pause", "{}"),
        (400, "POST", "/v1/pool/commands", #"{"command": "explode"}"#),
        (400, "POST", "/v1/pool/commands", #"{"command": "cancel"}"#),
        (400, "POST", "/v1/pool/commands", #"{"command": "adjust", "by": 0}"#),
        (400, "GET", "/v1/pool/jobs?state=odd", nil), (400, "GET", "/v1/pool/jobs?offset=-1", nil),
        (400, "GET", "/v1/pool/events?after=-1", nil), (400, "GET", "/v1/watch?interval=fast", nil),
        (400, "PATCH", "/v1/queues/echo", "{}"), (400, "PATCH", "/v1/queues/echo", #"{"concurrency": 0}"#),
        (400, "GET", "/v1/tasks/%ff", nil), (400, "GET", "/v1/tasks?kind=%zz", nil),
    ]

    @Test func whatMakesNoSense_isRefused_withTheRightStatusAndAReason() async throws {
        let scene = try Scene()
        try await scene.serve(tasks: FakeTasks()) { address async throws in
            for (status, method, path, body) in Self.bad {
                let answer = try await RawConnection.ask(address, method, path, body: body)
                #expect(answer.status == status, "\(method) \(path) \(body ?? ""): \(answer)")
                #expect(answer.body.hasPrefix(#"{"error":""#), "\(method) \(path): \(answer.body)")
                if status == 405 { #expect(answer.headers["allow"] != nil) }
            }
        }
    }

    @Test func aTask_isAccepted_withItsPlace() async throws {
        let scene = try Scene()
        let tasks = FakeTasks()
        let body =
            #"{"kind": "echo", "parameters": {"text": "日本", "n": 3, "ok": true, "x": 1.5}, "delay": "200ms", "key": "k"}"#
        let answer = try await scene.serve(tasks: tasks) {
            try await RawConnection.ask($0, "POST", "/v1/tasks", body: body)
        }
        #expect(answer.status == 202 && answer.headers["location"] == "/v1/tasks/task%201")
        #expect(answer.body.contains(#""state":"pending""#))
        let request = try #require(tasks.requests.first)
        #expect(request.parameters == ["text": "日本", "n": 3, "ok": true, "x": .number(1.5)])
        #expect(request.delay == .milliseconds(200) && request.key == "k")
    }

    @Test func aFullQueue_isToldWithATime_roundedUp() async throws {
        let scene = try Scene()
        let tasks = FakeTasks()
        tasks.refuse(.busy("the queue is full", retryAfter: .milliseconds(2_100)))
        let answer = try await scene.serve(tasks: tasks) {
            try await RawConnection.ask($0, "POST", "/v1/tasks", body: #"{"kind":"echo"}"#)
        }
        #expect(answer.status == 429 && answer.headers["retry-after"] == "3")
        #expect(answer.body == #"{"error":"the queue is full"}"#)
    }

    @Test(arguments: ["/v1/pool", "/healthz", "/metrics"])
    func aHead_isTheSameWithoutABody(path: String) async throws {
        let scene = try Scene()
        try await scene.serve { address async throws in
            let got = try await RawConnection.ask(address, "GET", path)
            try await onThread {
                let connection = try RawConnection(address)
                defer { connection.close() }
                connection.send("HEAD \(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                let text = connection.read(until: "never")
                #expect(text.hasPrefix("HTTP/1.1 200") && text.hasSuffix("\r\n\r\n"))
                #expect(text.contains("Content-Length: \(got.body.utf8.count)\r\n"))
            }
        }
    }

    @Test func aBodyBeyondTheBound_isRefusedBeforeItIsSent_andTheConnectionGoesOn() async throws {
        let scene = try Scene()
        var options = ControlOptions()
        options.bodyLimit = 1_000
        try await scene.serve(options: options) { address async throws in
            try await onThread {
                let connection = try RawConnection(address)
                defer { connection.close() }
                connection.send("PATCH /v1/pool HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n")
                #expect(try connection.answer().status == 413, "answered before a byte of the body")
                #expect(connection.send([UInt8](repeating: 32, count: 3_000_000)))
                connection.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try connection.answer().status == 200)
            }
        }
    }

    @Test func aBodyOfUnknownLength_isRefusedOnceItIsBeyondTheBound() async throws {
        let scene = try Scene()
        var options = ControlOptions()
        options.bodyLimit = 1_000
        try await scene.serve(options: options) { address async throws in
            try await onThread {
                let connection = try RawConnection(address)
                defer { connection.close() }
                connection.send("PATCH /v1/pool HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
                let chunk = "200\r\n" + String(repeating: " ", count: 512) + "\r\n"
                connection.send(chunk + chunk + chunk)
                #expect(try connection.answer().status == 413)
                connection.send(chunk + "0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try connection.answer().status == 200)
            }
        }
    }

    @Test func whoAsksFirst_isToldBeforeSendingABody() async throws {
        let scene = try Scene()
        try await scene.serve { address async throws in
            try await onThread {
                let head = "PATCH /v1/pool HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: "
                let small = try RawConnection(address)
                defer { small.close() }
                small.send(head + "14\r\n\r\n")
                #expect(small.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100"))
                small.send(#"{"workers": 3}"#)
                #expect(try small.answer().status == 200)
                let large = try RawConnection(address)
                defer { large.close() }
                large.send(head + "90000000\r\n\r\n")
                #expect(try large.answer().status == 413)
            }
        }
    }

    @Test func aPool_isSteered_byWhoSaysSo() async throws {
        let scene = try Scene()
        let pool = FakeSource(Examples.busy)
        try await scene.serve([pool]) { address async throws in
            for (method, path, body) in [
                ("PATCH", "/v1/pool", #"{"workers": 7}"#), ("PATCH", "/v1/pool", #"{"workers": "auto"}"#),
                ("POST", "/v1/pool/pause", #"{"what": "intake"}"#),
                ("POST", "/v1/pool/resume", #"{"what": "frozen"}"#), ("POST", "/v1/pools/1/drain", ""),
                ("POST", "/v1/pool/commands", #"{"command": "abandon", "worker": 3}"#),
            ] {
                let answer = try await RawConnection.ask(
                    address, method, path, body: body, headers: ["Pooltop-Operator: alice"])
                #expect(answer.status == 200 && answer.body.contains(#""phase":"done""#), "\(answer)")
            }
        }
        #expect(
            pool.now.commands == [
                .resize(to: 7), .adapt, .pauseIntake, .thaw, .drain, .abandon(WorkerID(rawValue: 3)),
            ])
        #expect(Set(pool.now.operators) == ["alice"])
    }

    @Test func whatAPoolRefuses_isAConflict_butAReceiptWhereOneIsAskedFor() async throws {
        let scene = try Scene()
        let pool = FakeSource(Examples.busy)
        pool.change { $0.refusal = "the pool has stopped" }
        try await scene.serve([pool]) { address async throws in
            let patch = try await RawConnection.ask(address, "PATCH", "/v1/pool", body: #"{"workers": 7}"#)
            #expect(patch.status == 409 && patch.body == #"{"error":"the pool has stopped"}"#)
            let command = try await RawConnection.ask(
                address, "POST", "/v1/pool/commands", body: #"{"command": "drain"}"#)
            #expect(command.status == 200 && command.body.contains(#""phase":"refused""#))
        }
    }

    @Test func jobs_areAskedForAsTheQuerySays() async throws {
        let scene = try Scene()
        let pool = FakeSource()
        _ = try await scene.serve([pool]) {
            try await RawConnection.ask(
                $0, "GET", "/v1/pool/jobs?state=queued,failed&text=a%20b+c&offset=10&limit=5")
        }
        var query = JobQuery()
        query.states = [.queued, .failed]
        query.text = "a b c"
        query.offset = 10
        query.limit = 5
        #expect(pool.now.queries == [query])
    }

    @Test func aServerThatIsNotReady_saysWhy() async throws {
        let scene = try Scene()
        var options = ControlOptions()
        options.readiness = { "the database is locked" }
        try await scene.serve(options: options) { address async throws in
            let answer = try await RawConnection.ask(address, "GET", "/readyz")
            #expect(answer.status == 503 && answer.body.contains("the database is locked"))
            #expect(try await RawConnection.ask(address, "GET", "/healthz").status == 200)
        }
    }

    @Test func aSourceThatFails_isAnErrorOfTheServer_withoutItsInsides() async throws {
        let scene = try Scene()
        let pool = FakeSource()
        pool.change { $0.error = FakeSource.Failed() }
        let answer = try await scene.serve([pool]) { try await RawConnection.ask($0, "GET", "/v1/pool") }
        #expect(answer.status == 500 && !answer.body.contains("Failed"))
    }
}
