import Monitoring
import Testing

@testable import WorkerPool

@Suite struct PipelineFailureTests {
    @Test func theFirstError_isThrownFromTheRun_andStopsAllStages() async throws {
        let before = HeldJob()
        let after = HeldJob()
        let pipeline = Pipeline("p", of: Int.self)
            .stage("before", workers: 2) { item, context in
                if item == 3 {
                    before.started.fire()
                    try await cancellation()
                }
                return item
            }
            .stage("breaks", workers: 1) { item in
                if item == 2 {
                    await before.started.wait()
                    await after.started.wait()
                    throw Broken()
                }
                return item
            }
            .stage("after", workers: 1) { (_: Int) async throws -> Void in
                after.started.fire()
                try await cancellation()
            }
        let run = pipeline.start(.still())
        for item in 0..<10 { try await run.send(item) }
        await #expect(throws: Broken.self) { try await run.wait() }
        await #expect(throws: Broken.self) { try await run.send(10) }
        let snapshot = run.snapshot()
        #expect(snapshot.isConserved)
        #expect(snapshot.state == .stopped)
        #expect(snapshot.failure == "Broken()")
        #expect(snapshot.stages.map(\.held) == [0, 0, 0])
        #expect(snapshot.stages.map(\.figures.skipped) == [0, 1, 0])
        #expect(snapshot.stages[2].figures.passed == 0)
    }

    @Test func aFailure_endsASourceThatWaits() async throws {
        let pipeline = Pipeline("p", of: Int.self)
            .stage("breaks", workers: 1) { (_: Int) throws -> Void in throw Broken() }
        let (items, source) = AsyncStream.makeStream(of: Int.self)
        source.yield(1)
        await #expect(throws: Broken.self) { try await pipeline.run(over: items, .still()) }
    }

    @Test func aFailure_endsASendThatWaits() async throws {
        let held = HeldJob()
        let pipeline = Pipeline("p", of: Int.self)
            .stage("breaks", workers: 1, buffer: 1) { (_: Int, context: JobContext) async throws -> Void in
                try await held.body(context)
                throw Broken()
            }
        let run = pipeline.start(.still())
        let source = Task { while true { try await run.send(1) } }
        await until("the third waits") { run.stages[0].snapshot().producers.waiting == 1 }
        held.release.fire()
        await #expect(throws: Broken.self) { try await source.value }
        await #expect(throws: Broken.self) { try await run.drain() }
    }

    @Test func outputsBeforeAFailure_canBeRead() async throws {
        let pipeline = Pipeline("p", of: Int.self)
            .stage("breaks", workers: 1) { item in
                if item == 3 { throw Broken() }
                return item
            }
        let run = pipeline.start(.still())
        for item in 0..<4 { try await run.send(item) }
        await #expect(throws: Broken.self) { try await run.wait() }
        var outputs: [Int] = []
        do {
            for try await output in run.output { outputs.append(output) }
            Issue.record("no error came")
        } catch { #expect(error is Broken) }
        #expect(outputs == [0, 1, 2])
    }

    @Test func skippedItems_areRecorded_andTheOthersGoOn() async throws {
        let pipeline = Pipeline("p", of: Int.self)
            .stage("picky", workers: 2, onFailure: .skip) { item in
                if item.isMultiple(of: 10) { throw Broken() }
                return item
            }
            .stage("next", workers: 1) { $0 }
        let run = pipeline.start(.still())
        for item in 0..<100 { try await run.send(item) }
        run.finish()
        #expect(try await run.outputs().count == 90)
        let first = run.snapshot().stages[0]
        #expect((first.figures.passed, first.figures.skipped) == (90, 10))
        #expect(first.errors.total == 10)
        #expect(run.stages[0].failures(limit: 100).map(\.type) == Array(repeating: "Broken", count: 10))
    }

    @Test func items_areTriedAsOftenAsThePolicySays() async throws {
        let clock = ManualClock()
        let attempts = Counter()
        let pipeline = Pipeline("p", of: Int.self)
            .stage("flaky", workers: 1, retry: RetryPolicy(maxAttempts: 3, base: .seconds(1), jitter: false))
        {
            (item: Int, context: JobContext) async throws -> Int in
            attempts.add()
            if context.attempt < 3 { throw Broken() }
            return item
        }
        let run = pipeline.start(.still(clock: clock))
        try await run.send(7)
        run.finish()
        for wait in 1...2 {
            await until("attempt \(wait) has failed") {
                attempts.count == wait && run.stages[0].counters.scheduled == 1
            }
            clock.advance(by: .seconds(wait))
        }
        #expect(try await run.outputs() == [7])
        #expect(attempts.count == 3)
    }

    @Test func anErrorOfTheSource_failsTheRun() async throws {
        let pipeline = Pipeline("p", of: Int.self).stage("a", workers: 1) { $0 }
        let items = AsyncThrowingStream<Int, any Error> { source in
            source.yield(1)
            source.finish(throwing: Broken())
        }
        await #expect(throws: Broken.self) { try await pipeline.collect(items, .still()) }
    }

    @Test func anErrorOfTheSink_failsTheRun() async throws {
        let pipeline = Pipeline("p", of: Int.self).stage("a", workers: 1, buffer: 1) { $0 }
        await #expect(throws: Broken.self) {
            try await pipeline.run(over: 0..<1_000, .still(outputBuffer: 1)) { item in
                if item == 5 { throw Broken() }
            }
        }
    }

    @Test func anErrorOfTheScope_failsTheRun() async throws {
        let pipeline = Pipeline("p", of: Int.self).stage("a", workers: 1) { $0 }
        let pools = Journal<Pool>()
        await #expect(throws: Broken.self) {
            try await pipeline.withRun(.still()) { run in
                pools.note(run.stages[0])
                try await run.send(1)
                throw Broken()
            }
        }
        #expect(pools.lines[0].snapshot().state == .stopped)
    }

    @Test func theFirstStageDrainedByAnOperator_closesTheSource() async throws {
        let pipeline = Pipeline("p", of: Int.self).stage("a", workers: 1) { $0 }.stage("b", workers: 1) { $0 }
        let run = pipeline.start(.still())
        for item in 0..<5 { try await run.send(item) }
        await run.stages[0].drain()
        await #expect(throws: PipelineError.closed) { try await run.send(5) }
        #expect(try await run.outputs() == [0, 1, 2, 3, 4])
        #expect(try await run.wait().state == .stopped)
    }

    @Test(arguments: [StageOrder.free, .kept])
    func aLaterStageDrainedByAnOperator_failsTheRun(order: StageOrder) async throws {
        let pipeline = Pipeline("p", of: Int.self)
            .stage("a", workers: 1, onFailure: .skip, order: order) { $0 }.stage("b", workers: 1) { $0 }
        let run = pipeline.start(.still())
        await run.stages[1].drain()
        try await run.send(1)
        await #expect(throws: PipelineError.nextStageClosed(after: "a")) { try await run.wait() }
        #expect(run.snapshot().stages[0].isConserved)
        #expect(run.snapshot().stages[0].figures.passed == 0)
    }

    @Test func aNextStageThatRefuses_doesNotHaveTheWorkDoneAgain() async throws {
        let attempts = Counter()
        let pipeline = Pipeline("p", of: Int.self)
            .stage("a", workers: 1, onFailure: .skip, retry: RetryPolicy(maxAttempts: 5, base: .zero)) {
                item in
                attempts.add()
                return item
            }
            .stage("b", workers: 0, buffer: 2, configure: { $0.overflow = .reject }) { (_: Int) in }
        let run = pipeline.start(.still())
        for item in 0..<5 { try await run.send(item) }
        await run.stages[0].quiet()
        #expect(attempts.count == 5)
        let stages = run.snapshot().stages
        #expect((stages[0].figures.passed, stages[0].figures.skipped) == (2, 3))
        #expect(stages[1].counters.rejected == 3)
        run.stages[1].resize(to: 1)
        try await run.drain()
    }

    @Test func aLossyStage_dropsAndCounts() async throws {
        let pipeline = Pipeline("p", of: Int.self)
            .stage("a", workers: 1) { $0 }
            .stage(
                "b", workers: 0, buffer: 2, order: .kept(window: 100),
                configure: { $0.overflow = .dropOldest }
            ) {
                $0
            }
        let run = pipeline.start(.still())
        for item in 0..<10 { try await run.send(item) }
        await run.stages[0].quiet()
        run.stages[1].resize(to: 2)
        run.finish()
        #expect(try await run.outputs() == [8, 9])
        let figures = run.snapshot().stages[1].figures
        #expect((figures.entered, figures.passed, figures.cancelled) == (10, 2, 8))
    }
}
