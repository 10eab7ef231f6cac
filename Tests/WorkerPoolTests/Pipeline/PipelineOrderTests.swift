import Monitoring
import Testing

@testable import WorkerPool

@Suite struct PipelineOrderTests {
    @Test(arguments: [1, 2, 3, 8, 64])
    func order_isKept_howeverLongItemsTake(window: Int) async throws {
        var generator = SplitMix(seed: UInt64(window))
        let yields = (0..<600).map { _ in Int.random(in: 0...12, using: &generator) }
        let pipeline = Pipeline("p", of: Int.self)
            .stage("scramble", workers: 8, buffer: 5, order: .kept(window: window)) { item in
                await yield(yields[item])
                return item
            }
        #expect(try await pipeline.collect(0..<600) == Array(0..<600))
    }

    @Test func order_isKept_throughSeveralStages() async throws {
        var pipeline = Pipeline("p", of: Int.self)
        for number in 0..<4 {
            pipeline = pipeline.stage("s\(number)", workers: 3, buffer: 4, order: .kept(window: 4)) { item in
                await yield((item * (number + 3)) % 7)
                return item
            }
        }
        #expect(try await pipeline.collect(0..<500) == Array(0..<500))
    }

    @Test func skippedItems_leaveNoGap() async throws {
        let pipeline = Pipeline("p", of: Int.self)
            .stage("odd", workers: 4, buffer: 3, onFailure: .skip, order: .kept(window: 2)) { item in
                await yield(item % 5)
                if item.isMultiple(of: 3) { throw Broken() }
                return item
            }
        #expect(try await pipeline.collect(0..<300) == (0..<300).filter { !$0.isMultiple(of: 3) })
    }

    /// The trap of every bounded reorder buffer: the oldest item needs a worker, and all workers wait for it.
    @Test func theOldestItem_findsAWorker_howeverFullTheWindowIs() async throws {
        let clock = ManualClock()
        let attempts = Counter()
        let pipeline = Pipeline("p", of: Int.self)
            .stage(
                "retry", workers: 2, buffer: 3,
                retry: RetryPolicy(maxAttempts: 2, base: .seconds(60), jitter: false),
                order: .kept(window: 4)
            ) { (item: Int) async throws -> Int in
                attempts.add()
                if item == 0, attempts.count == 1 { throw Broken() }
                return item
            }
        let run = pipeline.start(.still(clock: clock))
        let source = Task {
            for item in 0..<50 { try await run.send(item) }
            run.finish()
        }
        let pool = run.stages[0]
        await until("the window is full and all its items but the oldest are finished") {
            let snapshot = pool.snapshot()
            return snapshot.figures.reordering == 6 && snapshot.workers.busy == 0
        }
        #expect(pool.counters.scheduled == 1)
        #expect(pool.counters.submitted == 7)
        clock.advance(by: .seconds(60))
        #expect(try await run.outputs() == Array(0..<50))
        try await source.value
    }

    @Test func noMoreThanBufferAndWindow_areInTheStage() async throws {
        let held = HeldJob()
        let pipeline = Pipeline("p", of: Int.self)
            .stage("first", workers: 3, buffer: 5, order: .kept(window: 4)) { item, context in
                if item == 0 { try await held.body(context) }
                return item
            }
        let run = pipeline.start(.still())
        let sent = Counter()
        let source = Task {
            for item in 0..<100 {
                try await run.send(item)
                sent.add()
            }
            run.finish()
        }
        await held.started.wait()
        let pool = run.stages[0]
        await until("nothing moves any more") { pool.snapshot().figures.reordering == 8 }
        await yield(200)
        #expect(sent.count == 9)
        #expect(pool.snapshot().figures.passed == 0)
        held.release.fire()
        #expect(try await run.outputs() == Array(0..<100))
        try await source.value
    }

    @Test func cancellingTheOldestItem_letsTheOthersGo() async throws {
        let clock = ManualClock()
        let pipeline = Pipeline("p", of: Int.self)
            .stage(
                "retry", workers: 2, onFailure: .skip, retry: RetryPolicy(maxAttempts: 2, base: .seconds(60)),
                order: .kept
            ) { item in
                if item == 0 { throw Broken() }
                return item
            }
        let run = pipeline.start(.still(clock: clock))
        for item in 0..<10 { try await run.send(item) }
        let pool = run.stages[0]
        await until("all but the oldest are finished") { pool.snapshot().figures.reordering == 9 }
        #expect(pool.cancel(JobID(rawValue: 1)).phase == .done)
        run.finish()
        #expect(try await run.outputs() == Array(1..<10))
        let figures = pool.snapshot().figures
        #expect((figures.passed, figures.cancelled, figures.reordering) == (9, 1, 0))
    }

    @Test func cancellingQueuedItems_leavesNoGap() async throws {
        let pipeline = Pipeline("p", of: Int.self).stage("a", workers: 2, order: .kept) { $0 }
        let run = pipeline.start(.still())
        let pool = run.stages[0]
        pool.pauseDispatch()
        for item in 0..<20 { try await run.send(item) }
        pool.cancel((1...20).filter { $0.isMultiple(of: 4) || $0 == 1 }.map { JobID(rawValue: $0) })
        pool.resumeDispatch()
        run.finish()
        #expect(try await run.outputs() == (0..<20).filter { !($0 + 1).isMultiple(of: 4) && $0 != 0 })
    }

    @Test func anItemOfAWorkerThatWasGivenUp_neverLeaves() async throws {
        let held = HeldJob()
        let pipeline = Pipeline("p", of: Int.self)
            .stage("a", workers: 2, order: .kept) { item, context in
                if item == 0 { try await held.body(context) }
                return item
            }
        let run = pipeline.start(.still())
        for item in 0..<5 { try await run.send(item) }
        await held.started.wait()
        let pool = run.stages[0]
        let worker = pool.snapshot().workers.each.first { $0.job?.id == JobID(rawValue: 1) }
        #expect(pool.abandon(try #require(worker).id).phase == .done)
        run.finish()
        #expect(try await run.outputs() == [1, 2, 3, 4])
        held.release.fire()
        await until("the given-up task is gone") { pool.liveTasks == 0 }
        #expect(run.snapshot().isConserved)
    }

    @Test func anItemThatAnOperatorRetries_comesInAnew() async throws {
        let fails = Counter()
        let pipeline = Pipeline("p", of: Int.self)
            .stage("a", workers: 1, onFailure: .skip, order: .kept(window: 1)) { item in
                if item == 1, fails.count == 0 {
                    fails.add()
                    throw Broken()
                }
                return item
            }
        let run = pipeline.start(.still())
        for item in 0..<3 { try await run.send(item) }
        let pool = run.stages[0]
        await until("one is skipped") { pool.snapshot().figures.skipped == 1 }
        #expect(pool.retry([JobID(rawValue: 2)]).phase == .done)
        for item in 3..<6 { try await run.send(item) }
        run.finish()
        let outputs = try await run.outputs()
        #expect(outputs.sorted() == Array(0..<6))
        #expect(outputs.filter { $0 != 1 } == [0, 2, 3, 4, 5])
        #expect(pool.snapshot().isConserved)
    }
}
