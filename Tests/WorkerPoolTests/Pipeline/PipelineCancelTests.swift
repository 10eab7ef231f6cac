import Monitoring
import Testing

@testable import WorkerPool

@Suite struct PipelineCancelTests {
    /// Three stages, of which the last one holds what it gets until it is cancelled.
    private let stuck = Pipeline("p", of: Int.self)
        .stage("a", workers: 2, buffer: 3) { $0 }
        .stage("b", workers: 2, buffer: 3, order: .kept(window: 2)) { $0 }
        .stage("c", workers: 2, buffer: 3) { (_: Int) async throws -> Void in try await cancellation() }

    @Test func cancellingTheRun_cancelsAllItems() async throws {
        let run = stuck.start(.still())
        let source = Task { while true { try await run.send(1) } }
        await until("everything is full") {
            run.snapshot().stages[0].producers.waiting == 1 && run.snapshot().stages[2].workers.busy == 2
        }
        run.cancel()
        await #expect(throws: CancellationError.self) { try await source.value }
        await #expect(throws: CancellationError.self) { try await run.wait() }
        let snapshot = run.snapshot()
        #expect(snapshot.isConserved)
        #expect(snapshot.stages.map(\.held) == [0, 0, 0])
        #expect(snapshot.stages.map(\.figures.skipped) == [0, 0, 0])
        #expect(snapshot.stages[2].figures.passed == 0)
    }

    @Test func cancellingTheTask_cancelsTheRun() async throws {
        let pools = Journal<Pool>()
        let first = Signal()
        let pipeline = Pipeline("p", of: Int.self)
            .stage("a", workers: 2, buffer: 2) { (_: Int, _: JobContext) async throws -> Void in
                if let pool = Seat.current?.pool { pools.note(pool) }
                first.fire()
                try await cancellation()
            }
        let task = Task { try await pipeline.run(over: 0..<1_000, .still()) }
        await first.wait()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(pools.lines[0].snapshot().state == .stopped)
        #expect(pools.lines[0].liveTasks == 0)
    }

    @Test func cancellingADrain_cancelsTheRun() async throws {
        let run = stuck.start(.still())
        try await run.send(1)
        await until("it is stuck") { run.snapshot().stages[2].workers.busy == 1 }
        let task = Task { try await run.drain() }
        await until("it drains") { run.snapshot().state == .draining }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(run.snapshot().state == .stopped)
    }

    @Test func cancellingAWait_leavesTheRunAlone() async throws {
        let run = Pipeline("p", of: Int.self).stage("a", workers: 1) { (_: Int) in }.start(.still())
        let task = Task { try await run.wait() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        try await run.send(1)
        #expect(try await run.drain().stages[0].figures.passed == 1)
    }

    @Test func aSecondEnd_changesNothing() async throws {
        let run = Pipeline("p", of: Int.self).stage("a", workers: 1) { (_: Int) in }.start(.still())
        run.finish()
        run.finish()
        try await run.drain()
        run.cancel()
        try await run.drain()
        try await run.wait()
        await #expect(throws: PipelineError.closed) { try await run.send(1) }
        #expect(run.snapshot().failure == nil)
    }

    @Test func cancellingASend_takesTheItemBack() async throws {
        for order in [StageOrder.free, .kept(window: 1)] {
            let pipeline = Pipeline("p", of: Int.self).stage("a", workers: 0, buffer: 2, order: order) {
                (_: Int) in
            }
            let run = pipeline.start(.still())
            let sent = Counter()
            let task = Task {
                while true {
                    try await run.send(1)
                    sent.add()
                }
            }
            let count = 2
            await until("it is full") { sent.count == count }
            await yield(50)
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(run.stages[0].counters.submitted == UInt64(count))
            run.stages[0].resize(to: 1)
            #expect(try await run.drain().stages[0].figures.passed == UInt64(count))
        }
    }

    @Test func anItemCancelledWhileItWaitsForRoom_goesNoFurther() async throws {
        let run = full()
        for item in 0..<3 { try await run.send(item) }
        let pool = run.stages[0]
        await until("the third waits") { pool.snapshot().figures.blockedWorkers == 1 }
        #expect(pool.cancel(JobID(rawValue: 3)).phase == .signalled)
        await until("it is gone") { pool.snapshot().figures.cancelled == 1 }
        run.stages[1].resize(to: 1)
        run.finish()
        #expect(try await run.outputs() == [0, 1])
    }

    /// A pipeline whose second stage takes two items and starts none.
    private func full(timeout: Duration? = nil, clock: ManualClock = ManualClock()) -> PipelineRun<Int, Int> {
        Pipeline("p", of: Int.self)
            .stage(
                "a", workers: 1, onFailure: .skip, retry: RetryPolicy(maxAttempts: 3, base: .zero),
                describe: { _ in JobOptions(timeout: timeout) }
            ) { $0 }
            .stage("b", workers: 0, buffer: 2) { $0 }
            .start(.still(clock: clock))
    }

    @Test func anItemWhoseTimeIsUpWhileItWaitsForRoom_isNotLost() async throws {
        let clock = ManualClock()
        let run = full(timeout: .seconds(5), clock: clock)
        for item in 0..<3 { try await run.send(item) }
        let pool = run.stages[0]
        await until("the third waits") { pool.snapshot().figures.blockedWorkers == 1 }
        clock.advance(by: .seconds(10))
        await until("its time is up") { pool.snapshot().workers.each.first?.stopping != nil }
        run.stages[1].resize(to: 1)
        run.finish()
        #expect(try await run.outputs() == [0, 1, 2])
        #expect(pool.counters.retried == 0)
    }

    @Test func anItemWhoseWorkerIsTakenAwayWhileItWaitsForRoom_isNotWorkedOnAgain() async throws {
        let run = full()
        for item in 0..<3 { try await run.send(item) }
        let pool = run.stages[0]
        await until("the third waits") { pool.snapshot().figures.blockedWorkers == 1 }
        pool.resize(to: 0, shrink: .requeueYoungest)
        await until("it is told") { pool.snapshot().workers.each.first?.stopping != nil }
        run.stages[1].resize(to: 1)
        await until("it has passed") { pool.snapshot().figures.passed == 3 }
        pool.resize(to: 1)
        run.finish()
        #expect(try await run.outputs() == [0, 1, 2])
        #expect(pool.counters.succeeded == 3)
    }

    @Test func aWorkerGivenUp_passesNothingOn() async throws {
        let held = HeldJob()
        let pipeline = Pipeline("p", of: Int.self)
            .stage("a", workers: 1) { item, context in
                if item == 0 { try await held.body(context) }
                return item
            }
            .stage("b", workers: 1) { $0 }
        let run = pipeline.start(.still())
        for item in 0..<3 { try await run.send(item) }
        await held.started.wait()
        #expect(run.stages[0].abandon(WorkerID(rawValue: 1)).phase == .done)
        held.release.fire()
        await until("the given-up task is gone") { run.stages[0].liveTasks == 1 }
        run.finish()
        #expect(try await run.outputs() == [1, 2])
        #expect(run.snapshot().isConserved)
    }

    @Test func aWorkerGivenUp_whoseFunctionAwaitsNothing_passesNothingOn() async throws {
        let gate = ThreadGate()
        let pipeline = Pipeline("p", of: Int.self)
            .stage("a", workers: 1, configure: { $0.executor = .dedicatedThreads }) { item in
                if item == 0 { gate.block() }
                return item
            }
            .stage("b", workers: 1) { $0 }
        let run = pipeline.start(.still())
        for item in 0..<3 { try await run.send(item) }
        await until("the first blocks") { gate.blocked == 1 }
        #expect(run.stages[0].abandon(WorkerID(rawValue: 1)).phase == .done)
        gate.open()
        await until("the given-up task is gone") { run.stages[0].liveTasks == 1 }
        run.finish()
        #expect(try await run.outputs() == [1, 2])
        #expect(run.snapshot().isConserved)
    }
}
