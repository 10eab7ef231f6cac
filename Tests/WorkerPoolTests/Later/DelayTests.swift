import Monitoring
import Testing

@testable import WorkerPool

@Suite struct DelayTests {
    @Test func aDelayedJob_isScheduledUntilItIsDue() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        let id = try await pool.submit(JobOptions(delay: .seconds(30))) { _ in }
        #expect((pool.counters.scheduled, pool.counters.queued) == (1, 0))
        let summary = try #require(pool.job(id)?.summary)
        #expect(summary.state == .scheduled)
        #expect(summary.due == summary.submitted + 30)
        await until("its timer is set") { clock.sleeperCount == 1 }
        clock.advance(by: .seconds(29))
        #expect(pool.counters.scheduled == 1)
        clock.advance(by: .seconds(1))
        await pool.quiet()
        #expect(pool.counters.succeeded == 1)
        await pool.drain()
    }

    @Test func aDueTime_isKept_andTheLaterOfBothCounts() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        let start = Double(clock.now) / 1e9
        let past = try await pool.submit(JobOptions(due: start - 100)) { _ in }
        let both = try await pool.submit(JobOptions(delay: .seconds(5), due: start + 60)) { _ in }
        await until("what was due before it came has run") { pool.job(past)?.summary.state == .succeeded }
        #expect(pool.job(both)?.summary.due == start + 60)
        clock.advance(by: .seconds(60))
        await pool.drain()
        #expect(pool.counters.succeeded == 2)
    }

    @Test func delayedJobs_takeUpRoom_andGiveItBackWhenCancelled() async throws {
        let pool = Pool(.still(workers: 0, capacity: 2, overflow: .reject))
        let first = try pool.trySubmit(JobOptions(delay: .seconds(9))) { _ in }
        try pool.trySubmit { _ in }
        #expect(throws: PoolError.self) { try pool.trySubmit { _ in } }
        #expect(pool.cancel(first).phase == .done)
        try pool.trySubmit { _ in }
        #expect(pool.snapshot().queue.highWater == 2)
        await pool.shutdownNow()
        #expect(pool.counters.isBalanced)
    }

    @Test func delays_areHeeded_forJobsThatWaitInLineAndInBulk() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, capacity: 1, clock: clock))
        let (held, _) = try await pool.hold()
        let order = Journal<Int>()
        try await pool.submit { _ in order.note(1) }
        let line = Task { try await pool.submit(JobOptions(delay: .seconds(5))) { _ in order.note(2) } }
        await until("it waits in line") { pool.snapshot().producers.waiting == 1 }
        held.release.fire()
        _ = try await line.value
        await until("it waits for its time") { pool.counters.scheduled == 1 && clock.sleeperCount == 1 }
        clock.advance(by: .seconds(5))
        await until("both have run") { order.lines == [1, 2] }
        let jobs = [3, 4].map { number in
            Job(JobOptions(delay: .seconds(Int64(number)))) { _ in order.note(number) }
        }
        let bulk = Task { try await pool.submit(contentsOf: jobs) }
        await until("the first waits for its time, and the second for room") {
            pool.counters.scheduled == 1 && clock.sleeperCount == 1 && pool.snapshot().producers.waiting == 1
        }
        clock.advance(by: .seconds(3))
        // Its delay began when it was submitted, not when it got its place.
        await until("the second has its place") { pool.counters.scheduled == 1 && clock.sleeperCount == 1 }
        clock.advance(by: .seconds(1))
        #expect(try await bulk.value == 2)
        await pool.drain()
        #expect(order.lines == [1, 2, 3, 4])
    }
}
