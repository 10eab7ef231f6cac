import Glibc
import Monitoring
import Synchronization
import Testing
import WorkerPool

@testable import CommandRunner

/// Runs inside this process, for what can only be seen from within; the rest is tested through the program.
@Suite struct RunSessionTests {
    private func options(_ template: String, _ lines: [String], output: Int32) -> RunOptions {
        var options = RunOptions()
        options.template = CommandTemplate(shell: [bytes(template)])
        options.sources = [.arguments(lines.map(bytes))]
        options.workers = 2
        options.interval = nil
        options.arrangement.output = output
        options.arrangement.error = output
        return options
    }

    /// Runs a session to its end while `steer` acts on it; returns the outcome and what was printed.
    private func run(
        _ options: RunOptions, _ pipe: Pipe,
        steer: @escaping @Sendable (RunSession) async throws -> Void = { _ in }
    ) async throws -> (RunOutcome, String) {
        let session = try RunSession(options)
        let steering = Task { try await steer(session) }
        await session.run()
        try await steering.value
        let outcome = await session.finish()
        close(pipe.writeEnd)
        return (outcome, text(pipe.readAll()))
    }

    /// Blocks until a job has written to a named pipe.
    private func wait(for name: String, in scratch: Scratch) async {
        await SystemThread.perform { _ = contents(of: scratch(name)) }
    }

    /// Lets a job go on that reads from a named pipe.
    private func open(_ name: String, in scratch: Scratch) async {
        await SystemThread.perform {
            guard let file = fopen(scratch(name), "w") else { return }
            fputs("go\n", file)
            fclose(file)
        }
    }

    @Test func counters_addUpAtTheEnd() async throws {
        let pipe = try Pipe()
        var options = options("test {} != 2", ["1", "2", "3"], output: pipe.writeEnd)
        options.attempts = 2
        let counts = Locked(Counters())
        let kept = Kept(counts)
        let session = try RunSession(options)
        await session.run()
        kept.set(session.pool.snapshot().counters)
        let outcome = await session.finish()
        #expect(outcome.status == 1)
        #expect(kept.value.isBalanced)
        #expect((kept.value.succeeded, kept.value.failed, kept.value.retried) == (2, 1, 1))
        #expect(outcome.summary.tally.failed == 1)
    }

    private final class Kept: Sendable {
        private let box: Locked<Counters>
        init(_ box: consuming sending Locked<Counters>) { self.box = box }
        func set(_ value: Counters) { box.withLock { $0 = value } }
        var value: Counters { box.withLock { $0 } }
    }

    @Test func queuedJobThatIsCancelled_holdsUpNobodysOutput() async throws {
        let scratch = try Scratch()
        let pipe = try Pipe()
        for name in ["ready", "go"] { try #require(mkfifo(scratch(name), 0o600) == 0) }
        var options = options(
            "if test {} = 1; then echo > ready; read line < go; fi; echo {}", ["1", "2", "3"],
            output: pipe.writeEnd)
        options.workers = 1
        options.arrangement.keepsOrder = true
        options.directory = scratch.bytes("")
        let (outcome, printed) = try await run(options, pipe) { session in
            await wait(for: "ready", in: scratch)
            while session.pool.snapshot().counters.queued < 2 { await Task.yield() }
            #expect(session.pool.cancel(JobID(rawValue: 2), by: "test").phase == .done)
            await open("go", in: scratch)
        }
        #expect(printed.contains("1\n3\n"))
        #expect(outcome.status == 1)
        #expect(outcome.summary.notStarted == 1)
    }

    @Test func failedJob_thatAnOperatorRunsAgain_countsAsItEndedLast() async throws {
        let scratch = try Scratch()
        let pipe = try Pipe()
        for name in ["ready", "go"] { try #require(mkfifo(scratch(name), 0o600) == 0) }
        var options = options(
            "if test {} = hold; then echo > ready; read line < go; else test -e mended; fi", ["job", "hold"],
            output: pipe.writeEnd)
        options.workers = 1
        options.directory = scratch.bytes("")
        let (outcome, _) = try await run(options, pipe) { session in
            await wait(for: "ready", in: scratch)
            try scratch.write("", to: "mended")
            #expect(session.pool.retry([JobID(rawValue: 1)], by: "test").phase == .done)
            await open("go", in: scratch)
        }
        #expect(outcome.status == 0)
        #expect(outcome.summary.tally.failed == 0)
    }

    @Test func runningJob_canBeLookedAt() async throws {
        let scratch = try Scratch()
        let pipe = try Pipe()
        for name in ["ready", "go"] { try #require(mkfifo(scratch(name), 0o600) == 0) }
        var options = options(
            "echo working; echo oops >&2; echo > ready; read line < go; : {}", ["a b"], output: pipe.writeEnd)
        options.directory = scratch.bytes("")
        _ = try await run(options, pipe) { session in
            await wait(for: "ready", in: scratch)
            let id = JobID(rawValue: 1)
            // What it has printed is on its way through a pipe.
            while session.pool.job(id)?.output?.lines.count != 2 { await SystemTime.sleep(.milliseconds(1)) }
            let detail = try #require(session.pool.job(id))
            #expect(Set(detail.output?.lines.map(\.text) ?? []) == ["working", "oops"])
            #expect(detail.payload == "echo working; echo oops >&2; echo > ready; read line < go; : 'a b'")
            #expect(detail.usage?.processID != nil)
            await open("go", in: scratch)
        }
    }

    @Test func cancelledJob_isNotTriedAgain_andItsOutputIsPrinted() async throws {
        let scratch = try Scratch()
        let pipe = try Pipe()
        try #require(mkfifo(scratch("ready"), 0o600) == 0)
        var options = options("echo begun; echo > ready; sleep 100; : {}", ["1"], output: pipe.writeEnd)
        options.attempts = 5
        options.directory = scratch.bytes("")
        options.jobLog = scratch.bytes("log")
        let (outcome, printed) = try await run(options, pipe) { session in
            await wait(for: "ready", in: scratch)
            session.pool.cancel(JobID(rawValue: 1), by: "test")
        }
        #expect(outcome.status == 1)
        #expect(printed.contains("begun\n"))
        #expect(printed.contains("attempt 1 of 5: cancelled"))
        let row = try #require(scratch.read("log")).split(separator: "\n")[1].split(separator: "\t")
        #expect((row[6], row[7]) == ("-1", "15"))
    }

    @Test func aFailedJob_canBeRunAgain_beforeTheFarewellIsOver() async throws {
        let (pipe, scratch) = (try Pipe(), try Scratch())
        let runs = scratch("runs")
        let session = try RunSession(
            options("echo x >> \(runs); : {}; test $(wc -l < \(runs)) -ge 2", ["1"], output: pipe.writeEnd))
        await session.run {
            #expect(session.pool.snapshot().counters.failed == 1)
            let receipt = session.pool.retry([JobID(rawValue: 1)], by: "ann")
            #expect(receipt.phase != .refused)
            await session.pool.waitUntilIdle()
        }
        let outcome = await session.finish()
        close(pipe.writeEnd)
        close(pipe.readEnd)
        #expect(scratch.read("runs") == "x\nx\n")
        #expect(outcome.status == 0)
    }

    @Test func heldOutput_isAllThereAfterTheEnd() async throws {
        let pipe = try Pipe()
        let options = options("echo {}", ["1", "2", "3"], output: pipe.writeEnd)
        let session = try RunSession(options)
        session.sink.hold()
        await session.run()
        _ = await session.finish()
        close(pipe.writeEnd)
        #expect(text(pipe.readAll()).split(separator: "\n").sorted() == ["1", "2", "3"])
    }

    @Test func session_thatIsOver_isFreed() async throws {
        let pipe = try Pipe()
        weak var gone: RunSession?
        do {
            let session = try RunSession(options("true {}", ["1"], output: pipe.writeEnd))
            gone = session
            await session.run()
            _ = await session.finish()
        }
        // A thread that leaves may hold it for another moment.
        for _ in 0..<10_000 where gone != nil { try await Task.sleep(for: .milliseconds(1)) }
        #expect(gone == nil)
        close(pipe.writeEnd)
        close(pipe.readEnd)
    }

    @Test func directoryThatIsNotThere_isRefusedBeforeAnythingRuns() throws {
        var options = options("true", ["1"], output: 1)
        options.directory = bytes("/no/such/place")
        let error = #expect(throws: RunError.self) { try RunSession(options) }
        #expect(error?.description == "working in /no/such/place: No such file or directory")
    }
}
