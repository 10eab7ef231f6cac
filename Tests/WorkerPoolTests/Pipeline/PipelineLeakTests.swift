import Monitoring
import Testing

@testable import WorkerPool

@Suite struct PipelineLeakTests {
    enum End: CaseIterable { case drain, cancel, fail }

    @Test(arguments: End.allCases, [StageOrder.free, .kept(window: 3)])
    func afterTheEnd_nothingIsLeft(end: End, order: StageOrder) async throws {
        let live = Counter()
        weak var run: PipelineRun<Token, Token>?
        var pools: [() -> Pool?] = []
        do {
            let function = Token(live)
            let pipeline = Pipeline("p", of: Token.self)
                .stage("a", workers: 3, buffer: 4, onFailure: .skip, order: order) { item, context in
                    withExtendedLifetime(function) {}
                    if context.id.rawValue.isMultiple(of: 7) { throw Broken() }
                    return item
                }
                .stage("b", workers: 2, buffer: 4, order: order) { item, context in
                    if end == .fail, context.id.rawValue == 50 { throw Broken() }
                    return item
                }
            let own = pipeline.start(.still(outputBuffer: 5))
            run = own
            pools = own.stages.map { pool in { [weak pool] in pool } }
            let source = Task {
                for _ in 0..<200 { try await own.send(Token(live)) }
                own.finish()
            }
            var read = 0
            do {
                for try await _ in own.output {
                    read += 1
                    if end == .cancel, read == 40 { own.cancel() }
                }
                #expect(end == .drain)
                #expect(read == 172)
            } catch {
                #expect(end == .fail ? error is Broken : error is CancellationError)
            }
            _ = try? await source.value
            await own.waitUncancelled()
            #expect(own.snapshot().isConserved)
            #expect(own.snapshot().stages.allSatisfy { $0.held == 0 })
            #expect(own.stages.map(\.liveTasks) == [0, 0])
        }
        await until("all is gone") { run == nil && pools.allSatisfy { $0() == nil } && live.count == 0 }
    }

    @Test func anEndlessNumberOfRuns_leavesNothing() async throws {
        let live = Counter()
        let pipeline = Pipeline("p", of: Token.self)
            .stage("a", workers: 2, buffer: 1, order: .kept(window: 1)) { $0 }
            .stage("b", workers: 1, buffer: 1) { (_: Token) in }
        for round in 0..<100 {
            let run = pipeline.start()
            let source = Task { while true { try await run.send(Token(live)) } }
            await yield(round % 20)
            run.cancel()
            await #expect(throws: CancellationError.self) { try await source.value }
            await #expect(throws: CancellationError.self) { try await run.drain() }
        }
        await until("all is gone") { live.count == 0 }
    }
}
