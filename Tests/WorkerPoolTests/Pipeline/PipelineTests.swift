import Monitoring
import Testing

@testable import WorkerPool

@Suite struct PipelineTests {
    /// Words go in, the squares of their lengths come out.
    private let squares = Pipeline("squares", of: String.self)
        .stage("length", workers: 2) { $0.count }
        .stage("square", workers: 1) { $0 * $0 }

    @Test func items_passAllStages() async throws {
        let words = (1...500).map { String(repeating: "x", count: $0) }
        let outputs = try await squares.collect(words)
        #expect(Set(outputs) == Set((1...500).map { $0 * $0 }))
        #expect(outputs.count == 500)
    }

    @Test func aPipelineWithoutStages_isTheSourceItself() async throws {
        let outputs = try await Pipeline("nothing", of: Int.self).collect(0..<300)
        #expect(outputs == Array(0..<300))
    }

    @Test func anAsyncSequence_isASource() async throws {
        let (words, source) = AsyncStream.makeStream(of: String.self)
        for word in ["a", "bb", "ccc"] { source.yield(word) }
        source.finish()
        #expect(try await Set(squares.collect(words)) == [1, 4, 9])
    }

    @Test func outputsThatAreVoid_needNoReader() async throws {
        let sum = Counter()
        let adding = squares.stage("add", workers: 2, buffer: 1) { sum.add($0) }
        let snapshot = try await adding.run(over: (1...400).map { String(repeating: "x", count: $0) })
        #expect(sum.count == (1...400).reduce(0) { $0 + $1 * $1 })
        #expect(snapshot.state == .stopped)
        #expect(snapshot.stages.map { $0.stage?.passed } == [400, 400, 400])
    }

    @Test func startedTwice_givesTwoIndependentRuns() async throws {
        let first = squares.start()
        let second = squares.start()
        first.stages[0].pauseDispatch()
        try await second.send("four")
        second.finish()
        var outputs: [Int] = []
        for try await output in second.output { outputs.append(output) }
        #expect(outputs == [16])
        #expect(first.snapshot().stages.map(\.counters.submitted) == [0, 0])
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.drain() }
    }

    @Test func stages_canBeFoundByName() async throws {
        try await squares.withRun { run in
            #expect(run.stages.map(\.configuration.name) == ["length", "square"])
            #expect(run.stage("square") === run.stages[1])
            #expect(run.stage("cube") == nil)
        }
    }

    @Test func aStageInASnapshot_saysWhatItIs() async throws {
        let pipeline = Pipeline("p", of: Int.self)
            .stage("a", workers: 3, buffer: 7, onFailure: .skip) { $0 }
            .stage("b", workers: 1, order: .kept) { _ in }
        let snapshot = try await pipeline.run(over: 0..<10)
        let (a, b) = (snapshot.stages[0], snapshot.stages[1])
        #expect(a.stage?.pipeline == "p" && b.stage?.pipeline == "p")
        #expect(a.stage?.position == 0 && b.stage?.position == 1)
        #expect(a.stage?.count == 2)
        #expect(a.stage?.onFailure == "skip" && b.stage?.onFailure == "fail")
        #expect(a.stage?.keepsOrder == false && b.stage?.keepsOrder == true)
        #expect(a.queue.capacity == 7)
    }

    @Test func aPipeline_canGoOnWithAnother() async throws {
        let halves = Pipeline("halves", of: Int.self).stage("square", workers: 1) { Double($0) / 2 }
        let both = squares.appending(halves)
        #expect(both.stageNames == ["length", "square", "square-2"])
        #expect(both.name == "squares")
        #expect(try await both.collect(["four"]) == [8])
    }

    @Test func numbersOutOfRange_areBroughtIntoIt() async throws {
        let pipeline = Pipeline("odd", of: Int.self)
            .stage("a", workers: -3, buffer: -1) { $0 }
            .stage("b", workers: 2, order: .kept(window: -5), configure: { $0.capacity = 0 }) { $0 }
        let run = pipeline.start(PipelineOptions(outputBuffer: -1))
        #expect(run.stages.map(\.configuration.workers) == [0, 2])
        #expect(run.stages.map(\.configuration.capacity) == [1, 1])
        run.stages[0].resize(to: 1)
        try await run.send(5)
        run.finish()
        var outputs: [Int] = []
        for try await output in run.output { outputs.append(output) }
        #expect(outputs == [5])
    }

    @Test func itemsCanBeDescribed() async throws {
        let pipeline = Pipeline("p", of: Int.self)
            .stage("a", workers: 1, describe: { JobOptions(name: "item \($0)", kind: "number", key: "same") })
        {
            item, context in
            context.report(0.5)
            return item + context.attempt
        }
        let run = pipeline.start()
        run.stages[0].pauseDispatch()
        for item in 1...3 { try await run.send(item) }
        #expect(run.stages[0].jobs(JobQuery()).jobs.map(\.name) == ["item 1", "item 2", "item 3"])
        run.stages[0].resumeDispatch()
        run.finish()
        var outputs: [Int] = []
        for try await output in run.output { outputs.append(output) }
        #expect(outputs == [2, 3, 4])
    }
}
