import Logging
import Monitoring
import Testing
import WorkerPool

@Suite struct GettingStartedPrograms {
    @Test func theFirstPool() async throws {
        let notes = Notes()
        @Sendable func fetch(_ page: Int) async throws { await notes.add("\(page)") }
        // snippet: first
        try await Pool.with(PoolConfiguration(workers: 4, capacity: 100)) { pool in
            for page in 1...200 {
                try await pool.submit { _ in try await fetch(page) }
            }
        }
        // end
        #expect(await notes.lines.count == 200)
    }

    @Test func results() async throws {
        let pool = Pool(PoolConfiguration(workers: 1))
        @Sendable func count() async throws -> Int { 42 }
        func print(_ number: Int) { #expect(number == 42) }
        // snippet: results
        let counted = try await pool.submit("count the words", returning: Int.self) { _ in try await count() }
        print(try await counted.value)
        // end
        await pool.drain()
    }

    @Test func options() async throws {
        let pool = Pool(PoolConfiguration(workers: 1))
        let notes = Notes()
        @Sendable func send(_ number: Int) async throws { await notes.add("sent \(number)") }
        // snippet: options
        let options = JobOptions(
            name: "invoice 17", kind: "mail", timeout: .seconds(30), retry: RetryPolicy(maxAttempts: 5))
        try await pool.submit(options) { job in
            job.report(0.5, "rendered")
            job.logger.info("sending")
            try await send(17)
        }
        // end
        await pool.drain()
        #expect(await notes.lines == ["sent 17"])
    }

    @Test func bulk() async throws {
        let pool = Pool(PoolConfiguration(workers: 2))
        let notes = Notes()
        @Sendable func work(_ number: Int) async throws { await notes.add("\(number)") }
        // snippet: bulk
        try await pool.submit(contentsOf: (1...1_000).map { number in Job { _ in try await work(number) } })
        // end
        await pool.drain()
        #expect(await notes.lines.count == 1_000)
    }

    @Test func overflow() async throws {
        let pool = Pool(PoolConfiguration(workers: 0, capacity: 1))
        try await pool.submit { _ in }
        var refusals = 0
        func answer(_ status: Int) { refusals += status == 503 ? 1 : 0 }
        // snippet: overflow
        do {
            try await pool.submit(overflow: .wait(for: .milliseconds(20))) { _ in }
        } catch let error as PoolError where error.code == .queueFull {
            answer(503)
        }
        // end
        #expect(refusals == 1)
        await pool.shutdownNow()
    }

    @Test func lookingAndSteering() async throws {
        let pool = Pool(PoolConfiguration(workers: 1))
        let id = try await pool.submit { _ in }
        func print(_ text: String) { #expect(!text.isEmpty) }
        // snippet: looking
        let now = pool.snapshot()
        print("\(now.counters.succeeded) done, \(now.queue.depth) waiting, \(now.workers.busy) workers busy")
        // end
        // snippet: steering
        pool.resize(to: 8)
        pool.pauseDispatch()
        pool.resumeDispatch()
        let receipt = pool.cancel(id)
        let report = await pool.drain(deadline: .seconds(20))
        // end
        #expect([.done, .signalled, .refused].contains(receipt.phase))
        #expect(report.isComplete && report.counters.finished == 1)
    }

    @Test func timeInTests() async throws {
        // snippet: time
        let clock = ManualClock()
        let pool = Pool(PoolConfiguration(workers: 1, clock: .manual(clock)))
        let job = try await pool.submit(JobOptions(delay: .seconds(3_600)), returning: String.self) { _ in
            "an hour later"
        }
        #expect(pool.snapshot().counters.scheduled == 1)
        clock.advance(by: .seconds(3_600))
        #expect(try await job.value == "an hour later")
        // end
        await pool.drain()
    }
}
