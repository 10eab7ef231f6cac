import Monitoring
import Testing
import WorkerPool

@testable import JobQueue

@Test func source_accountsForJobsOfAnEarlierProcess() async throws {
    let store = InMemoryJobStore()
    let first = Bench(store)
    _ = try await first.add()
    let dead = try await first.add(RawJobKind("gone", maxAttempts: 1) { _, _ in throw Broken() })
    await first.queue.shutdown()
    let session = try await store.openSession("x", lease: .seconds(15), now: first.core.now)
    let claimed = try await store.claim(session, from: .all, limit: 2, now: first.core.now)
    _ = try await store.settle(
        claimed.map { Settlement($0.lease, .die, error: "boom\nmore") }, now: first.core.now)
    let bench = Bench(store)
    let source = JobQueueSource(bench.queue)
    let snapshot = try await source.snapshot()
    #expect(snapshot.counters.submitted == 2)
    #expect(snapshot.counters.failed == 2)
    #expect(snapshot.counters.isBalanced)
    #expect(snapshot.queues?.map(\.name) == ["default"])
    #expect(snapshot.queues?.first?.dead == 2)
    let page = try await source.jobs(JobQuery())
    #expect(page.jobs.map(\.id.rawValue) == [2, 1])
    #expect(page.total == 2)
    #expect(page.jobs.first?.error == "boom")
    let detail = try #require(await source.job(dead))
    #expect(detail.payload == "\u{1}\u{2}\u{3}")
    #expect(detail.attempts.map(\.outcome) == ["failed"])
    await bench.queue.shutdown()
}

@Test func source_showsTheStoresNumbersOnWorkersAndFailures() async throws {
    let started = Gate()
    let letGo = Gate()
    let kind = RawJobKind("slow", maxAttempts: 1) { _, _ in
        started.open()
        await letGo.wait()
        throw Broken()
    }
    let bench = Bench(workers: 1, [kind])
    for _ in 0..<3 { _ = try await bench.queue.cancel([bench.add(kind)]) }
    let id = try await bench.add(kind)
    _ = try await Claimer(core: bench.core).sweep()
    await started.wait()
    let source = JobQueueSource(bench.queue)
    #expect(try await source.snapshot().workers.each.map { $0.job?.id } == [id])
    #expect(try await source.job(id)?.summary.worker == WorkerID(rawValue: 1))
    letGo.open()
    try await bench.settleAll()
    try await until { try await !source.failures(limit: 1).isEmpty }
    #expect(try await source.failures(limit: 1).map(\.job) == [id])
    await bench.queue.shutdown()
}

@Test func source_tellsWhichAttemptFailed_andWhatFollowed() async throws {
    let kind = RawJobKind("flaky", maxAttempts: 2) { _, _ in throw Broken() }
    let bench = Bench(workers: 1, [kind])
    let id = try await bench.add(kind)
    for _ in 0..<2 {
        bench.clock.advance(by: .seconds(5))
        _ = try await Promoter(core: bench.core).sweep()
        _ = try await Claimer(core: bench.core).sweep()
        try await bench.settleAll()
    }
    let source = JobQueueSource(bench.queue)
    try await until { try await source.failures(limit: 9).count == 2 }
    let failures = try await source.failures(limit: 9)
    #expect(failures.map(\.job) == [id, id])
    #expect(failures.map(\.attempt) == [2, 1] && failures.map(\.maxAttempts) == [2, 2])
    #expect(failures.map(\.outcome) == [.gaveUp, .failedAgain])
    let told = try await source.events(after: 0, limit: 100).events.filter { $0.job == id }
    #expect(told.map(\.kind) == [.retrying, .failed])
    #expect(told.first?.message.hasSuffix("(attempt 1 of 2, another follows)") == true)
    #expect(told.last?.message.hasSuffix("(attempt 2 of 2, gave up)") == true)
    await bench.queue.shutdown()
}

@Test(arguments: [(2.0, 2, 1_000), (0.5, 1, 2_000), (2.5, 2, 800)])
func retryOfAll_goesNoFasterThanItIsTold(rate: Double, page: Int, pause: Int) async throws {
    let bench = Bench()
    for _ in 0..<5 { _ = try await bench.queue.cancel([bench.add()], by: "me") }
    let source = JobQueueSource(bench.queue)
    let retry = Task { try await source.retry(all: [.cancelled], of: nil, perSecond: rate, by: "me") }
    var queued = 0
    while queued < 5 {
        try await until { bench.clock.sleeperCount == 1 }
        queued = min(queued + page, 5)
        #expect(try await bench.queue.queues().first?.kept[.queued] == queued)
        bench.clock.advance(by: .milliseconds(pause - 1))
        #expect(bench.clock.sleeperCount == 1)
        bench.clock.advance(by: .milliseconds(1))
    }
    #expect(try await retry.value.affected == 5)
    await bench.queue.shutdown()
}

@Test func retryOfAll_queuesNoneAgainThatEndsAsBefore() async throws {
    let bench = Bench()
    var ids: [JobID] = []
    for _ in 0..<3 { ids.append(try await bench.add()) }
    _ = try await bench.queue.cancel(ids, by: "me")
    let retry = Task { try await bench.queue.retry(all: .cancelled, perSecond: 1) }
    for id in ids {
        try await until { bench.clock.sleeperCount == 1 }
        #expect(try await bench.state(id) == .queued)
        bench.clock.advance(by: .milliseconds(1))
        _ = try await bench.queue.cancel([id], by: "me")
        bench.clock.advance(by: .milliseconds(999))
    }
    #expect(try await retry.value == 3)
    for id in ids { #expect(try await bench.state(id) == .cancelled) }
    await bench.queue.shutdown()
}

@Test func source_carriesOutWhatQueuesCan() async throws {
    let bench = Bench()
    let source = JobQueueSource(bench.queue)
    let id = try await bench.add()
    #expect(try await source.perform(.pauseQueue("default"), by: "me").phase == .done)
    #expect(try await source.snapshot().queues?.first?.paused?.by == "me")
    #expect(try await Claimer(core: bench.core).sweep().claimed == 0)
    #expect(try await source.perform(.resumeQueue("default"), by: "me").phase == .done)
    #expect(try await source.perform(.cancel([id]), by: "me").phase == .done)
    #expect(try await source.perform(.cancel([id]), by: "me").phase == .refused)
    #expect(try await source.perform(.retry([id]), by: "me").affected == 1)
    #expect(try await source.perform(.retryDead(queue: "default"), by: "me").phase == .refused)
    #expect(try await source.perform(.delete([id]), by: "me").affected == 1)
    #expect(try await source.perform(.pauseIntake, by: "me").phase == .done)
    await #expect(throws: JobQueueError.self) { try await bench.add() }
    #expect(try await source.snapshot().paused.intake?.by == "me")
    #expect(try await source.perform(.resumeIntake, by: "me").phase == .done)
    _ = try await bench.add()
    #expect(try await source.perform(.pauseDispatch, by: "me").phase == .done)
    #expect(try await Claimer(core: bench.core).sweep().claimed == 0)
    #expect(try await source.perform(.resumeDispatch, by: "me").phase == .done)
    #expect(try await source.perform(.resize(to: 5), by: "me").phase == .done)
    #expect(bench.core.room == 5)
    #expect(try await source.perform(.cancelAll, by: "me").affected == 1)
    await bench.queue.shutdown()
}

@Test func pool_refusesWhatOnlyDurableQueuesCan() async {
    let pool = Pool(PoolConfiguration(workers: 1))
    for command in [OperatorCommand.retryDead(queue: "q"), .delete([]), .pauseQueue("q"), .resumeQueue("q")] {
        let receipt = await pool.perform(command, by: "me")
        #expect(receipt.phase == .refused)
        #expect(receipt.message.contains("no durable queues"))
    }
    await pool.shutdownNow()
}

@Test func source_listsTheJobsOfOneQueue() async throws {
    let bench = Bench()
    let source = JobQueueSource(bench.queue)
    let kind = RawJobKind("letter") { _, _ in nil }
    var elsewhere = EnqueueOptions()
    elsewhere.queue = "night mail"
    _ = try await bench.queue.enqueue(kind, [], EnqueueOptions())
    let id = try await bench.queue.enqueue(kind, [], elsewhere)
    var query = JobQuery()
    query.queue = "night mail"
    #expect(try await source.jobs(query).jobs.map(\.id) == [id])
    #expect(try await source.jobs(query).total == 1)
    query.queue = "night"
    #expect(try await source.jobs(query).jobs.isEmpty)
    await bench.queue.shutdown()
}

@Test func source_showsHowFarTheRateOfAQueueIsUsed() async throws {
    let bench = Bench()
    var settings = QueueSettings()
    settings.rate = 10
    settings.burst = 3
    try await bench.queue.configure("default", settings)
    _ = try await bench.add()
    _ = try await Claimer(core: bench.core).sweep()
    let limit = try #require(try await JobQueueSource(bench.queue).snapshot().limits.first)
    #expect(limit.kind == "default")
    #expect(limit.concurrency == nil)
    #expect(limit.rate?.available == 2)
    await bench.queue.shutdown()
}
