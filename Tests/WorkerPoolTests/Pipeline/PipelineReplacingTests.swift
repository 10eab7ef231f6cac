import Monitoring
import Testing

@testable import WorkerPool

@Suite struct PipelineReplacingTests {
    private let pipeline = Pipeline("p", of: String.self)
        .stage("fetch", workers: 3, buffer: 7, onFailure: .skip) { (_: String) async throws -> [Int] in
            throw Broken()
        }
        .stage("sum", workers: 1) { $0.reduce(0, +) }

    @Test func aTestDouble_takesThePlaceOfAStage() async throws {
        let offline = try pipeline.replacing("fetch") { (name: String) in Array(0...name.count) }
        #expect(try await offline.collect(["abc"], .still()) == [6])
        #expect(try await pipeline.collect(["abc"], .still()) == [])
    }

    @Test func everythingElse_stays() async throws {
        let offline = try pipeline.replacing("fetch") { (name: String, context: JobContext) in
            [context.attempt]
        }
        try await offline.withRun(.still()) { run in
            #expect(offline.stageNames == ["fetch", "sum"])
            let snapshot = run.snapshot().stages[0]
            #expect(
                (snapshot.workers.target, snapshot.queue.capacity, snapshot.figures.onFailure) == (
                    3, 7, "skip"
                ))
        }
    }

    @Test func aFunctionOfAnotherType_isRefused() throws {
        let error = #expect(throws: PipelineError.self) {
            try pipeline.replacing("fetch") { (number: Int) in [number] }
        }
        #expect(error?.code == .wrongType)
        #expect(
            error?.message
                == "the stage 'fetch' makes Array<Int> of String; the function given for it makes Array<Int> of Int"
        )
    }

    @Test func aStageThatIsNotThere_isRefused() throws {
        let error = #expect(throws: PipelineError.self) {
            try pipeline.replacing("parse") { (number: Int) in number }
        }
        #expect(error?.code == .unknownStage)
        #expect(error?.message == "the pipeline p has no stage 'parse'; it has fetch, sum")
    }
}
