import JobStoreTesting
import Monitoring
import Testing
import WorkerPool

@testable import JobQueue

@Test func claimer_takesWhatTheWorkersCanHold_andTheCompleterTells() async throws {
    let bench = Bench(workers: 2)
    for _ in 0..<5 { _ = try await bench.add() }
    let claimer = Claimer(core: bench.core)
    #expect(try await claimer.sweep() == Claimer.Swept(claimed: 2, room: 2))
    #expect(try await bench.settleAll() == 2)
    #expect(try await bench.store.queues(now: bench.core.now).first?.counters.succeeded == 2)
    await bench.queue.shutdown()
}

@Test func claimer_whenPausedOrStopping_takesNothing() async throws {
    let bench = Bench()
    _ = try await bench.add()
    bench.core.setPaused(true)
    #expect(try await Claimer(core: bench.core).sweep() == Claimer.Swept())
    bench.core.setPaused(false)
    bench.core.stopClaiming()
    #expect(try await Claimer(core: bench.core).sweep() == Claimer.Swept())
    await bench.queue.shutdown()
}

@Test func claimer_whoseReplyWasLost_hasTheJobHandedBack() async throws {
    let faulty = FaultyJobStore(InMemoryJobStore())
    let bench = Bench(faulty)
    let id = try await bench.add()
    faulty.script(.claim, [.failAfter])
    await #expect(throws: JobStoreError.self) { try await Claimer(core: bench.core).sweep() }
    #expect(try await bench.state(id) == .running)
    #expect(try await Heartbeat(core: bench.core).sweep().closed == 1)
    #expect(try await bench.state(id) == .queued)
    #expect(try await Claimer(core: bench.core).sweep().claimed == 1)
    try await bench.settleAll()
    #expect(try await bench.state(id) == .succeeded)
    await bench.queue.shutdown()
}

@Test func prefetch_growsWithShortJobs_andIsGivenUpWithLongOnes() {
    var sizer = PrefetchSizer()
    let millisecond: UInt64 = 1_000_000
    func claimed(_ count: Int, _ room: Int, ended: UInt64, at time: UInt64) -> Int {
        sizer.claimed(count, of: room, ended: ended, at: time * millisecond, limit: 30)
    }
    #expect(claimed(2, 2, ended: 0, at: 1_000) == 0)
    #expect(claimed(2, 2, ended: 2, at: 1_001) == 8)
    #expect(claimed(8, 8, ended: 4, at: 1_002) == 16)
    #expect(claimed(8, 8, ended: 9, at: 1_003) == 30)
    #expect(claimed(1, 8, ended: 10, at: 1_004) == 30)
    #expect(claimed(8, 8, ended: 11, at: 1_100) == 0)
}

@Test func prefetch_doesNotGrow_whileJobsComeOneByOneToFreeWorkers() {
    var sizer = PrefetchSizer()
    for room in [3, 2, 1] {
        let time = UInt64(1_000_000_000 - room * 1_000_000)
        #expect(sizer.claimed(1, of: room, ended: 0, at: time, limit: 30) == 0)
    }
}

@Test func completer_whoseReplyWasLost_tellsAgain_andNothingCountsTwice() async throws {
    let faulty = FaultyJobStore(InMemoryJobStore())
    let bench = Bench(faulty)
    let id = try await bench.add()
    faulty.script(.settle, [.failBefore, .failAfter])
    _ = try await Claimer(core: bench.core).sweep()
    let completer = Completer(core: bench.core)
    try await until { !bench.core.settlements.isEmpty }
    for _ in 0..<2 {
        await #expect(throws: JobStoreError.self) { try await completer.sweep() }
        #expect(bench.core.table.count == 1)
    }
    #expect(try await completer.sweep() == Completer.Swept(settled: 1, outdated: 1))
    #expect(bench.core.table.count == 0)
    #expect(try await bench.state(id) == .succeeded)
    #expect(try await bench.queue.queues().first?.counters.succeeded == 1)
    await bench.queue.shutdown()
}

@Test func heartbeat_ofASessionThatRanOut_stopsItsJobs_andAnotherIsOpened() async throws {
    let started = Gate()
    let stopped = Gate()
    let stubborn = RawJobKind("stubborn") { _, _ in
        started.open()
        await withTaskCancellationHandler {
            await stopped.wait()
        } onCancel: {
            stopped.open()
        }
        return nil
    }
    let bench = Bench(workers: 1, [stubborn])
    let id = try await bench.add(stubborn)
    _ = try await Claimer(core: bench.core).sweep()
    await started.wait()
    let session = bench.core.sessions.current
    bench.clock.advance(by: .seconds(20))
    #expect(try await Rescuer(core: bench.core).sweep() == Rescue(requeued: [id], dead: []))
    #expect(try await Heartbeat(core: bench.core).sweep().lost == 1)
    await stopped.wait()
    try await until { bench.core.table.count == 0 }
    #expect(try await bench.state(id) == .queued)
    #expect(try await Claimer(core: bench.core).sweep().claimed == 1)
    #expect(bench.core.sessions.current != session)
    try await bench.settleAll()
    #expect(try await bench.state(id) == .succeeded)
    await bench.queue.shutdown()
}

@Test func heartbeat_stopsWhatAnOperatorCancelledElsewhere() async throws {
    let started = Gate()
    let endless = RawJobKind("endless") { _, context in
        started.open()
        context.report(0.5, "half")
        let gate = Gate()
        await withTaskCancellationHandler {
            await gate.wait()
        } onCancel: {
            gate.open()
        }
        throw CancellationError()
    }
    let bench = Bench(workers: 1, [endless])
    let id = try await bench.add(endless)
    _ = try await Claimer(core: bench.core).sweep()
    await started.wait()
    let heartbeat = Heartbeat(core: bench.core)
    try await until { !bench.core.table.claims.isEmpty }
    _ = try await heartbeat.sweep()
    #expect(try await bench.store.job(id)?.progress == JobProgress(fraction: 0.5, note: "half"))
    _ = try await bench.store.cancel([id], by: "elsewhere", now: bench.core.now)
    #expect(try await heartbeat.sweep().stopped == 1)
    try await bench.settleAll()
    #expect(try await bench.state(id) == .cancelled)
    await bench.queue.shutdown()
}

@Test func promoter_queuesWhatIsDue_andRestsUntilTheNext() async throws {
    let bench = Bench()
    let id = try await bench.add(Bench.echo, EnqueueOptions(delay: .milliseconds(500)))
    let promoter = Promoter(core: bench.core)
    let early = try await promoter.sweep()
    #expect(early.promoted == 0)
    #expect(promoter.next(after: early) == .atMost(.milliseconds(500)))
    bench.clock.advance(by: .milliseconds(500))
    let late = try await promoter.sweep()
    #expect(late.promoted == 1)
    #expect(promoter.next(after: late) == .atMost(.seconds(1)))
    #expect(try await bench.state(id) == .queued)
    await bench.queue.shutdown()
}

@Test func rescuer_atTheThirdLossOfItsProcess_makesAJobDead() async throws {
    let bench = Bench()
    let id = try await bench.add()
    let rescuer = Rescuer(core: bench.core)
    for loss in 1...3 {
        let session = try await bench.store.openSession("victim", lease: .seconds(15), now: bench.core.now)
        _ = try await bench.store.claim(session, from: .all, limit: 1, now: bench.core.now)
        for _ in 1...3 {
            #expect(try await rescuer.sweep() == Rescue(requeued: [], dead: []))
            bench.clock.advance(by: .seconds(5))
        }
        let rescue = try await rescuer.sweep()
        #expect(rescue == (loss < 3 ? Rescue(requeued: [id], dead: []) : Rescue(requeued: [], dead: [id])))
    }
    await bench.queue.shutdown()
}

@Test func afterAStandstill_aProcessKeepsItsJobs_andGivesOthersTimeToBeat() async throws {
    let gate = Gate()
    let held = RawJobKind("held") { _, _ in
        await gate.wait()
        return nil
    }
    let bench = Bench(workers: 1, [held, Bench.echo])
    let own = try await bench.add(held)
    let rescuer = Rescuer(core: bench.core)
    let heartbeat = Heartbeat(core: bench.core)
    _ = try await Claimer(core: bench.core).sweep()
    let others = try await bench.add()
    let victim = try await bench.store.openSession("victim", lease: .seconds(15), now: bench.core.now)
    _ = try await bench.store.claim(victim, from: .all, limit: 1, now: bench.core.now)
    #expect(try await rescuer.sweep() == Rescue(requeued: [], dead: []))
    // Long enough for a session that was about to beat.
    bench.clock.advance(by: .seconds(15))
    #expect(try await rescuer.sweep() == Rescue(requeued: [], dead: []))
    bench.clock.advance(by: .milliseconds(5_999))
    #expect(try await rescuer.sweep() == Rescue(requeued: [], dead: []))
    #expect(try await heartbeat.sweep().alive == 1)
    bench.clock.advance(by: .milliseconds(1))
    // The other process did not come back.
    #expect(try await rescuer.sweep() == Rescue(requeued: [others], dead: []))
    gate.open()
    try await bench.settleAll()
    #expect(try await bench.state(own) == .succeeded)
    await bench.queue.shutdown()
}

@Test func rescuer_withALeaseShorterThanItsRest_seesNoStandstill() async throws {
    let bench = Bench { $0.lease = .seconds(1) }
    let id = try await bench.add()
    let rescuer = Rescuer(core: bench.core)
    for _ in 0..<3 {
        bench.clock.advance(by: .seconds(2))
        #expect(try await rescuer.sweep() == Rescue(requeued: [], dead: []))
    }
    let session = try await bench.store.openSession("victim", lease: .seconds(1), now: bench.core.now)
    _ = try await bench.store.claim(session, from: .all, limit: 1, now: bench.core.now)
    bench.clock.advance(by: .seconds(2))
    #expect(try await rescuer.sweep() == Rescue(requeued: [id], dead: []))
    await bench.queue.shutdown()
}

@Test func cleaner_deletesWhatWasKeptLongEnough() async throws {
    let bench = Bench { $0.retention.succeeded = .seconds(60) }
    let id = try await bench.add()
    _ = try await Claimer(core: bench.core).sweep()
    try await bench.settleAll()
    #expect(try await Cleaner(core: bench.core).sweep() == 0)
    bench.clock.advance(by: .seconds(61))
    #expect(try await Cleaner(core: bench.core).sweep() == 1)
    #expect(try await bench.state(id) == nil)
    await bench.queue.shutdown()
}

@Test func lookout_tellsWhoWaitsForAJobOfAnotherProcess() async throws {
    let bench = Bench(workers: 0)
    let id = try await bench.add()
    let queue = bench.queue
    let waiter = Task { try await queue.wait(for: id, timeout: .seconds(60)) }
    try await until { !bench.core.waiters.isEmpty }
    let session = try await bench.store.openSession("other", lease: .seconds(15), now: bench.core.now)
    let lease = try #require(
        await bench.store.claim(session, from: .all, limit: 1, now: bench.core.now).first?.lease)
    _ = try await bench.store.settle([Settlement(lease, .succeed, result: [9])], now: bench.core.now)
    #expect(try await Lookout(core: bench.core).sweep() == 1)
    #expect(try await waiter.value?.result == [9])
    #expect(queue.waiting == 0)
    await bench.queue.shutdown()
}
