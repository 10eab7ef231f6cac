import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

/// No job waits behind a long one in another worker's batch while a worker is idle.
@Suite struct StuckBatchTests {
    @Test func jobsBehindALongOne_areTakenByAWorkerThatWasParkedAllTheTime() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 2, clock: clock))
        let ran = Counter()
        let job = try await pool.holdWithBatch { _ in ran.add() }
        await until("the others ran") {
            clock.advance(by: .milliseconds(1))
            return ran.count == 3
        }
        #expect(pool.counters.running == 1)
        job.release.fire()
        await pool.drain()
    }

    @Test func manyTinyJobs_thenALongOne_holdNothingUp() async throws {
        let pool = Pool(PoolConfiguration(workers: 4, capacity: 1_000))
        try await pool.submit(contentsOf: (0..<20_000).map { _ in Job { _ in } })
        await pool.quiet()
        let job = HeldJob()
        let ran = Counter()
        try await pool.submit(contentsOf: [Job(job.body)] + (0..<100).map { _ in Job { _ in ran.add() } })
        await job.started.wait()
        await until("the others ran") { ran.count == 100 }
        job.release.fire()
        await pool.drain()
    }

    @Test func severalLongOnes_holdNothingUp_asLongAsOneWorkerIsLeft() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 4, clock: clock))
        await until("all workers are parked") { pool.state.withLock { $0.parked.count == 4 } }
        pool.state.withLock { for slot in $0.slots { slot.averageRun = 0 } }
        let held = (0..<3).map { _ in HeldJob() }
        let ran = Counter()
        var jobs: [Job] = []
        for job in held { jobs += [Job(job.body)] + (0..<7).map { _ in Job { _ in ran.add() } } }
        try await pool.submit(contentsOf: jobs)
        await until("the others ran") {
            clock.advance(by: .milliseconds(1))
            return ran.count == 21
        }
        for job in held { job.release.fire() }
        #expect(await pool.drain().counters.succeeded == 24)
    }

    @Test func aWatch_endsWithWhatItWatched() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 2, clock: clock))
        let job = try await pool.holdWithBatch { _ in }
        await until("it is watched") { pool.timers.count == 1 }
        job.release.fire()
        await pool.quiet()
        await until("the watch has ended") {
            clock.advance(by: .milliseconds(1))
            return pool.timers.count == 0
        }
        #expect(pool.state.withLock { !$0.isWatched })
        await pool.drain()
    }
}
