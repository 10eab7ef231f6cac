import Monitoring
import Testing

@testable import WorkerPool

@Suite struct JobDetailTests {
    private struct Watched: JobObservation {
        var payload: String? { "make -j8" }
        var output: JobOutput? {
            var output = JobOutput()
            output.lines = [OutputLine(isError: false, text: "done")]
            return output
        }
    }

    @Test func anUnknownJob_hasNoDetails() async {
        let pool = Pool(.still(workers: 1))
        #expect(pool.job(JobID(rawValue: 1)) == nil)
        await pool.drain()
    }

    @Test func details_tellWhatTheSubmitterSaid_andWhatIsSeen() async throws {
        let pool = Pool(.still(workers: 0))
        let options = JobOptions(name: "build", kind: "make", tags: ["for": "eva"], observation: Watched())
        let id = try await pool.submit(options) { _ in }
        let detail = try #require(pool.job(id))
        #expect(
            (detail.summary.name, detail.summary.kind, detail.summary.state) == ("build", "make", .queued))
        #expect((detail.tags, detail.payload) == (["for": "eva"], "make -j8"))
        #expect(detail.output?.lines.map(\.text) == ["done"])
        #expect(detail.attempts.isEmpty)
        await pool.shutdownNow()
    }

    @Test func aRunningAttempt_isTheLastOfTheTimeline() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, retry: RetryPolicy(maxAttempts: 2, jitter: false), clock: clock))
        let job = HeldJob()
        let id = try await pool.submit("build") { context in
            if context.attempt == 1 { throw Broken() }
            try await job.body(context)
        }
        await until("the retry is timed") { clock.sleeperCount == 1 }
        #expect(pool.job(id)?.attempts.map(\.outcome) == ["failed"])
        #expect(pool.job(id)?.summary.error == "Broken()")
        await pool.parked()
        clock.advance(by: .seconds(1))
        await job.started.wait()
        let detail = try #require(pool.job(id))
        #expect(detail.attempts.map(\.outcome) == ["failed", "running"])
        #expect(detail.attempts.map(\.number) == [1, 2])
        #expect(detail.attempts.map(\.started) == [1_000, 1_001])
        #expect(detail.attempts.map(\.ended) == [1_000, nil])
        #expect((detail.summary.attempt, detail.summary.worker?.rawValue) == (2, 1))
        job.release.fire()
        await pool.drain()
    }

    @Test func aJobCancelledAtItsSecondAttempt_hasTwo() async throws {
        let pool = Pool(.still(workers: 1, retry: RetryPolicy(maxAttempts: 3, base: .zero)))
        let second = Signal()
        let handle = try await pool.submit("build", returning: Void.self) { context in
            if context.attempt == 1 { throw Broken() }
            second.fire()
            try await cancellation()
        }
        await second.wait()
        handle.cancel()
        await #expect(throws: CancellationError.self) { try await handle.value }
        await pool.drain()
        let detail = try #require(pool.job(handle.id))
        #expect(detail.attempts.map(\.outcome) == ["failed", "cancelled"])
        #expect((detail.summary.attempt, detail.summary.state) == (2, .cancelled))
        #expect(pool.failures(limit: 1).first?.outcome == .gaveUp)
    }

    @Test func aPlainJob_hasItsOnlyAttempt() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 1, clock: clock))
        let (job, id) = try await pool.hold()
        clock.advance(by: .seconds(2))
        job.release.fire()
        await pool.drain()
        let detail = try #require(pool.job(id))
        #expect(
            (detail.summary.name, detail.summary.state, detail.summary.error) == ("job-1", .succeeded, nil))
        #expect(
            detail.attempts == [
                Attempt(
                    number: 1, worker: WorkerID(rawValue: 1), started: 1_000, ended: 1_002,
                    outcome: "succeeded")
            ])
    }

    @Test func jobsThatNeverRan_haveAnEndButNoStart() async throws {
        let clock = ManualClock()
        let pool = Pool(.still(workers: 0, capacity: 1, overflow: .dropNewest, clock: clock))
        let queued = try await pool.submit { _ in }
        clock.advance(by: .seconds(1))
        let dropped = try await pool.submit { _ in }
        clock.advance(by: .seconds(1))
        pool.cancel(queued)
        for (id, ended) in [(queued, 1_002.0), (dropped, 1_001)] {
            let detail = try #require(pool.job(id))
            #expect((detail.summary.started, detail.summary.ended, detail.summary.attempt) == (nil, ended, 0))
            #expect(detail.attempts.isEmpty)
        }
        await pool.shutdownNow()
    }

    @Test func aLongTimeline_keepsTheLatest() async throws {
        let pool = Pool(.still(workers: 1))
        let id = try await pool.submit(JobOptions(retry: RetryPolicy(maxAttempts: 100, base: .zero))) {
            context in
            if context.attempt < 50 { throw Broken() }
        }
        await pool.drain()
        #expect(pool.job(id)?.attempts.map(\.number) == Array(19...50))
    }

    // MARK: Retry by the operator

    @Test func retry_submitsEndedJobsAnew_asNewOnes() async throws {
        let pool = Pool(.still(workers: 1))
        let runs = Counter()
        let id = try await pool.submit(JobOptions(name: "mail", kind: "send")) { _ in
            runs.add()
            if runs.count == 1 { throw Broken() }
        }
        await until("it has failed") { pool.job(id)?.summary.state == .failed }
        let receipt = pool.retry([id, JobID(rawValue: 99)], by: "eva")
        #expect((receipt.phase, receipt.affected) == (.done, 1))
        #expect(receipt.message == "1 of 2 jobs submitted anew")
        await pool.quiet()
        let again = try #require(pool.job(JobID(rawValue: 2)))
        #expect((again.summary.name, again.summary.kind, again.summary.state) == ("mail", "send", .succeeded))
        #expect(pool.job(id)?.summary.state == .failed)
        await pool.drain()
    }

    @Test func retry_isRefused_whereThereIsNothingOrNoRoom() async throws {
        let pool = Pool(.still(workers: 0, capacity: 1))
        let id = try await pool.submit { _ in }
        #expect(pool.retry([id]).message == "cannot retry: not failed, or no longer kept")
        pool.cancel(id)
        try await pool.submit { _ in }
        #expect(pool.retry([id]).message == "cannot retry: the queue is full")
        pool.pauseIntake()
        #expect(pool.retry([id]).message == "cannot retry: the intake is paused")
        #expect(pool.retry([]).phase == .refused)
        await pool.shutdownNow()
        #expect(pool.retry([id]).phase == .refused)
    }
}
