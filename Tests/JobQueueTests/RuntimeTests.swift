import JobStoreTesting
import Monitoring
import Testing
import WorkerPool

@testable import JobQueue

/// A queue on the machine's clock that retries at once.
private func live(_ store: any JobStore, workers: Int = 4, _ kinds: [RawJobKind]) -> JobQueue {
    var configuration = JobQueueConfiguration(workers: workers)
    configuration.grace = .seconds(20)
    return JobQueue(store, kinds: kinds, configuration)
}

private let atOnce = RetryPolicy(maxAttempts: 100, base: .zero)

@Test func queue_runsEveryJobOnce() async throws {
    let tally = Tally()
    let kind = RawJobKind("count") { payload, context in
        tally.count(context.id)
        return payload
    }
    let store = InMemoryJobStore()
    let queue = live(store, [kind])
    try await running(queue) {
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<100 {
                        let id = try await queue.enqueue(kind, [1])
                        #expect(try await queue.wait(for: id, timeout: .seconds(60))?.state == .succeeded)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
    #expect(tally.all.count == 400)
    #expect(tally.total == 400)
    let counters = try await store.queues(now: StoreTime(milliseconds: 0)).first?.counters
    #expect(counters?.succeeded == 400)
    #expect(counters?.isBalanced == true)
}

@Test(arguments: [UInt64(1), 2, 3])
func queue_overAStoreThatFails_losesNothing_andAcknowledgesNothingTwice(_ seed: UInt64) async throws {
    let tally = Tally()
    let kind = RawJobKind("flaky", maxAttempts: 100, backoff: atOnce) { payload, context in
        tally.count(context.id)
        if context.attempt == 1, context.id.rawValue % 3 == 0 { throw Broken() }
        return payload
    }
    let store = InMemoryJobStore()
    let faulty = FaultyJobStore(store)
    let queue = live(faulty, [kind])
    var configured = QueueSettings()
    configured.concurrency = 8
    try await queue.configure("default", configured)
    faulty.failAtRandom(
        0.15, seed: seed, only: [.claim, .settle, .heartbeat, .promote, .rescue, .openSession])
    try await running(queue) {
        for key in 0..<60 { try await queue.enqueue(kind, [1], EnqueueOptions(key: "\(key)")) }
        for number in 1...60 {
            let id = JobID(rawValue: UInt64(number))
            #expect(
                try await queue.wait(for: id, timeout: .seconds(60))?.state == .succeeded,
                "seed \(seed), \(id)")
        }
        faulty.heal()
    }
    #expect(faulty.faults > 0, "seed \(seed) made nothing fail")
    let counters = try #require(await store.queues(now: StoreTime(milliseconds: 0)).first?.counters)
    #expect(counters.submitted == 60)
    #expect(counters.succeeded == 60)
    #expect(counters.isBalanced)
    #expect(tally.all.count == 60)
}

@Test func enqueue_whoseReplyWasLost_isSafeToRepeatWithAKey() async throws {
    let faulty = FaultyJobStore(InMemoryJobStore())
    let bench = Bench(faulty)
    faulty.script(.enqueue, [.failAfter])
    let options = EnqueueOptions(key: "order 7")
    await #expect(throws: JobStoreError.self) { try await bench.add(Bench.echo, options) }
    let id = try await bench.add(Bench.echo, options)
    #expect(try await bench.queue.queues().first?.counters.submitted == 1)
    #expect(try await bench.state(id) == .queued)
    await bench.queue.shutdown()
}

/// A kind whose jobs end when they are let go.
private func heldKind() -> (kind: RawJobKind, started: Gate, letGo: Gate) {
    let started = Gate()
    let letGo = Gate()
    let kind = RawJobKind("slow") { payload, _ in
        started.open()
        await letGo.wait()
        return payload
    }
    return (kind, started, letGo)
}

@Test func shutdown_letsRunningJobsFinish_andHandsTheRestBack() async throws {
    let (kind, started, letGo) = heldKind()
    let store = InMemoryJobStore()
    let queue = live(store, workers: 1, [kind])
    let first = try await queue.enqueue(kind, [])
    let second = try await queue.enqueue(kind, [])
    let run = Task { try await queue.run() }
    await started.wait()
    let end = Task { await queue.shutdown() }
    try await until { queue.isEnding }
    letGo.open()
    await end.value
    try await run.value
    #expect(try await store.job(first)?.state == .succeeded)
    let waiting = try #require(await store.job(second))
    #expect(waiting.state == .queued)
    #expect(waiting.attempt == 0)
    #expect(queue.core.pool.liveTasks == 0)
}

@Test func drain_takesNoMore_andDoesWhatIsQueued_butNotWhatIsHeldBackOrDueLater() async throws {
    let (kind, started, letGo) = heldKind()
    let store = InMemoryJobStore()
    let queue = live(store, workers: 1, [kind])
    let done = [try await queue.enqueue(kind, []), try await queue.enqueue(kind, [])]
    let kept = [
        try await queue.enqueue(kind, [], EnqueueOptions(delay: .seconds(3_600))),
        try await queue.enqueue(kind, [], EnqueueOptions(queue: "held")),
    ]
    try await queue.pause("held", by: "me")
    let run = Task { try await queue.run() }
    await started.wait()
    // Asked twice it goes on all the same.
    let ends = (0..<2).map { _ in Task { await queue.drain() } }
    try await until { queue.isEnding }
    let error = await #expect(throws: JobQueueError.self) { try await queue.enqueue(kind, []) }
    #expect(error?.code == .ending)
    letGo.open()
    for end in ends { await end.value }
    try await run.value
    for id in done { #expect(try await store.job(id)?.state == .succeeded) }
    for id in kept { #expect(try await store.job(id)?.attempt == 0) }
    #expect(try await queue.queues().map(\.counters.rejected).reduce(0, +) == 1)
}

@Test func handBack_letsStoppedJobsRunAgain_andCountsNoAttempt() async throws {
    let started = Gate()
    let kind = RawJobKind("killed", maxAttempts: 1) { _, _ in
        started.open()
        while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(1)) }
        throw Broken()
    }
    let store = InMemoryJobStore()
    let queue = live(store, workers: 1, [kind])
    let id = try await queue.enqueue(kind, [])
    let run = Task { try await queue.run() }
    await started.wait()
    let end = Task { await queue.shutdown() }
    try await until { queue.isEnding }
    queue.handBack()
    await end.value
    try await run.value
    let job = try #require(await store.job(id))
    #expect((job.state, job.attempt) == (.queued, 0))
}

@Test func aPausedIntake_countsWhatItRefuses_andFindsLiveJobsByTheirKeys() async throws {
    let bench = Bench()
    let live = try await bench.add(Bench.echo, EnqueueOptions(key: "order 7"))
    bench.queue.pauseIntake(by: "me")
    await #expect(throws: JobQueueError.self) { try await bench.add() }
    #expect(try await bench.add(Bench.echo, EnqueueOptions(key: "order 7")) == live)
    let counters = try #require(await bench.queue.queues().first).counters
    #expect((counters.submitted, counters.rejected) == (1, 1))
    await bench.queue.shutdown()
}

@Test func shutdown_atTheEndOfTheGracePeriod_handsRunningJobsBack() async throws {
    let started = Gate()
    let kind = RawJobKind("endless") { _, _ in
        started.open()
        let gate = Gate()
        await withTaskCancellationHandler {
            await gate.wait()
        } onCancel: {
            gate.open()
        }
        throw CancellationError()
    }
    let store = InMemoryJobStore()
    var configuration = JobQueueConfiguration(workers: 1)
    configuration.grace = .zero
    let queue = JobQueue(store, kinds: [kind], configuration)
    let id = try await queue.enqueue(kind, [])
    try await running(queue) { await started.wait() }
    let job = try #require(await store.job(id))
    #expect(job.state == .queued)
    #expect(job.attempt == 0)
    #expect(job.attempts.map(\.outcome) == ["released"])
}

@Test func shutdown_tellsTheStoreTheLastSettlement_howeverOftenItFails() async throws {
    let kind = RawJobKind("quick") { payload, _ in payload }
    let store = InMemoryJobStore()
    let faulty = FaultyJobStore(store)
    faulty.script(.settle, [.failAfter, .failBefore, .failBefore])
    faulty.script(.closeSession, [.failAfter])
    let ran = Gate()
    let queue = live(
        faulty, workers: 1,
        [
            RawJobKind("quick") { payload, _ in
                ran.open()
                return payload
            }
        ])
    let id = try await queue.enqueue(kind, [])
    try await running(queue) { await ran.wait() }
    #expect(try await store.job(id)?.state == .succeeded)
    #expect(try await store.queues(now: StoreTime(milliseconds: 0)).first?.counters.succeeded == 1)
}

@Test func shutdown_ofAQueueThatNeverRan_leavesNoTask() async throws {
    let bench = Bench()
    await bench.queue.shutdown()
    await bench.queue.shutdown()
    try await bench.queue.run()
    #expect(bench.core.pool.liveTasks == 0)
}

@Test func startAndStop_manyTimes_losesNothing() async throws {
    let tally = Tally()
    let kind = RawJobKind("count") { payload, context in
        tally.count(context.id)
        return payload
    }
    let store = InMemoryJobStore()
    for round in 0..<20 {
        let queue = live(store, workers: 3, [kind])
        try await running(queue) {
            for _ in 0..<10 { _ = try await queue.enqueue(kind, []) }
            if round % 2 == 0 { await Task.yield() }
        }
        #expect(queue.core.pool.liveTasks == 0)
    }
    let last = live(store, workers: 3, [kind])
    try await running(last) {
        for number in 1...200 {
            let id = JobID(rawValue: UInt64(number))
            let job = try await last.wait(for: id, timeout: .seconds(60))
            #expect(job?.state == .succeeded)
        }
    }
    #expect(tally.all.count == 200)
    #expect(tally.total == 200)
}

@Test func wait_untilItsTimeout_givesTheJobAsItIs() async throws {
    let bench = Bench(workers: 0)
    let id = try await bench.add()
    let queue = bench.queue
    let waiter = Task { try await queue.wait(for: id, timeout: .seconds(30)) }
    try await until { bench.clock.sleeperCount > 0 }
    bench.clock.advance(by: .seconds(30))
    #expect(try await waiter.value?.state == .queued)
    #expect(try await queue.wait(for: JobID(rawValue: 99), timeout: .seconds(30)) == nil)
    await queue.shutdown()
}

@Test func wait_byThousands_isCheap_andAllAreTold() async throws {
    let started = Gate()
    let letGo = Gate()
    let kind = RawJobKind("one") { payload, _ in
        started.open()
        await letGo.wait()
        return payload
    }
    let queue = live(InMemoryJobStore(), [kind])
    try await running(queue) {
        let id = try await queue.enqueue(kind, [])
        await started.wait()
        try await withThrowingTaskGroup { group in
            for _ in 0..<2_000 {
                group.addTask { try await queue.wait(for: id, timeout: .seconds(60))?.state }
            }
            try await until { queue.waiting == 2_000 }
            letGo.open()
            for try await state in group { #expect(state == .succeeded) }
        }
        #expect(queue.waiting == 0)
    }
}

@Test func cancel_ofARunningJob_stopsItAtOnce() async throws {
    let started = Gate()
    let kind = RawJobKind("endless") { _, _ in
        started.open()
        let gate = Gate()
        await withTaskCancellationHandler {
            await gate.wait()
        } onCancel: {
            gate.open()
        }
        throw CancellationError()
    }
    let queue = live(InMemoryJobStore(), [kind])
    try await running(queue) {
        let id = try await queue.enqueue(kind, [])
        await started.wait()
        #expect(try await queue.cancel([id]) == [.signalled])
        #expect(try await queue.wait(for: id, timeout: .seconds(60))?.state == .cancelled)
    }
}

@Test func cancelReceipt_isDone_onceTheJobHasStopped() async throws {
    let started = Gate()
    let told = Gate()
    let mayStop = Gate()
    let kind = RawJobKind("slow") { _, _ in
        started.open()
        await withTaskCancellationHandler {
            await mayStop.wait()
        } onCancel: {
            told.open()
        }
        throw CancellationError()
    }
    let queue = live(InMemoryJobStore(), workers: 1, [kind])
    let source = JobQueueSource(queue)
    try await running(queue) {
        let id = try await queue.enqueue(kind, [])
        await started.wait()
        let receipt = try await source.perform(.cancel([id]), by: "me")
        #expect(receipt.phase == .signalled)
        await told.wait()
        func receipts() async throws -> [Receipt] {
            try await source.events(after: 0, limit: 100).events.compactMap(\.receipt)
        }
        #expect(try await receipts() == [receipt])
        mayStop.open()
        try await until { try await receipts().count >= 2 }
        let last = try #require(await receipts().last)
        #expect(last.id == receipt.id)
        #expect(last.phase == .done)
        #expect(last.message == "1 cancelled")
    }
}
