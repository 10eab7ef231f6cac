import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

@Suite struct EndedJobsTests {
    private func record(_ id: UInt64, _ phase: JobRecord.Phase) -> JobRecord {
        let record = JobRecord(id, at: 0)
        record.phase.store(phase, ordering: .relaxed)
        return record
    }

    @Test func succeededOnes_areKept256_newestFirst() {
        var ended = EndedJobs()
        for id in UInt64(1)...300 {
            var held: Held? = Held.passRetained(record(id, .succeeded))
            ended.exchange(&held)
            #expect((held?.takeUnretainedValue().id.rawValue ?? 0) == (id > 256 ? id - 256 : 0))
            held?.release()
        }
        #expect(ended.all().map(\.id.rawValue) == (UInt64(45)...300).reversed())
        #expect(ended.find(JobID(rawValue: 44)) == nil)
        #expect(ended.find(JobID(rawValue: 300))?.id.rawValue == 300)
        ended.releaseRecords()
        #expect(ended.all().isEmpty)
    }

    @Test func unsuccessfulOnes_areKeptLonger_andTheirWorkGoesWithThem() {
        var ended = EndedJobs()
        var givenUp = 0
        for id in UInt64(1)...1_005 { if ended.append(record(id, .failed)).1 != nil { givenUp += 1 } }
        #expect(givenUp == 5)
        #expect(ended.find(JobID(rawValue: 5)) == nil)
        #expect(ended.find(JobID(rawValue: 6))?.work != nil)
        let rest = ended.takeWork()
        #expect(rest.count == 1_000)
        #expect(ended.find(JobID(rawValue: 6))?.work == nil)
    }
}

@Suite struct JobEndingTests {
    @Test func whoWaitsForSuccess_isToldHowElseItEnded() async throws {
        let good = JobEnding()
        good.end(.succeeded)
        try await good.success()
        for (end, error) in [
            (JobEnd.cancelled, "CancellationError"), (.dropped, "PoolError"), (.failed(Broken()), "Broken"),
        ] {
            let bad = JobEnding()
            bad.end(end)
            await #expect { try await bad.success() } throws: { "\(type(of: $0))" == error }
        }
    }

    @Test func theFirstEndStands() async throws {
        let ending = JobEnding()
        ending.end(.failed(Broken()))
        ending.end(.succeeded)
        await #expect(throws: Broken.self) { try await ending.success() }
    }

    @Test(arguments: [true, false])
    func allWhoWait_areTold(isGood: Bool) async throws {
        let ending = JobEnding()
        let told = Counter()
        await withDiscardingTaskGroup { group in
            for _ in 0..<10 {
                group.addTask {
                    if (try? await ending.success()) != nil { told.add() }
                }
            }
            group.addTask { ending.end(isGood ? .succeeded : .failed(Broken())) }
        }
        #expect(told.count == (isGood ? 10 : 0))
    }
}

@Suite struct JobRecordTests {
    @Test func begin_startsAFreshLife() {
        let record = JobRecord()
        var job = Job("first") { _ in }
        record.take(&job)
        record.begin(id: JobID(rawValue: 1), at: 10)
        record.failures = 3
        record.worker = 4
        record.holder = 5
        record.phase.store(.succeeded, ordering: .relaxed)
        record.clear()
        #expect(record.work == nil)
        job = Job { _ in }
        record.take(&job)
        record.begin(id: JobID(rawValue: 2), at: 20)
        #expect(job.options?.name == "first", "it is given up by whoever submits the next job")
        #expect(record.name == "job-2")
        #expect((record.failures, record.worker, record.holder) == (0, -1, JobRecord.Holder.first))
        #expect((record.submittedAt, record.queuedAt) == (20, 20))
        #expect(record.phase.load(ordering: .relaxed) == .queued)
    }

    @Test func ladenOptions_areGivenUpAtOnce() {
        for (options, isKept) in [(JobOptions(name: "n"), true), (JobOptions(tags: ["a": "b"]), false)] {
            let record = JobRecord()
            var job = Job(options) { _ in }
            record.take(&job)
            record.clear()
            #expect((record.options != nil) == isKept)
        }
    }

    @Test func jobsThatWereNotAdmitted_areGivenUp() {
        final class Token: Sendable {}
        weak var kept: Token?
        do {
            let token = Token()
            kept = token
            var jobs = [Job { [token] _ in _ = token }, Job { _ in }]
            let prepared = PreparedJobs(&jobs, [])
            #expect(prepared.count == 2)
        }
        #expect(kept == nil)
    }

    @Test func move_isForTheFirstToCome() {
        let record = JobRecord()
        #expect(record.move(from: .queued, to: .running))
        #expect(!record.move(from: .queued, to: .running))
        #expect(record.move(from: .running, to: .succeeded))
        #expect(!record.move(from: .running, to: .stopping))
    }

    @Test func aTimeline_keepsTheLatestAttempts() {
        let record = JobRecord()
        var job = Job("watched") { _ in }
        record.take(&job)
        for number in 1...100 {
            var attempt = PastAttempt(JobRecord(), worker: nil)
            attempt.number = number
            record.keep(attempt)
        }
        #expect(record.attempts.map(\.number) == Array(70...100))
    }
}

@Suite struct JobOptionsTests {
    @Test func aCopy_isOnItsOwn_onceItIsChanged() {
        let first = JobOptions(name: "first", kind: "mail", priority: 2, tags: ["a": "b"])
        var second = first
        second.name = "second"
        second.key = "k"
        #expect((first.name, first.key) == ("first", nil))
        #expect((second.name, second.key, second.kind, second.priority) == ("second", "k", "mail", 2))
        #expect(second.tags == ["a": "b"])
    }

    @Test func priority_isBroughtIntoItsRange() {
        var options = JobOptions(priority: 99)
        #expect(options.priority == 10)
        options.priority = -99
        #expect(options.priority == -10)
    }
}
