import Monitoring
import Testing

@testable import WorkerPool

@Suite struct GroupRunTests {
    @Test func jobsThatWaitForNothing_goToThePoolAsTheyWereAdded() async throws {
        for capacity in [1, 100] {
            let pool = Pool(.still(workers: 1, capacity: capacity))
            let group = JobGroup()
            let order = Journal<Int>()
            for number in 0..<60 { try group.add("\(number)") { order.note(number) } }
            try await group.run(on: pool)
            #expect(order.lines == Array(0..<60))
            await pool.drain()
        }
    }

    @Test func jobs_getTheTypedResultsOfTheirDependencies() async throws {
        let pool = Pool(.still(workers: 2))
        let group = JobGroup("build", limit: 2)
        let objects = try (1...3).map { number in try group.add("compile \(number)") { number * 10 } }
        let version = try group.add("version") { "1.0" }
        let program = try group.add("link", after: objects, version) { objects, version in
            "\(objects) \(version)"
        }
        let results = try await group.run(on: pool)
        #expect(try results[program] == "[10, 20, 30] 1.0")
        #expect(try results[objects[1]] == 20)
        #expect(group.progress == GroupProgress(succeeded: 5))
        #expect(results.outcomes.map(\.name).last == "link")
        await pool.drain()
    }

    @Test func jobs_keepNameKindAndTheRest_inThePool() async throws {
        let pool = Pool(.still(workers: 1))
        let group = JobGroup("build")
        try group.add(JobOptions(name: "compile a", kind: "compile", tags: ["unit": "a"])) { context in
            let detail = pool.job(context.id)
            #expect(detail?.summary.name == "compile a")
            #expect(detail?.summary.kind == "compile")
            #expect(detail?.tags == ["unit": "a", "group": "build"])
        }
        try await group.run(on: pool)
        #expect(await pool.drain().counters.succeeded == 1)
    }

    @Test func aFailedAttempt_isTriedAgain() async throws {
        let pool = Pool(.still(workers: 1))
        let group = JobGroup()
        let step = try group.add(JobOptions(name: "flaky", retry: RetryPolicy(maxAttempts: 3, base: .zero))) {
            context in
            if context.attempt < 3 { throw Broken() }
            return context.attempt
        }
        #expect(try await group.run(on: pool)[step] == 3)
        await pool.drain()
    }

    @Test func whatWaitsForADependency_isNotInThePool() async throws {
        let pool = Pool(.still(workers: 4))
        let group = JobGroup()
        let job = HeldJob()
        let first = try group.add("first") { context in try await job.body(context) }
        for number in 0..<10 { try group.add("later \(number)", after: first) { _ in } }
        let run = Task { try await group.run(on: pool) }
        await job.started.wait()
        #expect(pool.counters.submitted == 1)
        #expect(group.progress == GroupProgress(waiting: 10, running: 1))
        job.release.fire()
        _ = try await run.value
        await pool.drain()
    }

    @Test func theLimit_holdsJobsBack_andTheMostUrgentGoesFirst() async throws {
        let pool = Pool(.still(workers: 4))
        let journal = Journal<String>()
        let group = JobGroup(limit: 1)
        for (name, priority) in [("a", 0), ("b", 5), ("c", 5), ("d", -1)] {
            try group.add(JobOptions(name: name, priority: priority)) {
                #expect(pool.counters.unfinished == 1)
                journal.note(name)
            }
        }
        try await group.run(on: pool)
        #expect(journal.lines == ["b", "c", "a", "d"])
        await pool.drain()
    }

    @Test func aGroup_canBeRunAgain_andDoesAllAnew() async throws {
        let pool = Pool(.still(workers: 2))
        let counter = Counter()
        let group = JobGroup()
        let first = try group.add("first") { counter.add() }
        try group.add("second", after: first) { _ in counter.add() }
        try await group.run(on: pool)
        try await group.run(on: pool)
        #expect(counter.count == 4)
        #expect(group.progress == GroupProgress(succeeded: 2))
        await pool.drain()
    }

    @Test func aRunningGroup_refusesToBeChangedOrRun() async throws {
        let pool = Pool(.still(workers: 1))
        let group = JobGroup()
        let job = HeldJob()
        try group.add("held") { context in try await job.body(context) }
        let run = Task { try await group.run(on: pool) }
        await job.started.wait()
        await #expect(throws: GroupError.running) { try await group.run(on: pool) }
        #expect(throws: GroupError.running) { try group.add("late") {} }
        #expect(throws: GroupError.running) { try group.order("held", after: "held") }
        job.release.fire()
        _ = try await run.value
        try group.add("late") {}
        #expect(group.progress == GroupProgress(waiting: 2))
        await pool.drain()
    }

    @Test func anEmptyGroup_endsAtOnce() async throws {
        let pool = Pool(.still(workers: 0))
        #expect(try await JobGroup().run(on: pool).outcomes.isEmpty)
        await pool.drain()
    }

    @Test func aStepOfAnotherGroupOrOfLater_hasNoResult() async throws {
        let pool = Pool(.still(workers: 1))
        let group = JobGroup()
        try group.add("a") { 1 }
        let results = try await group.run(on: pool)
        let later = try group.add("b") { 2 }
        let foreign = try JobGroup().add("a") { 3 }
        for step in [later, foreign] {
            #expect(throws: GroupError(.unknownJob, "the job '\(step.name)' was not in this run")) {
                try results[step]
            }
        }
        await pool.drain()
    }

    @Test func aClosedPool_failsTheGroup() async throws {
        let pool = Pool(.still(workers: 1))
        await pool.drain()
        let group = JobGroup()
        try group.add("a") {}
        do {
            try await group.run(on: pool)
            Issue.record("it ran")
        } catch let failure as GroupFailure {
            #expect((failure.error as? PoolError)?.code == .closed)
        }
    }

    @Test func aJobWithTheKeyOfALiveJob_isRefused() async throws {
        let pool = Pool(.still(workers: 1))
        let (job, _) = try await pool.hold(JobOptions(key: "k"))
        let group = JobGroup(errors: .collectAll)
        let step = try group.add(JobOptions(name: "a", key: "k")) { 1 }
        let results = try await group.run(on: pool)
        let error = #expect(throws: PoolError.self) { try results[step] }
        #expect(error?.code == .duplicateKey)
        job.release.fire()
        await pool.drain()
    }

    @Test func nothingOfARun_isKeptAfterItsEnd() async throws {
        let pool = Pool(.still(workers: 1))
        final class Payload: Sendable {}
        weak var kept: Payload?
        do {
            let group = JobGroup(errors: .collectAll)
            let payload = Payload()
            kept = payload
            let step = try group.add("value") { payload }
            try group.add("failure", after: step) { payload in throw Broken() }
            let results = try await group.run(on: pool)
            #expect(results.failures.count == 1)
        }
        // The pool remembers the failed job, so that it could be started anew.
        #expect(pool.job(JobID(rawValue: 2))?.summary.state == .failed)
        #expect(kept == nil)
        await pool.drain()
    }

    @Test func aJobStartedAnewAfterTheEnd_isCancelled() async throws {
        let pool = Pool(.still(workers: 1))
        let group = JobGroup(errors: .collectAll)
        let counter = Counter()
        try group.add("failure") {
            counter.add()
            throw Broken()
        }
        try await group.run(on: pool)
        #expect(pool.retry([JobID(rawValue: 1)]).phase == .done)
        await pool.quiet()
        #expect(counter.count == 1)
        #expect(pool.counters.cancelled == 1)
        await pool.drain()
    }
}
