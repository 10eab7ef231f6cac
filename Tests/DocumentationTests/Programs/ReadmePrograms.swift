import Testing
import WorkerPool

@Suite struct ReadmePrograms {
    @Test func aPoolWithBackpressure() async throws {
        let files = ["a.txt", "b.txt", "c.txt"]
        let notes = Notes()
        @Sendable func compress(_ file: String, _ done: (Double) -> Void) async throws {
            done(1)
            await notes.add(file)
        }
        // snippet: engine
        try await Pool.with(PoolConfiguration(workers: 4, capacity: 1_000)) { pool in
            for file in files {
                let options = JobOptions(
                    name: file, timeout: .seconds(30), retry: RetryPolicy(maxAttempts: 3))
                try await pool.submit(options) { job in  // waits here while the queue is full
                    try await compress(file) { done in job.report(done) }
                }
            }
        }  // drained: every job has ended, no task is left
        // end
        #expect(await Set(notes.lines) == Set(files))
    }

    @Test func limitsAndOptions() async throws {
        let notes = Notes()
        @Sendable func greet(_ name: String) async throws { await notes.add(name) }
        // snippet: limits and options
        let pool = Pool(
            PoolConfiguration(
                workers: 16, rate: RateLimit(500),  // at most 500 starts a second
                limits: ["report": KindLimit(concurrency: 1), "mail": KindLimit(rate: RateLimit(10))],
                executor: .dedicatedThreads))  // for jobs that block
        let mail = JobOptions(
            kind: "mail", priority: 3, delay: .milliseconds(100), deadline: .seconds(600), key: "greet eva")
        let greeted = try await pool.submit(mail, returning: String.self) { _ in
            try await greet("eva")
            return "greeted"
        }
        // end
        #expect(try await greeted.value == "greeted")
        await pool.drain()
        #expect(await notes.lines == ["eva"])
    }

    @Test func aPipelineAndAGroup() async throws {
        let (urls, sources) = (["a", "b", "c"], ["main", "parse"])
        let pool = Pool(PoolConfiguration(workers: 2))
        let notes = Notes()
        @Sendable func fetch(_ url: String) async throws -> String { url }
        @Sendable func scale(_ image: String) throws -> String { image + ".jpg" }
        @Sendable func store(_ image: String) async throws { await notes.add(image) }
        @Sendable func compile(_ source: String) async throws -> String { source + ".o" }
        @Sendable func link(_ objects: [String]) async throws -> String { objects.joined(separator: "+") }
        // snippet: pipeline and group
        let thumbnails = Pipeline("thumbnails", of: String.self)
            .stage("fetch", workers: 8, retry: RetryPolicy(maxAttempts: 3)) { try await fetch($0) }
            .stage("scale", workers: 2, onFailure: .skip, order: .kept) { try scale($0) }
            .stage("store", workers: 1) { try await store($0) }
        try await thumbnails.run(over: urls)

        let build = JobGroup("build", limit: 4)  // the first error cancels the rest
        let objects = try sources.map { source in
            try build.add("compile \(source)") { try await compile(source) }
        }
        let program = try build.add("link", after: objects) { objects in try await link(objects) }
        let path = try await build.run(on: pool)[program]  // of type String
        // end
        #expect(await Set(notes.lines) == ["a.jpg", "b.jpg", "c.jpg"])
        #expect(path == "main.o+parse.o")
        await pool.drain()
    }
}
