import Monitoring
import Testing

@testable import WorkerPool

/// Records are used again as soon as nobody knows them: whoever looks at a job meanwhile must see one life of it only.
@Suite struct LookUnderLoadTests {
    @Test func whoeverLooks_seesOneLifeOfEachJob() async throws {
        let pool = Pool(PoolConfiguration(workers: 2, capacity: 64))
        let isOver = Signal()
        let looks: [@Sendable (Pool) -> Void] = [lookAtSnapshot, lookAtLists]
        let lookers = looks.map { look in
            Task {
                while !isOver.hasFired {
                    look(pool)
                    await Task.yield()
                }
            }
        }
        for number in 1...10_000 {
            let name = "job-\(number)"
            let options = number.isMultiple(of: 2) ? JobOptions(name: name, kind: name) : nil
            try await pool.submit(options) { _ in }
        }
        let counters = await pool.drain().counters
        isOver.fire()
        for looker in lookers { await looker.value }
        #expect(counters.succeeded == 10_000)
    }

    private func lookAtSnapshot(of pool: Pool) {
        for worker in pool.snapshot().workers.each { if let job = worker.job { expectOneLife(job) } }
    }

    private func lookAtLists(of pool: Pool) {
        var query = JobQuery()
        query.limit = JobQuery.maxLimit
        let page = pool.jobs(query)
        for job in page.jobs { expectOneLife(job) }
        if let job = page.jobs.first, let detail = pool.job(job.id) { expectOneLife(detail.summary) }
    }

    private func expectOneLife(_ job: JobSummary) {
        #expect(job.name == "job-\(job.id.rawValue)")
        #expect(job.kind == (job.id.rawValue.isMultiple(of: 2) ? job.name : ""))
    }
}
