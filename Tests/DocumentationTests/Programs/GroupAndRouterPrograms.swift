import Monitoring
import Testing
import WorkerPool

private struct Program: Sendable { var path = "" }

@Suite struct GroupPrograms {
    @Test func docComments() async throws {
        let sources = ["main", "parse"]
        let pool = Pool(PoolConfiguration(workers: 2))
        @Sendable func compile(_ source: String) async throws -> String { source + ".o" }
        @Sendable func link(_ objects: [String]) async throws -> Program {
            Program(path: objects.joined(separator: "+"))
        }
        func print(_ path: String) { #expect(path == "main.o+parse.o") }
        // snippet: build
        let build = JobGroup("build", limit: 4)
        let objects = try sources.map { source in
            try build.add("compile \(source)") { try await compile(source) }
        }
        let program = try build.add("link", after: objects) { objects in try await link(objects) }
        let results = try await build.run(on: pool)
        print(try results[program].path)
        // end
        await pool.drain()
    }

    @Test func collecting() async throws {
        let pool = Pool(PoolConfiguration(workers: 2))
        @Sendable func page(_ name: String) async throws -> String {
            if name == "b" { throw PageMissing() }
            return name
        }
        var lines: [String] = []
        func print(_ outcome: GroupResults.Outcome) { lines.append("\(outcome)") }
        // snippet: collect all
        let report = JobGroup("report", errors: .collectAll)
        let first = try report.add("first") { try await page("a") }
        let second = try report.add("second") { try await page("b") }
        try report.add("both", after: first, second) { first, second in first + second }
        let results = try await report.run(on: pool)
        for outcome in results.failures + results.cancelled { print(outcome) }
        // end
        #expect(
            lines == [
                "second failed: no such page", "both was cancelled: it depends on second, which failed",
            ])
        await pool.drain()
    }

    @Test func ordering() throws {
        let group = JobGroup()
        var refusal = ""
        func print(_ error: GroupError) { refusal = error.message }
        // snippet: order
        try group.add("migrate") {}
        try group.add("serve", after: ["migrate"]) { _ in }
        do {
            try group.order("migrate", after: "serve")
        } catch {
            print(error)  // jobs would wait for one another: migrate → serve → migrate
        }
        // end
        #expect(refusal == "jobs would wait for one another: migrate → serve → migrate")
    }
}

private struct PageMissing: JobFailure {
    let failureType = "missing"
    let failureMessage = "no such page"
}

@Suite struct RouterPrograms {
    @Test func docComments() async throws {
        let notes = Notes()
        @Sendable func shrink(_ file: String) async throws { await notes.add(file) }
        // snippet: router
        let router = try Router(
            intake: PoolConfiguration(name: "intake", workers: 0, capacity: 500),
            pools: [
                PoolConfiguration(name: "small", workers: 2), PoolConfiguration(name: "large", workers: 6),
            ],
            policy: .byKind(["thumbnail": "small"], otherwise: "large"))
        let options = JobOptions(name: "a.png", kind: "thumbnail")
        let id = try await router.submit(options) { _ in try await shrink("a.png") }
        try router.shift(2, from: "large", to: "small")
        router.cancel(id)
        await router.drain()
        // end
        #expect(router.snapshot().counters.finished == 1)
        #expect(router["small"]?.configuration.workers == 2 && router.pools.count == 2)
    }

    @Test func policies() async throws {
        let notes = Notes()
        let router = try Router(pools: [
            PoolConfiguration(name: "near", workers: 2), PoolConfiguration(name: "far", workers: 2),
        ])
        @Sendable func render(_ page: String) async throws { await notes.add(page) }
        // snippet: policies
        try router.setPolicy(.weighted(["near": 3, "far": 1]))
        try router.setPolicy(.byHash(of: { job in job.tags["customer"] ?? job.name }))
        let options = JobOptions(name: "page", tags: ["customer": "17"])
        try await router.submit(options) { _ in try await render("page") }
        // end
        await router.drain()
        #expect(await notes.lines == ["page"])
    }
}
