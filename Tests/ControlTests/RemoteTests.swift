import Monitoring
import Testing

@testable import Control

/// A pool over a socket is the same as one in this process.
struct RemoteTests {
    @Test func everyQuestion_hasTheSameAnswer() async throws {
        let scene = try Scene()
        var full = Samples.snapshot
        full.name = "日本 \"quoted\""
        let pool = FakeSource(full)
        try await scene.connect([pool]) { client async throws in
            let remote = RemoteSource(client)
            #expect(try await remote.snapshot() == full)
            var query = JobQuery()
            query.states = [.queued, .scheduled]
            query.text = "a&b=c/ü"
            query.offset = 3
            #expect(try await remote.jobs(query) == JobPage(jobs: [Examples.job], total: 1))
            #expect(pool.now.queries == [query])
            #expect(try await remote.job(JobID(rawValue: 42)) == JobDetail(summary: Examples.job))
            #expect(try await remote.job(JobID(rawValue: 43)) == nil)
            #expect(try await remote.failures(limit: 1_000) == [Examples.failure])
            #expect(try await remote.events(after: 7, limit: 1_000).events.map(\.id) == [8])
            #expect(try await remote.events(after: 8, limit: 0).skipped == 3)
        }
    }

    static let commands: [OperatorCommand] = [
        .resize(to: 0), .adjust(by: -3), .adapt, .pauseIntake, .resumeIntake, .pauseDispatch, .resumeDispatch,
        .freeze, .thaw, .cancel([JobID(rawValue: 1), JobID(rawValue: .max)]), .cancelAll, .retry([]),
        .abandon(WorkerID(rawValue: 3)), .drain,
    ]

    @Test func everyCommand_arrivesAsItWasSent() async throws {
        let scene = try Scene()
        let pool = FakeSource()
        try await scene.connect([pool]) { client async throws in
            for command in Self.commands {
                #expect(try await RemoteSource(client).perform(command, by: "").phase == .done)
            }
        }
        #expect(pool.now.commands == Self.commands)
        #expect(Set(pool.now.operators) == ["tester"])
    }

    @Test func ofSeveralPools_eachIsItsOwn() async throws {
        let scene = try Scene()
        let pools = ["one", "two"].map { name in
            var snapshot = PoolSnapshot()
            snapshot.name = name
            return FakeSource(snapshot)
        }
        try await scene.connect(pools) { client async throws in
            let remote = try await RemoteSource.all(of: client)
            #expect(try await remote[0].snapshot().name == "one")
            #expect(try await remote[1].snapshot().name == "two")
            _ = try await remote[1].perform(.drain, by: "")
        }
        #expect(pools[0].now.commands.isEmpty && pools[1].now.commands == [.drain])
    }

    @Test func aConnectionThatOnlyReads_isRefusedByTheServer() async throws {
        let scene = try Scene()
        let pool = FakeSource()
        try await scene.connect([pool], readOnly: true) { client async throws in
            let info: ServerInfo = try await client.get("/v1/server")
            #expect(info.access == "reader")
            let receipt = try await RemoteSource(client).perform(.drain, by: "")
            #expect(receipt.phase == .refused && receipt.message.contains("only reads"))
        }
        #expect(pool.now.commands.isEmpty)
    }

    @Test func aServerThatGoesAway_isAnError_andIsFoundAgainWhenItIsBack() async throws {
        let scene = try Scene()
        let place = ControlPlace(scene.socket)
        try await use(ControlClient(place)) { client async throws in
            let remote = RemoteSource(client)
            for round in 0..<3 {
                let error = await #expect(throws: ControlError.self) { try await remote.snapshot() }
                #expect(error?.kind == .unreachable)
                // The first to ask after the end may find the old connection, and be told that it was closed.
                let again = await #expect(throws: ControlError.self) { try await remote.snapshot() }
                #expect(
                    again?.kind == .unreachable && again?.message.contains("nothing listens there") == true)
                try await scene.serve { _ async throws in
                    #expect(try await remote.snapshot() == Examples.busy, "round \(round)")
                }
            }
        }
    }

    @Test func aClientThatIsNotClosed_harmsNobody() async throws {
        let scene = try Scene()
        try await scene.serve { address async throws in
            let snapshot = try await RemoteSource(ControlClient(ControlPlace(address))).snapshot()
            #expect(snapshot == Examples.busy)
        }
    }

    @Test func aToken_isAskedFor_inWordsThatHelp() async throws {
        let scene = try Scene()
        let listener = Listener(.tcp(host: "127.0.0.1", port: 0), tokens: AccessTokens(operator: "right"))
        try await scene.serve(on: listener) { address async throws in
            for (token, words) in [
                (nil, "wants a token"), ("wrong", "does not know this token"), ("right", ""),
            ] {
                var settings = ControlClient.Settings()
                settings.token = token
                try await use(ControlClient(ControlPlace(address), settings: settings)) {
                    client async throws in
                    let source = RemoteSource(client)
                    guard !words.isEmpty else {
                        #expect(try await source.snapshot() == Examples.busy)
                        return
                    }
                    let error = await #expect(throws: ControlError.self) { try await source.snapshot() }
                    #expect(error?.kind == .unauthorized && error?.message.contains(words) == true)
                    #expect(error?.message.contains("POOLTOP_TOKEN") == true)
                }
            }
        }
    }

    @Test func tasks_areTheSameFromAfar() async throws {
        let scene = try Scene()
        let tasks = FakeTasks()
        try await scene.connect(tasks: tasks) { client async throws in
            let remote = RemoteTasks(client)
            var request = TaskRequest(kind: "echo", parameters: ["text": "a b", "n": 3])
            request.priority = -5
            request.delay = .milliseconds(1_500)
            request.key = "k"
            request.timeout = .seconds(90)
            let task = try await remote.submit(request, by: "")
            #expect(tasks.requests == [request])
            #expect(try await remote.task(task.id, wait: .zero) == task)
            #expect(try await remote.task("none", wait: .zero) == nil)
            var query = TaskQuery()
            query.onlyDead = true
            query.kind = "echo"
            query.limit = 7
            query.after = "cursor &=?"
            #expect(try await remote.tasks(query).next == "cursor &=?")
            #expect(tasks.queries == [query])
            #expect(try await remote.cancel("a/b c", by: "").state == .cancelled)
            #expect(try await remote.retry("a/b c", by: "").state == .pending)
            #expect(try await remote.retryAll(query, perSecond: 2.5, by: "") == 7)
            #expect(tasks.retries.first?.rate == 2.5 && tasks.retries.first?.query.onlyDead == true)
            for (error, kind) in [
                (
                    await #expect(throws: ControlError.self) { try await remote.forget("a/b c", by: "") },
                    ControlError.Kind.refused
                ),
                (
                    await #expect(throws: ControlError.self) { try await remote.cancel("none", by: "") },
                    .notFound
                ),
            ] {
                #expect(error?.kind == kind)
            }
            _ = try await remote.cancel("a/b c", by: "")
            try await remote.forget("a/b c", by: "")
            #expect(try await remote.task("a/b c", wait: .zero) == nil)
        }
    }

    @Test func aQueue_isChanged_limitByLimit() async throws {
        let scene = try Scene()
        let tasks = FakeTasks()
        try await scene.connect(tasks: tasks) { client async throws in
            let remote = RemoteTasks(client)
            #expect(try await remote.queues() == [TaskQueueStatus(name: "echo")])
            var limits = QueueChange()
            limits.concurrency = .to(2)
            limits.rate = .unlimited
            _ = try await remote.change("echo", limits, by: "")
            var pause = QueueChange()
            pause.isPaused = true
            _ = try await remote.change("echo", pause, by: "")
            #expect(tasks.changes == [limits, pause])
            let error = await #expect(throws: ControlError.self) {
                try await remote.change("none", pause, by: "")
            }
            #expect(error?.kind == .notFound)
        }
    }
}
