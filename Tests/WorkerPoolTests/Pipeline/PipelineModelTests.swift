import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

/// Random pipelines under random failures, cancels, resizes and pauses: whatever happens, every item is accounted
/// for, at every look. Each run can be repeated by its seed.
@Suite struct PipelineModelTests {
    @Test(arguments: UInt64(1)...12)
    func everyItem_isAccountedFor(seed: UInt64) async throws {
        try await ModelPipeline(seed: seed).run()
    }

    @Test func everyItem_isAccountedFor_withANewSeed() async throws {
        let seed = UInt64.random(in: 1_000...UInt64.max)
        print("the seed of this pipeline is \(seed)")
        try await ModelPipeline(seed: seed).run()
    }
}

/// One random pipeline and what is done to it.
private struct ModelPipeline {
    private let seed: UInt64
    private let clock = ManualClock()
    /// What came out of each stage, in the order in which its function returned.
    private let finished: [Journal<Int>]
    private let shape: [Shape]
    private let items: Int
    private let ending: Ending

    private enum Ending: CaseIterable { case drain, drainAndRead, cancel, fail }

    private struct Shape {
        let workers: Int
        let buffer: Int
        let keepsOrder: Bool
        let attempts: Int
        /// One in so many attempts fails; 0 means none.
        let failing: Int
        let yields: Int
        /// Whether its function awaits nothing: then tiny items go on together.
        let isPlain: Bool
    }

    init(seed: UInt64) {
        self.seed = seed
        var generator = SplitMix(seed: seed)
        let count = Int.random(in: 1...4, using: &generator)
        shape = (0..<count).map { _ in
            Shape(
                workers: Int.random(in: 1...4, using: &generator),
                buffer: Int.random(in: 1...9, using: &generator),
                keepsOrder: Bool.random(using: &generator),
                attempts: Int.random(in: 1...3, using: &generator),
                failing: [0, 3, 10].randomElement(using: &generator) ?? 0,
                yields: Int.random(in: 1...6, using: &generator),
                isPlain: Bool.random(using: &generator))
        }
        finished = shape.map { _ in Journal() }
        items = Int.random(in: 1...200, using: &generator)
        ending = Ending.allCases.randomElement(using: &generator) ?? .drain
    }

    /// Whether that attempt at an item fails, the same for every run of a seed.
    private func fails(_ item: Int, at stage: Int, attempt: Int) -> Bool {
        guard shape[stage].failing > 0 else { return false }
        // A function that is not told which attempt it is does the same in each.
        let attempt = shape[stage].isPlain ? 0 : attempt
        var generator = SplitMix(seed: seed ^ UInt64(item * 1_000 + stage * 10 + attempt))
        return generator.next() % UInt64(shape[stage].failing) == 0
    }

    private func work(on item: Int, at stage: Int, attempt: Int) throws -> Int {
        if fails(item, at: stage, attempt: attempt) { throw Broken() }
        finished[stage].note(item)
        return item
    }

    private func pipeline() -> Pipeline<Int, Int> {
        var pipeline = Pipeline("model", of: Int.self)
        for (stage, shape) in shape.enumerated() {
            let retry = RetryPolicy(maxAttempts: shape.attempts, base: .milliseconds(10))
            let order = shape.keepsOrder ? StageOrder.kept(window: 3) : .free
            if shape.isPlain {
                pipeline = pipeline.stage(
                    "s\(stage)", workers: shape.workers, buffer: shape.buffer, onFailure: .skip, retry: retry,
                    order: order
                ) { try work(on: $0, at: stage, attempt: 1) }
            } else {
                pipeline = pipeline.stage(
                    "s\(stage)", workers: shape.workers, buffer: shape.buffer, onFailure: .skip, retry: retry,
                    order: order
                ) { item, context in
                    for _ in 0..<(item % shape.yields) {
                        await Task.yield()
                        try Task.checkCancellation()
                    }
                    return try work(on: item, at: stage, attempt: context.attempt)
                }
            }
        }
        return pipeline
    }

    func run() async throws {
        let run = pipeline().start(.still(outputBuffer: 2, clock: clock))
        let sent = Counter()
        let source = Task {
            for item in 0..<items {
                try await run.send(item)
                sent.add()
            }
            run.finish()
        }
        let outputs = Journal<Int>()
        let reader = Task { for try await output in run.output { outputs.note(output) } }
        var generator = SplitMix(seed: seed &+ 1)
        var cancelled = false
        while run.control.phase != .ended {
            cancelled = disturb(run, sent: sent.count, using: &generator) || cancelled
            if generator.next() % 32 == 0 { look(at: run) }
            // Seldom, so that items are found to be tiny in between.
            if generator.next() % 8 == 0 {
                clock.advance(by: .milliseconds(Int.random(in: 0...20, using: &generator)))
            }
            await Task.yield()
        }
        _ = try? await source.value
        _ = try? await reader.value
        await run.waitUncancelled()
        check(run.snapshot(), sent: sent.count, outputs: outputs.lines, untouched: !cancelled)
    }

    /// Does something to the run; returns whether items may have been cancelled by it.
    private func disturb(_ run: PipelineRun<Int, Int>, sent: Int, using generator: inout SplitMix) -> Bool {
        let pool = run.stages[Int.random(in: 0..<run.stages.count, using: &generator)]
        switch UInt.random(in: 0..<40, using: &generator) {
        case 0: pool.resize(to: Int.random(in: 0...5, using: &generator))
        case 1: pool.resize(to: Int.random(in: 1...5, using: &generator), shrink: .requeueYoungest)
        case 2: pool.pauseDispatch()
        case 3: pool.pauseIntake()
        case 4:
            let last = pool.state.withLock { $0.tally.submitted }
            guard last > 0 else { return false }
            pool.cancel(JobID(rawValue: UInt64.random(in: 1...last, using: &generator)))
            return true
        case 5 where ending == .cancel && sent > items / 2:
            run.cancel()
            return true
        case 6 where ending == .fail && sent > items / 2:
            run.fail(Broken())
            return true
        default:
            if pool.state.withLock({ $0.target }) == 0 { pool.resize(to: 2) }
            pool.resumeDispatch()
            pool.resumeIntake()
        }
        return false
    }

    private func look(at run: PipelineRun<Int, Int>) {
        let snapshot = run.snapshot()
        #expect(snapshot.isConserved, "seed \(seed)")
        for (stage, shape) in zip(snapshot.stages, shape) {
            let figures = stage.figures
            let shares = figures.waiting + figures.working + figures.blocked
            #expect(abs(shares - 1) < 1e-9 || stage.workers.live == 0, "seed \(seed)")
            #expect(figures.blockedWorkers <= stage.workers.live, "seed \(seed)")
            if shape.keepsOrder { #expect(figures.reordering <= shape.buffer + 3, "seed \(seed)") }
        }
    }

    private func check(_ snapshot: PipelineSnapshot, sent: Int, outputs: [Int], untouched: Bool) {
        let stages = snapshot.stages
        #expect(snapshot.isConserved, "seed \(seed)")
        #expect(stages.allSatisfy { $0.held == 0 }, "seed \(seed)")
        #expect(stages[0].figures.entered == UInt64(sent), "seed \(seed)")
        for (before, after) in zip(stages, stages.dropFirst()) {
            #expect(before.figures.passed == after.figures.entered, "seed \(seed)")
        }
        #expect(stages[stages.count - 1].figures.passed == UInt64(outputs.count), "seed \(seed)")
        #expect(Set(outputs).count == outputs.count, "seed \(seed)")
        for (stage, journal) in finished.enumerated() {
            #expect(UInt64(journal.lines.count) >= stages[stage].figures.passed, "seed \(seed)")
        }
        if shape.allSatisfy(\.keepsOrder) { #expect(outputs == outputs.sorted(), "seed \(seed)") }
        guard untouched else { return }
        let expected = (0..<items).filter { item in
            shape.indices.allSatisfy { stage in
                (1...shape[stage].attempts).contains { !fails(item, at: stage, attempt: $0) }
            }
        }
        #expect(snapshot.failure == nil && outputs.sorted() == expected, "seed \(seed)")
    }
}
