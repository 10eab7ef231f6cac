import Monitoring
import Testing

@testable import WorkerPool

@Suite struct PipelineSteeringTests {
    @Test func aFullBuffer_holdsBackAllStagesBefore() async throws {
        let pipeline = Pipeline("p", of: Int.self)
            .stage("a", workers: 2, buffer: 3) { $0 }
            .stage("b", workers: 1, buffer: 4) { $0 }
            .stage("c", workers: 0, buffer: 5) { $0 }
        let run = pipeline.start(.still())
        let sent = Counter()
        let source = Task {
            for item in 0..<100 {
                try await run.send(item)
                sent.add()
            }
            run.finish()
        }
        // Full buffers, and an item in the hands of every worker.
        let most = 5 + (4 + 1) + (3 + 2)
        await until("nothing moves any more") {
            let stages = run.snapshot().stages
            return stages[0].figures.blockedWorkers == 2 && stages[1].figures.blockedWorkers == 1
                && stages[0].producers.waiting == 1 && stages[0].queue.depth == 3
        }
        await yield(200)
        #expect(sent.count == most)
        #expect(run.snapshot().stages.map(\.queue.depth) == [3, 4, 5])
        run.stages[2].resize(to: 3)
        #expect(try await run.outputs().sorted() == Array(0..<100))
        try await source.value
    }

    @Test func unreadOutputs_holdThePipelineUp() async throws {
        let pipeline = Pipeline("p", of: Int.self).stage("a", workers: 1, buffer: 2) { $0 }
        let run = pipeline.start(.still(outputBuffer: 3))
        let sent = Counter()
        let source = Task {
            for item in 0..<50 {
                try await run.send(item)
                sent.add()
            }
            run.finish()
        }
        await until("nothing moves any more") {
            let stage = run.snapshot().stages[0]
            return stage.figures.blockedWorkers == 1 && stage.producers.waiting == 1 && stage.queue.depth == 2
        }
        #expect(sent.count == 3 + 1 + 2)
        #expect(try await run.outputs() == Array(0..<50))
        try await source.value
    }

    @Test func theSharesOfTime_nameTheBottleneck() async throws {
        let clock = ManualClock()
        let held = HeldJob()
        let pipeline = Pipeline("p", of: Int.self)
            .stage("fast", workers: 1) { $0 }
            .stage("slow", workers: 1, buffer: 1) { item, context in
                try await held.body(context)
                return item
            }
            .stage("idle", workers: 1) { (_: Int) in }
        let run = pipeline.start(.still(clock: clock))
        _ = run.snapshot()
        for item in 0..<3 { try await run.send(item) }
        await held.started.wait()
        await until("the first stage is blocked") { run.snapshot().stages[0].figures.blockedWorkers == 1 }
        clock.advance(by: .seconds(4))
        let figures = run.snapshot().stages.map(\.figures)
        #expect(figures.map(\.blocked) == [1, 0, 0])
        #expect(figures.map(\.working) == [0, 1, 0])
        #expect(figures.map(\.waiting) == [0, 0, 1])
        #expect(run.snapshot().stages[1].queue.depth == 1)
        held.release.fire()
        try await run.drain()
        #expect(run.snapshot().stages[0].figures.blockedWorkers == 0)
    }

    @Test func workersBehindAStageThatKeepsOrder_areBlockedToo() async throws {
        let clock = ManualClock()
        let (second, others) = (Signal(), Signal())
        let pipeline = Pipeline("p", of: Int.self)
            .stage("a", workers: 2, order: .kept) { item in
                // One after the other, so that none waits for an earlier one.
                if item == 1 { await second.wait() } else if item > 1 { await others.wait() }
                return item
            }
            .stage("b", workers: 0, buffer: 1) { $0 }
        let run = pipeline.start(.still(clock: clock))
        _ = run.snapshot()
        for item in 0..<8 { try await run.send(item) }
        await until("the first is through") { run.snapshot().stages[0].figures.passed == 1 }
        second.fire()
        await until("one worker is blocked") { run.snapshot().stages[0].figures.blockedWorkers == 1 }
        others.fire()
        await until("both workers are blocked") { run.snapshot().stages[0].figures.blockedWorkers == 2 }
        clock.advance(by: .seconds(2))
        let figures = run.snapshot().stages[0].figures
        #expect((figures.blocked, figures.passed, figures.reordering) == (1, 1, 0))
        run.stages[1].resize(to: 1)
        run.finish()
        #expect(try await run.outputs() == Array(0..<8))
    }

    @Test func stages_areResizedLive() async throws {
        let busy = Journal<HeldJob>()
        let pipeline = Pipeline("p", of: HeldJob.self)
            .stage("a", workers: 1) { job, context in
                busy.note(job)
                try await job.body(context)
            }
        let run = pipeline.start(.still())
        let jobs = (0..<6).map { _ in HeldJob() }
        for job in jobs { try await run.send(job) }
        await until("one works") { busy.lines.count == 1 }
        run.stages[0].resize(to: 4)
        await until("four work") { busy.lines.count == 4 }
        run.stages[0].resize(to: 1)
        for job in jobs { job.release.fire() }
        #expect(try await run.drain().stages[0].figures.passed == 6)
    }

    @Test func stages_arePausedLive() async throws {
        let pipeline = Pipeline("p", of: Int.self)
            .stage("a", workers: 1, buffer: 2) { $0 }.stage("b", workers: 1, buffer: 2) { $0 }
        let run = pipeline.start(.still())
        run.stages[1].pauseIntake()
        try await run.send(0)
        await until("the first waits") { run.snapshot().stages[0].figures.blockedWorkers == 1 }
        #expect(run.entered() == [1, 0])
        run.stages[1].resumeIntake()
        await until("it has passed") { run.entered() == [1, 1] }
        await run.stages[0].pauseDispatchAndWait()
        try await run.send(1)
        await yield(50)
        #expect(run.entered() == [2, 1])
        run.stages[0].resumeDispatch()
        run.finish()
        #expect(try await run.outputs() == [0, 1])
    }

    @Test func aClosedSource_drainsTheStagesInOrder() async throws {
        let gates = (0..<3).map { _ in HeldJob() }
        var pipeline = Pipeline("p", of: Int.self)
        for gate in gates {
            pipeline = pipeline.stage("s", workers: 1) { item, context in
                try await gate.body(context)
                return item
            }
        }
        let run = pipeline.start(.still())
        for item in 0..<4 { try await run.send(item) }
        run.finish()
        for place in gates.indices {
            await gates[place].started.wait()
            await until("stage \(place) drains") { run.stages[place].snapshot().state == .draining }
            #expect(run.stages[(place + 1)...].allSatisfy { $0.snapshot().state == .running })
            gates[place].release.fire()
        }
        #expect(try await run.outputs() == [0, 1, 2, 3])
    }

    @Test func limits_holdWithinAStage() async throws {
        let running = Counter()
        let most = Journal<Int>()
        let pipeline = Pipeline("p", of: Int.self)
            .stage(
                "a", workers: 8, describe: { JobOptions(kind: $0.isMultiple(of: 2) ? "even" : "odd") },
                configure: { $0.limits = ["even": KindLimit(concurrency: 1)] }
            ) { (item: Int) async throws -> Void in
                guard item.isMultiple(of: 2) else { return }
                running.add()
                most.note(running.count)
                await yield(3)
                running.add(-1)
            }
        try await pipeline.run(over: 0..<200, .still())
        #expect(most.lines == Array(repeating: 1, count: 100))
    }

    @Test func threads_canRunAStage() async throws {
        let pipeline = Pipeline("p", of: Int.self)
            .stage("a", workers: 3, configure: { $0.executor = .dedicatedThreads }) { $0 * 2 }
        #expect(try await pipeline.collect(0..<100).sorted() == (0..<100).map { $0 * 2 })
    }

    @Test func aStage_mayFindItsOwnSize() async throws {
        let pipeline = Pipeline("adaptive", of: Int.self)
            .stage("double", workers: 1, configure: { $0.size = .adaptive(2...8, start: 3) }) { $0 * 2 }
        let run = pipeline.start()
        #expect(run.stages[0].configuration.size.rails == 2...8)
        #expect(run.stages[0].snapshot().workers.target == 3)
        try await run.drain()
    }
}
