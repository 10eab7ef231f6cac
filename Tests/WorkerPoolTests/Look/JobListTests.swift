import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

@Suite struct JobListTests {
    /// A pool with a job in every state a job can be in.
    private func pool(_ clock: ManualClock = ManualClock()) async throws -> (Pool, HeldJob) {
        let pool = Pool(.still(workers: 1, capacity: 5, overflow: .dropNewest, clock: clock))
        try await pool.submit("good") { _ in }
        try await pool.submit("bad") { _ in throw Broken() }
        try await pool.submit(JobOptions(name: "again", retry: RetryPolicy(maxAttempts: 2))) { _ in
            throw Broken()
        }
        await until("the first three have run") {
            pool.counters.scheduled == 1 && pool.snapshot().workers.busy == 0
        }
        await pool.parked()
        let (job, _) = try await pool.hold("long")
        for number in 1...5 {
            try await pool.submit(JobOptions(name: "queued \(number)", kind: "Mail")) { _ in }
        }
        pool.cancel(JobID(rawValue: 9))
        try await pool.submit("fifth") { _ in }
        try await pool.submit("lost") { _ in }
        return (pool, job)
    }

    private func names(_ pool: Pool, _ change: (inout JobQuery) -> Void = { _ in }) -> [String] {
        var query = JobQuery()
        change(&query)
        return pool.jobs(query).jobs.map(\.name)
    }

    @Test func allJobs_areListed_runningFirst_thenQueuedScheduledUnsuccessfulAndSucceeded() async throws {
        let (pool, job) = try await pool()
        #expect(
            names(pool) == [
                "long", "queued 1", "queued 2", "queued 3", "queued 4", "fifth", "again", "lost", "queued 5",
                "bad",
                "good",
            ])
        #expect(pool.jobs(JobQuery()).total == 11)
        #expect(!pool.jobs(JobQuery()).isPartial)
        job.release.fire()
        await pool.shutdownNow()
    }

    @Test(arguments: [
        (JobState.running, ["long"]), (.scheduled, ["again"]), (.succeeded, ["good"]), (.failed, ["bad"]),
        (.cancelled, ["queued 5"]), (.dropped, ["lost"]),
    ])
    func oneState_listsOnlyThose(state: JobState, expected: [String]) async throws {
        let (pool, job) = try await pool()
        #expect(names(pool) { $0.states = [state] } == expected)
        var query = JobQuery()
        query.states = [state]
        #expect(pool.jobs(query).total == expected.count)
        #expect(pool.jobs(query).jobs.allSatisfy { $0.state == state })
        job.release.fire()
        await pool.shutdownNow()
    }

    @Test func text_isLookedForInNameKindAndID_ignoringCase() async throws {
        let (pool, job) = try await pool()
        #expect(names(pool) { $0.text = "QUEUED" }.count == 5)
        #expect(names(pool) { $0.text = "mail" }.count == 5)
        #expect(names(pool) { $0.text = "#11" } == ["lost"])
        #expect(names(pool) { $0.text = "no such thing" }.isEmpty)
        job.release.fire()
        await pool.shutdownNow()
    }

    @Test func pages_followOneAnother() async throws {
        let (pool, job) = try await pool()
        let all = names(pool)
        var paged: [String] = []
        for offset in stride(from: 0, to: 12, by: 4) {
            paged += names(pool) { query in
                query.offset = offset
                query.limit = 4
            }
        }
        #expect(paged == all)
        #expect(names(pool) { $0.limit = 0 }.count == 1)
        #expect(names(pool) { $0.offset = -5 } == all)
        #expect(names(pool) { $0.offset = .max }.isEmpty)
        job.release.fire()
        await pool.shutdownNow()
    }

    @Test func aLongQueue_isSearchedInPart_andThePageSaysSo() async throws {
        let pool = Pool(.still(workers: 0, capacity: nil))
        try await pool.submit(contentsOf: (0..<60_000).lazy.map { _ in Job { _ in } })
        try await pool.submit("needle") { _ in }
        var query = JobQuery()
        query.limit = 10_000
        let page = pool.jobs(query)
        #expect((page.jobs.count, page.total, page.isPartial) == (500, 60_001, false))
        query.text = "needle"
        #expect((pool.jobs(query).jobs.count, pool.jobs(query).isPartial) == (0, true))
        await pool.shutdownNow()
    }

    @Test func jobsInAWorkersBatch_areListedAsQueued() async throws {
        let pool = Pool(.still(workers: 1))
        let job = try await pool.holdWithBatch { _ in }
        try await pool.submit("last") { _ in }
        #expect(names(pool) { $0.states = [.queued] } == ["job-2", "job-3", "job-4", "last"])
        #expect(pool.job(JobID(rawValue: 3))?.summary.state == .queued)
        job.release.fire()
        await pool.drain()
    }
}
