import Metrics
import MetricsTestKit
import Monitoring
import Testing

@testable import WorkerPool

/// Tiny items that go on to the next stage together.
@Suite struct PipelineGatheringTests {
    /// A pipeline whose first worker knows its items as tiny, and finds the next ones in its queue all at once.
    private struct Line {
        let clock = ManualClock()
        let gate = ThreadGate()
        let run: PipelineRun<Int, Int>

        /// - Parameters:
        ///   - workers: Those of the first stage.
        ///   - buffer: That of the second stage.
        init(workers: Int = 1, buffer: Int = 100) async throws {
            let gate = gate
            let pipeline = Pipeline("p", of: Int.self)
                .stage(
                    "a", workers: workers, onFailure: .skip, configure: { $0.executor = .dedicatedThreads }
                ) {
                    item in
                    if item == Line.blocking { gate.block() }
                    if item == Line.broken { throw Broken() }
                    return item
                }
                .stage("b", workers: 1, buffer: buffer) { $0 }
            run = pipeline.start(.still(outputBuffer: 1_000, clock: clock))
            let second = run.stages[1]
            for count in 1...Line.before {
                try await run.send(0)
                await until("it has passed") { second.snapshot().counters.succeeded == count }
            }
        }

        /// How many items have passed before.
        static let before: UInt64 = 30
        static let blocking = 1_000
        static let broken = 2_000

        func send(_ items: [Int]) async throws {
            run.stages[0].pauseDispatch()
            for item in items { try await run.send(item) }
            run.stages[0].resumeDispatch()
        }

        func outputs() async throws -> [Int] { Array(try await run.outputs().dropFirst(Int(Line.before))) }
    }

    @Test func whatIsGathered_doesNotWaitForAnItemThatTakesLong() async throws {
        let line = try await Line()
        try await line.send([1, 2, Line.blocking, 3])
        await until("an item takes long") { line.gate.blocked == 1 }
        let (first, second) = (line.run.stages[0], line.run.stages[1])
        #expect(first.state.withLock { $0.gathering } == 1)
        #expect(second.snapshot().counters.submitted == Line.before)
        #expect(line.run.snapshot().isConserved)
        // Two are finished, and there is a place for each of the others.
        #expect(second.state.withLock { $0.reserved } == 4)
        #expect(first.snapshot().figures.reordering == 2)
        #expect(first.snapshot().figures.passed == Line.before)
        line.clock.advance(by: .nanoseconds(Int64(PoolMachine.relief)))
        await until("the finished ones have gone on") {
            second.snapshot().counters.succeeded == Line.before + 2
        }
        #expect(second.state.withLock { $0.reserved } == 1)
        #expect(first.snapshot().figures.passed == Line.before + 2)
        line.gate.open()
        line.run.finish()
        #expect(try await line.outputs() == [1, 2, Line.blocking, 3])
        #expect(second.state.withLock { $0.reserved } == 0)
    }

    @Test func oneWorkerDoesAllThereIs_butWhereItIsHeldUpAnotherIsWoken() async throws {
        let line = try await Line(workers: 2)
        try await line.send([Line.blocking] + Array(1...80))
        await until("an item takes long") { line.gate.blocked == 1 }
        let (first, second) = (line.run.stages[0], line.run.stages[1])
        #expect(first.snapshot().counters.queued == 80)
        line.clock.advance(by: .nanoseconds(Int64(PoolMachine.relief)))
        await until("the others have gone on") { second.snapshot().counters.succeeded == Line.before + 80 }
        line.gate.open()
        line.run.finish()
        #expect(try await line.outputs() == Array(1...80) + [Line.blocking])
    }

    @Test func aStageThatIsFull_isNeverOverfull_andOrderStays() async throws {
        let line = try await Line(buffer: 5)
        let (first, second) = (line.run.stages[0], line.run.stages[1])
        second.resize(to: 0)
        try await line.send(Array(1...20))
        await until("it is full") { first.snapshot().figures.blockedWorkers == 1 }
        #expect(second.snapshot().queue.depth == 5)
        #expect(second.state.withLock { $0.reserved } == 0)
        #expect(line.run.snapshot().isConserved)
        #expect(first.snapshot().figures.passed == Line.before + 5)
        second.resize(to: 1)
        line.run.finish()
        #expect(try await line.outputs() == Array(1...20))
    }

    @Test func anItemThatFails_givesItsPlaceBack() async throws {
        let line = try await Line()
        try await line.send([1, Line.broken, 2])
        line.run.finish()
        #expect(try await line.outputs() == [1, 2])
        let snapshot = line.run.snapshot()
        #expect(snapshot.isConserved)
        #expect(
            (snapshot.stages[0].figures.skipped, snapshot.stages[1].figures.entered) == (1, Line.before + 2))
        #expect(line.run.stages[1].state.withLock { $0.reserved } == 0)
    }

    @Test func whatIsGathered_isHandedOn_whereItsWorkerIsGivenUp() async throws {
        let line = try await Line()
        try await line.send([1, 2, Line.blocking, 3])
        await until("an item takes long") { line.gate.blocked == 1 }
        #expect(line.run.stages[0].abandon(WorkerID(rawValue: 1)).phase == .done)
        let second = line.run.stages[1]
        await until("the others have gone on") { second.snapshot().counters.succeeded == Line.before + 3 }
        #expect(line.run.snapshot().stages[0].figures.cancelled == 1)
        line.run.finish()
        #expect(try await line.outputs() == [1, 2, 3])
        line.gate.open()
        await until("the place is given back") { second.state.withLock { $0.reserved } == 0 }
    }

    @Test func whatIsGathered_isDiscarded_whereTheNextStageHasEnded() async throws {
        let line = try await Line()
        try await line.send([1, 2, Line.blocking])
        await until("an item takes long") { line.gate.blocked == 1 }
        await line.run.stages[1].drain()
        line.gate.open()
        await #expect(throws: PipelineError.nextStageClosed(after: "a")) { try await line.run.wait() }
        let figures = line.run.snapshot().stages[0].figures
        #expect((figures.entered, figures.passed, figures.cancelled) == (Line.before + 3, Line.before, 3))
        #expect(line.run.snapshot().stages[0].isConserved)
    }

    @Test func anItemInTheHandsOfAWorker_canBeCancelled_andRetried() async throws {
        let line = try await Line()
        try await line.send([Line.blocking, 1, 2])
        await until("an item takes long") { line.gate.blocked == 1 }
        let first = line.run.stages[0]
        #expect(first.cancel(JobID(rawValue: 32)).phase == .done)
        #expect(first.job(JobID(rawValue: 32))?.summary.state == .cancelled)
        #expect(first.retry([JobID(rawValue: 32)]).phase == .done)
        line.gate.open()
        line.run.finish()
        #expect(try await line.outputs() == [Line.blocking, 2, 1])
    }

    @Test func theItemsInTheHandsOfAWorker_areKnown_whateverHasBecomeOfThem() async throws {
        let line = try await Line()
        try await line.send([1, Line.blocking, 2, 3])
        await until("an item takes long") { line.gate.blocked == 1 }
        let first = line.run.stages[0]
        let all = (31...34).map { first.job(JobID(rawValue: $0))?.summary }
        #expect(all.map { $0?.state } == [.succeeded, .running, .queued, .queued])
        #expect(all.map { $0?.worker?.rawValue } == [1, 1, nil, nil])
        #expect(all[0]?.ended != nil && all[1]?.ended == nil)
        #expect(first.snapshot().workers.each.map { $0.job?.id } == [JobID(rawValue: 32)])
        #expect(Set(first.jobs(query([.queued, .running])).jobs.map(\.id.rawValue)) == [32, 33, 34])
        #expect(first.cancel(JobID(rawValue: 31)).phase == .refused)
        line.gate.open()
        line.run.finish()
        #expect(try await line.outputs() == [1, Line.blocking, 2, 3])
        #expect(line.run.snapshot().isConserved)
        #expect(Set(first.jobs(query([.succeeded])).jobs.map(\.id.rawValue)).isSuperset(of: 31...34))
    }

    @Test func anItemThatRuns_isToldToStop_andEndsAsItWill() async throws {
        let line = try await Line()
        try await line.send([1, Line.blocking, 2])
        await until("an item takes long") { line.gate.blocked == 1 }
        let first = line.run.stages[0]
        #expect(first.cancel(JobID(rawValue: 32)).phase == .signalled)
        #expect(first.snapshot().workers.each[0].stopping != nil)
        line.gate.open()
        line.run.finish()
        #expect(try await line.outputs() == [1, Line.blocking, 2])
        #expect(first.snapshot().counters.succeeded == Line.before + 3)
    }

    @Test func anItemThatWasLookedAt_keepsItsPlace() async throws {
        let line = try await Line()
        try await line.send([1, Line.blocking, 2])
        await until("an item takes long") { line.gate.blocked == 1 }
        let (first, second) = (line.run.stages[0], line.run.stages[1])
        #expect(first.job(JobID(rawValue: 32))?.summary.state == .running)
        second.pauseIntake()
        line.gate.open()
        await until("all have gone on") { second.snapshot().counters.succeeded == Line.before + 3 }
        second.resumeIntake()
        line.run.finish()
        #expect(try await line.outputs() == [1, Line.blocking, 2])
    }

    @Test func whoHandsOnForAWorkerThatIsStuck_doesSoInThatBatchOnly() {
        let gathered = Gathered<Int>()
        gathered.batch = 1
        gathered.begin(room: 4)
        gathered.get(4)
        gathered.add(1, at: 0)
        gathered.add(2, at: 0)
        #expect(gathered.take(stuckIn: 1) == (0..<2, 3))
        gathered.add(3, at: 0)
        #expect(gathered.take(stuckIn: nil) == (2..<3, 1))
        gathered.batch = 2
        gathered.begin(room: 5)
        gathered.get(5)
        gathered.add(4, at: 0)
        #expect(gathered.take(stuckIn: 1) == (0..<0, 0))
        #expect(gathered.take(stuckIn: nil) == (0..<1, 5))
    }

    @Test func everyItem_isMeasured() async throws {
        let factory = TestMetrics()
        let run = Pipeline("p", of: Int.self)
            .stage("a", workers: 1, configure: { $0.metrics = factory }) { $0 }
            .stage("b", workers: 1, configure: { $0.metrics = factory }) { _ in }
            .start(.still(outputBuffer: 1, clock: ManualClock()))
        for item in 1...200 { try await run.send(item) }
        let report = try await run.drain()
        for stage in report.stages {
            #expect(stage.latencies.total?.count == 200)
            for name in ["wait", "run", "total"] {
                let timer = try factory.expectTimer("pooltop_job_\(name)_seconds", [("pool", stage.name)])
                #expect(timer.values.count == 200)
            }
        }
    }

    @Test func itemsThatWait_areListed_cancelledAndTakenBack() async throws {
        let line = try await Line()
        let first = line.run.stages[0]
        first.pauseDispatch()
        for item in 1...5 { try await line.run.send(item) }
        let page = first.jobs(query([.queued]))
        #expect(page.jobs.map(\.id.rawValue) == [31, 32, 33, 34, 35])
        #expect(first.job(JobID(rawValue: 33))?.summary.state == .queued)
        #expect(first.cancel(JobID(rawValue: 32)).phase == .done)
        #expect(first.snapshot().queue.depth == 4)
        try await line.run.send(6)
        #expect(first.cancelAll().affected == 5)
        try await line.run.send(7)
        first.resumeDispatch()
        line.run.finish()
        #expect(try await line.outputs() == [7])
        #expect(line.run.snapshot().isConserved)
    }

    /// Many of them, at the machine's speed, by way of all that can happen to one.
    @Test func itemsThatAreObjects_areLetGo_andNoneIsLostOrDoubled() async throws {
        let live = Counter()
        let sum = Counter()
        do {
            let pipeline = Pipeline("p", of: Token.self)
                .stage("a", workers: 3, buffer: 100) { $0 }
                .stage("b", workers: 2, buffer: 40, onFailure: .skip) { item in
                    if item.number.isMultiple(of: 200) { throw Broken() }
                    return Token(live, item.number)
                }
                .stage("c", workers: 2, buffer: 10, order: .kept) { $0 }
                .stage("d", workers: 2, buffer: 100) { $0 }
                .stage("e", workers: 2, buffer: 64) { item in sum.add(item.number) }
            let run = pipeline.start()
            let operators = Task {
                var generator = SplitMix(seed: 1)
                while !Task.isCancelled {
                    let stage = run.stages[Int.random(in: 0..<5, using: &generator)]
                    stage.pauseDispatch()
                    _ = stage.jobs(JobQuery())
                    stage.resize(to: Int.random(in: 1...4, using: &generator))
                    stage.resumeDispatch()
                    #expect(run.snapshot().isConserved)
                    await yield(50)
                }
            }
            for number in 1...4_000 { try await run.send(Token(live, number)) }
            let report = try await run.drain()
            operators.cancel()
            await operators.value
            #expect(report.isConserved)
            #expect(report.stages.map(\.figures.passed) == [4_000, 3_980, 3_980, 3_980, 3_980])
            #expect(report.stages[1].figures.skipped == 20)
        }
        #expect(sum.count == (1...4_000).filter { !$0.isMultiple(of: 200) }.reduce(0, +))
        await until("all are gone") { live.count == 0 }
    }

    private func query(_ states: Set<JobState>) -> JobQuery {
        var query = JobQuery()
        query.states = states
        return query
    }

    @Test func theLastItems_areKeptInTheHistory() async throws {
        let line = try await Line()
        try await line.send(Array(1...10))
        line.run.finish()
        _ = try await line.outputs()
        let page = line.run.stages[0].jobs(query([.succeeded]))
        #expect(page.total == 40)
        let last = try #require(line.run.stages[0].job(JobID(rawValue: 40))?.summary)
        #expect((last.state, last.worker, last.attempt) == (.succeeded, WorkerID(rawValue: 1), 1))
        #expect(last.started != nil && last.ended != nil)
    }
}
