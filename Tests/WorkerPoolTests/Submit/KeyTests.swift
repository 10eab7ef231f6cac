import Monitoring
import Testing

@testable import WorkerPool

@Suite struct KeyTests {
    @Test func aSecondSubmit_joinsTheLiveJob_andGetsItsResult() async throws {
        let pool = Pool(.still(workers: 1))
        let job = HeldJob()
        let first = try await pool.submit(JobOptions(key: "a"), returning: Int.self) { context in
            try await job.body(context)
            return 1
        }
        await job.started.wait()
        let second = try await pool.submit(JobOptions(key: "a"), returning: Int.self) { _ in 2 }
        let third = try await pool.submit(JobOptions(key: "a")) { _ in }
        #expect((second.id, third) == (first.id, first.id))
        #expect(pool.counters.submitted == 1)
        job.release.fire()
        #expect(try await first.value == 1)
        #expect(try await second.value == 1)
        await pool.drain()
    }

    @Test func aResultOfAnotherType_cannotBeJoined() async throws {
        let pool = Pool(.still(workers: 0))
        try await pool.submit(JobOptions(key: "a")) { _ in }
        await #expect {
            try await pool.submit(JobOptions(key: "a"), returning: Int.self) { _ in 2 }
        } throws: {
            ($0 as? PoolError)?.code == .duplicateKey
        }
        await pool.shutdownNow()
    }

    @Test func orTheSubmitIsRefused_byChoice() async throws {
        let pool = Pool(.still(workers: 0))
        let id = try await pool.submit(JobOptions(key: "a")) { _ in }
        #expect { try pool.trySubmit(JobOptions(key: "a", duplicates: .refuse)) { _ in } } throws: {
            ($0 as? PoolError)?.description == "\(id) has the same key and is alive"
        }
        #expect((pool.counters.submitted, pool.counters.rejected) == (1, 1))
        await pool.shutdownNow()
    }

    @Test(arguments: ["succeeds", "fails", "is cancelled", "is dropped", "expires"])
    func onceTheJobHasEnded_theKeyIsFree(how: String) async throws {
        let clock = ManualClock()
        let pool = Pool(
            .still(workers: how == "succeeds" || how == "fails" ? 1 : 0, capacity: 1, clock: clock))
        let options = JobOptions(deadline: how == "expires" ? .seconds(1) : nil, key: "a")
        let first = try await pool.submit(options, returning: Int.self) { _ in
            if how == "fails" { throw Broken() }
            return 1
        }
        switch how {
        case "is cancelled": first.cancel()
        case "is dropped": try await pool.submit(overflow: .dropOldest) { _ in }
        case "expires": clock.advance(by: .seconds(1))
        default: break
        }
        _ = try? await first.value
        let second = try await pool.submit(JobOptions(key: "a"), overflow: .dropOldest) { _ in }
        #expect(second != first.id)
        await pool.shutdownNow()
    }

    @Test func aJobThatWaitsInLine_isJoinedWhenItsTurnComes() async throws {
        let pool = Pool(.still(workers: 1, capacity: 1))
        let (held, _) = try await pool.hold()
        let first = try await pool.submit(JobOptions(key: "a"), returning: Int.self) { _ in 1 }
        let second = Task { try await pool.submit(JobOptions(key: "b"), returning: Int.self) { _ in 2 } }
        await until("it stands in line") { pool.snapshot().producers.waiting == 1 }
        let third = Task { try await pool.submit(JobOptions(key: "b"), returning: Int.self) { _ in 3 } }
        await until("both stand in line") { pool.snapshot().producers.waiting == 2 }
        held.release.fire()
        _ = try await first.value
        // The third joined the second where that was alive, or ran by itself where it had ended.
        let values = (try await second.value.value, try await third.value.value)
        #expect(values.0 == 2)
        #expect(values.1 == 2 || values.1 == 3)
        await pool.drain()
        #expect(pool.counters.isBalanced)
    }

    @Test func inBulk_duplicatesAreLeftOut() async throws {
        let pool = Pool(.still(workers: 0, capacity: nil))
        let jobs = ["a", "b", "a", "a"].map { Job(JobOptions(key: $0)) { _ in } }
        #expect(try await pool.submit(contentsOf: jobs) == 2)
        let refusing = Job(JobOptions(key: "b", duplicates: .refuse)) { _ in }
        #expect(try await pool.submit(contentsOf: [refusing]) == 0)
        #expect((pool.counters.submitted, pool.counters.rejected) == (2, 1))
        await pool.shutdownNow()
    }
}
