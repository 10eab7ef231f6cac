import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

@Suite struct ResizeTests {
    @Test func resize_up_startsWaitingJobsAtOnce() async throws {
        let pool = Pool(.still(workers: 1))
        let (first, _) = try await pool.hold()
        let second = HeldJob()
        try await pool.submit(nil, second.body)
        pool.resize(to: 2, by: "eva")
        await second.started.wait()
        #expect(pool.snapshot().workers.each.map(\.id.rawValue) == [1, 2])
        #expect(pool.allEvents.first?.message == "eva resized the pool from 1 to 2 workers")
        #expect(pool.allEvents.first?.mark == "1→2")
        first.release.fire()
        second.release.fire()
        await pool.drain()
    }

    @Test func resize_down_letsRunningJobsFinish_asRetiringWorkers() async throws {
        let pool = Pool(.still(workers: 2))
        let (first, _) = try await pool.hold()
        let (second, _) = try await pool.hold()
        pool.resize(to: 0)
        var workers = pool.snapshot().workers
        #expect(
            (workers.target, workers.live, workers.busy, workers.idle, workers.retiring) == (0, 2, 2, 0, 2))
        #expect(workers.each.allSatisfy { $0.state == .retiring })
        first.release.fire()
        second.release.fire()
        await until("both have left") { pool.snapshot().workers.live == 0 }
        workers = pool.snapshot().workers
        #expect((workers.busy, workers.idle, workers.retiring) == (0, 0, 0))
        #expect(pool.counters.succeeded == 2)
        await pool.drain()
    }

    @Test func resize_toNone_stopsDispatch_untilItIsRaised() async throws {
        let pool = Pool(.still(workers: 3))
        pool.resize(to: 0)
        await until("all have left") { pool.snapshot().workers.live == 0 }
        let handle = try await pool.submit(returning: Int.self) { _ in 4 }
        #expect(pool.counters.queued == 1)
        pool.resize(to: 1)
        #expect(try await handle.value == 4)
        await pool.drain()
    }

    @Test func requeueYoungest_putsTheYoungestJobsBackInFront() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 2, clock: clock))
        let order = Journal<String>()
        let (old, _) = try await pool.hold()
        await until("the other worker is parked") { pool.state.withLock { $0.parked.count == 1 } }
        clock.advance(by: .seconds(1))
        let runs = Counter()
        let young = try await pool.submit("young", returning: Int.self) { _ in
            order.note("young")
            runs.add()
            if runs.count == 1 { try await cancellation() }
            return runs.count
        }
        await until("both run") { pool.counters.running == 2 && runs.count == 1 }
        try await pool.submit { _ in order.note("later") }
        pool.resize(to: 1, shrink: .requeueYoungest)
        await until("it is back in the queue") {
            pool.counters.queued == 2 && pool.snapshot().workers.live == 1
        }
        old.release.fire()
        #expect(try await young.value == 2)
        await pool.drain()
        #expect(order.lines == ["young", "young", "later"])
        let counters = pool.counters
        #expect((counters.succeeded, counters.retried, counters.failed, counters.cancelled) == (3, 0, 0, 0))
        let attempts = try #require(pool.job(young.id)?.attempts)
        #expect(attempts.map(\.outcome) == ["requeued", "succeeded"])
        #expect(attempts.map(\.number) == [1, 1])
    }

    @Test func requeueYoungest_ofAJobThatEndsWell_isNoMore() async throws {
        let pool = Pool(.still(workers: 1))
        let job = HeldJob()
        let handle = try await pool.submit(returning: Int.self) { context in
            try await job.body(context)
            return 1
        }
        await job.started.wait()
        pool.resize(to: 0, shrink: .requeueYoungest)
        job.release.fire()
        #expect(try await handle.value == 1)
        await until("it has left") { pool.snapshot().workers.live == 0 }
        #expect((pool.counters.succeeded, pool.counters.queued) == (1, 0))
        await pool.drain()
    }

    @Test(arguments: [(-5, 0), (0, 0), (3, 3), (100_001, 100_000), (Int.min, 0)])
    func resize_isBroughtIntoItsRange(wanted: Int, given: Int) async {
        let pool = Pool(.still(workers: 0))
        if given < 1_000 {
            pool.resize(to: wanted)
            #expect(pool.snapshot().workers.target == given)
        }
        #expect(min(max(wanted, 0), PoolConfiguration.workerLimit) == given)
        await pool.drain()
    }

    @Test func adjust_byAnyNumber_trapsNobody() async {
        let pool = Pool(.still(workers: 3))
        pool.adjust(by: -1)
        #expect(pool.snapshot().workers.target == 2)
        pool.adjust(by: .min)
        #expect(pool.snapshot().workers.target == 0)
        #expect(await pool.perform(.adjust(by: .min), by: "eva").phase == .done)
        #expect(3.adding(.max) == .max)
        await pool.drain()
    }

    @Test func commands_areCarriedOutWithAReceipt() async throws {
        let pool = Pool(.still(workers: 2))
        #expect(await pool.perform(.resize(to: 3), by: "eva").message == "workers 2 → 3")
        #expect(await pool.perform(.resize(to: 3), by: "eva").message == "still 3 workers")
        #expect(await pool.perform(.adjust(by: -1), by: "eva").affected == 1)
        for (command, message) in [
            (.pauseIntake, "intake paused"), (.resumeIntake, "intake open"),
            (.pauseDispatch, "dispatch paused"),
            (.resumeDispatch, "dispatch resumed"), (.freeze, "frozen"), (.thaw, "thawed"),
        ] as [(OperatorCommand, String)] {
            let receipt = await pool.perform(command, by: "eva")
            #expect((receipt.phase, receipt.message) == (.done, message))
        }
        #expect(pool.snapshot().paused == Pauses())
        #expect(await pool.perform(.cancelAll, by: "eva").phase == .refused)
        #expect(await pool.perform(.abandon(WorkerID(rawValue: 1)), by: "eva").phase == .refused)
        #expect(await pool.perform(.retry([JobID(rawValue: 1)]), by: "eva").phase == .refused)
        #expect(await pool.perform(.drain, by: "eva").message == "draining")
        await until("it has stopped") { pool.snapshot().state == .stopped }
        #expect(await pool.perform(.resize(to: 3), by: "eva").phase == .refused)
    }

    @Test func resizingUpAndDownUnderLoad_keepsTheFiguresSound() async throws {
        let pool = Pool(PoolConfiguration(workers: 2, capacity: 32))
        let producer = Task {
            while !Task.isCancelled { try await pool.submit { _ in await Task.yield() } }
        }
        var generator = SplitMix(seed: 5)
        for _ in 0..<100 {
            let target = Int.random(in: 0...8, using: &generator)
            pool.resize(to: target, shrink: Bool.random(using: &generator) ? .finish : .requeueYoungest)
            let workers = pool.snapshot().workers
            #expect(workers.target == target)
            #expect(workers.live == workers.each.count && workers.live == workers.busy + workers.idle)
            #expect(workers.busy >= 0 && workers.idle >= 0 && workers.retiring <= workers.live)
            #expect(workers.live - workers.retiring <= max(target, workers.live))
            #expect(Set(workers.each.map(\.id)).count == workers.live)
            await Task.yield()
        }
        producer.cancel()
        pool.resize(to: 2)
        _ = try? await producer.value
        let counters = await pool.drain().counters
        #expect(counters.succeeded == counters.submitted)
        #expect(pool.liveTasks == 0)
    }
}
