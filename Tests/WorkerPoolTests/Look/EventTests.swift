import Monitoring
import Testing

@testable import WorkerPool

@Suite struct EventTests {
    @Test func pages_followOneAnother_withoutGaps() async throws {
        let pool = Pool(.still(workers: 1))
        for number in 1...25 { pool.resize(to: number + 1) }
        var seen: UInt64 = 0
        var marks: [String] = []
        while case let page = pool.events(after: seen, limit: 10), let last = page.events.last {
            marks += page.events.compactMap(\.mark)
            #expect(page.events.first?.id == seen + 1)
            seen = last.id
        }
        #expect(marks == (1...25).map { "\($0)→\($0 + 1)" })
        await pool.drain()
    }

    @Test func aFollower_isWokenByTheNextEvent() async throws {
        let pool = Pool(.still(workers: 1))
        let follower = Task { await pool.nextEvents(after: 0) }
        await Task.yield()
        pool.pauseIntake(by: "eva")
        #expect(await follower.value?.events.map(\.message) == ["eva paused the intake"])
        await pool.drain()
    }

    @Test func manyFollowers_areAllWoken() async throws {
        let pool = Pool(.still(workers: 1))
        let followers = (0..<10).map { _ in Task { await pool.nextEvents(after: 0)?.events.count } }
        await Task.yield()
        pool.pauseIntake()
        for follower in followers { #expect(await follower.value == 1) }
        await pool.drain()
    }

    @Test func aCancelledFollower_getsNothing() async throws {
        let pool = Pool(.still(workers: 1))
        let follower = Task { await pool.nextEvents(after: 0) }
        await Task.yield()
        follower.cancel()
        #expect(await follower.value == nil)
        await pool.drain()
    }

    @Test func aSlowFollower_isToldWhatItMissed() async throws {
        let pool = Pool(.still(workers: 0))
        for _ in 0..<EventLog.limit { pool.pauseIntake(); pool.resumeIntake() }
        let page = pool.events(after: 0, limit: 1)
        #expect(page.skipped == UInt64(EventLog.limit))
        #expect(page.events.first?.id == UInt64(EventLog.limit) + 1)
        #expect(pool.events(after: 0, limit: -1).events.isEmpty)
        #expect(pool.events(after: 0, limit: .max).events.count == 1_000)
        await pool.drain()
    }

    @Test func failures_areKept_aThousand_newestFirst() async throws {
        let pool = Pool(.still(workers: 1, capacity: nil))
        for number in 1...1_050 {
            try await pool.submit(JobOptions(name: "job \(number)")) { _ in throw Broken() }
        }
        await pool.drain()
        #expect(pool.failures(limit: .max).count == 1_000)
        #expect(pool.failures(limit: 1).map(\.name) == ["job 1050"])
        #expect(pool.failures(limit: -1).isEmpty)
        #expect(pool.snapshot().errors.total == 1_050)
        #expect(pool.job(JobID(rawValue: 50)) == nil)
        #expect(pool.job(JobID(rawValue: 51))?.summary.state == .failed)
    }

    @Test func aFailure_tellsWhereItHappened_andWhatItSaid() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        let job = HeldJob()
        let id = try await pool.submit(JobOptions(name: "mail", kind: "send")) { context in
            try await job.body(context)
            throw Broken()
        }
        await job.started.wait()
        clock.advance(by: .seconds(2))
        job.release.fire()
        await pool.drain()
        let failure = try #require(pool.failures(limit: 1).first)
        #expect((failure.job, failure.name, failure.kind, failure.worker.rawValue) == (id, "mail", "send", 1))
        #expect(
            (failure.type, failure.message, failure.duration, failure.time) == (
                "Broken", "Broken()", 2, 1_002
            ))
        let event = try #require(pool.allEvents.first { $0.kind == .failed })
        #expect(event.message == "mail: Broken() (attempt 1 of 1, gave up)")
        #expect(event.level == .error)
    }
}
