import Monitoring
import Testing
import WorkerPool

private struct URL: Sendable { var name = "a" }

@Suite struct PipelinePrograms {
    @Test func collecting() async throws {
        // snippet: collecting
        let words = Pipeline("words", of: String.self)
            .stage("split", workers: 2, order: .kept) { line in line.split(separator: " ") }
            .stage("count", workers: 2, order: .kept) { words in words.count }

        let counts = try await words.collect(["one", "two words", "and three words"])
        // end
        #expect(counts == [1, 2, 3])
    }

    @Test func aSourceOfItsOwn() async throws {
        let photos = ["a", "b"]
        let notes = Notes()
        let albums = Pipeline("albums", of: String.self).stage("store", workers: 1) { await notes.add($0) }
        // snippet: source
        try await albums.withRun { run in
            for photo in photos { try await run.send(photo) }
        }
        // end
        #expect(await notes.lines == photos)
    }

    @Test func steering() async throws {
        let squares = Pipeline("squares", of: Int.self).stage("square", workers: 1) { $0 * $0 }
        var total = 0
        // snippet: steering a run
        let run = squares.start()
        for number in 1...10 { try await run.send(number) }
        run.stage("square")?.resize(to: 8)
        run.finish()
        for try await square in run.output { total += square }
        // end
        #expect(total == 385)
        func print(_ line: String) { #expect(line.hasPrefix("square: ")) }
        // snippet: shares
        for stage in run.snapshot().stages {
            guard let share = stage.stage else { continue }
            print("\(stage.name): works \(share.working), blocked \(share.blocked), waits \(share.waiting)")
        }
        // end
        try await run.wait()
    }

    @Test func aStageOfItsOwnKind() async throws {
        @Sendable func rows(_ query: String) throws -> [String] { [query, query] }
        func pipeline() -> Pipeline<String, [String]> {
            // snippet: configured stage
            Pipeline("export", of: String.self)
                .stage(
                    "query", workers: 4, buffer: 20, onFailure: .skip,
                    describe: { query in JobOptions(name: query, timeout: .seconds(10)) },
                    configure: { $0.executor = .dedicatedThreads }
                ) { query in try rows(query) }
            // end
        }
        #expect(try await pipeline().collect(["a"]) == [["a", "a"]])
    }

    @Test func docComments() async throws {
        let urls = [URL(), URL(name: "b")]
        let testImage = "test"
        let notes = Notes()
        @Sendable func download(_ url: URL) async throws -> String { url.name }
        @Sendable func scale(_ image: String) throws -> String { image }
        @Sendable func store(_ image: String) async throws { await notes.add(image) }
        // snippet: thumbnails
        let thumbnails = Pipeline("thumbnails", of: URL.self)
            .stage("fetch", workers: 8, retry: RetryPolicy(maxAttempts: 3)) { try await download($0) }
            .stage("scale", workers: 2, onFailure: .skip) { try scale($0) }
            .stage("store", workers: 1) { try await store($0) }

        try await thumbnails.run(over: urls)
        // end
        // snippet: test double
        let offline = try thumbnails.replacing("fetch") { (url: URL) in testImage }
        // end
        try await offline.run(over: urls)
        #expect(await notes.lines.sorted() == ["a", "b", "test", "test"])
    }
}
