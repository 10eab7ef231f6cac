import Glibc
import Monitoring
import Synchronization
import Testing

@testable import CommandRunner

@Suite struct OutputTests {
    private static func item(_ sequence: Int, _ output: String = "", error: String = "", tag: String? = nil)
        -> OutputItem
    {
        var item = OutputItem(sequence: sequence)
        item.output = StoredOutput(bytes(output))
        item.error = StoredOutput(bytes(error))
        item.tag = tag.map(bytes)
        return item
    }

    // MARK: Order

    @Test func inOrderOfCompletion_nothingWaits() {
        var order = OutputOrder(keepsOrder: false)
        #expect(order.ended(Self.item(3)).map(\.sequence) == [3])
        #expect(order.ended(Self.item(1)).map(\.sequence) == [1])
        #expect(order.isLive(99))
    }

    @Test func inOrderOfInput_laterJobsWaitForEarlierOnes() {
        var order = OutputOrder(keepsOrder: true)
        #expect(order.ended(Self.item(3)).isEmpty)
        #expect(order.awaited == 1)
        #expect(order.ended(Self.item(1)).map(\.sequence) == [1])
        #expect(order.isLive(2) && !order.isLive(3))
        #expect(order.ended(Self.item(2)).map(\.sequence) == [2, 3])
        #expect(order.awaited == nil)
    }

    @Test func skippedJob_holdsNobodyUp() {
        var order = OutputOrder(keepsOrder: true)
        #expect(order.ended(Self.item(2)).isEmpty)
        #expect(order.skipped(1).map(\.sequence) == [2])
        #expect(order.skipped(1).isEmpty)
    }

    @Test func jobRunAgainAfterItsTurn_comesAtOnce() {
        var order = OutputOrder(keepsOrder: true)
        _ = order.ended(Self.item(1))
        #expect(order.ended(Self.item(1)).map(\.sequence) == [1])
        #expect(order.ended(Self.item(2)).map(\.sequence) == [2])
    }

    @Test func finish_givesWhatIsHeldInOrder() {
        var order = OutputOrder(keepsOrder: true)
        for sequence in [5, 3, 4] { _ = order.ended(Self.item(sequence)) }
        #expect(order.finish().map(\.sequence) == [3, 4, 5])
        #expect(order.finish().isEmpty)
    }

    // MARK: Writing

    /// Writes through a sink to a pipe; returns what came out on both streams together.
    private func written(
        keepsOrder: Bool = false, budget: Int = 64 << 20, _ body: (OutputSink) throws -> Void
    ) async throws -> String {
        let pipe = try Pipe()
        var arrangement = OutputSink.Arrangement()
        arrangement.keepsOrder = keepsOrder
        arrangement.output = pipe.writeEnd
        arrangement.error = pipe.writeEnd
        arrangement.memoryBudget = budget
        let sink = try OutputSink(arrangement, spool: Spool())
        let result = Task { await offThread { pipe.readAll() } }
        try body(sink)
        await SystemThread.perform {
            sink.close()
            close(pipe.writeEnd)
        }
        return text(await result.value)
    }

    private func offThread<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        let box = Locked<Result?>(nil)
        let kept = Kept(box)
        await SystemThread.perform { kept.set(work()) }
        guard let result = kept.value else { preconditionFailure("the work was done") }
        return result
    }

    private final class Kept<Value: Sendable>: Sendable {
        private let box: Locked<Value?>
        init(_ box: consuming sending Locked<Value?>) { self.box = box }
        func set(_ value: Value) { box.withLock { $0 = value } }
        var value: Value? { box.withLock { $0 } }
    }

    @Test func outputsOfJobs_areWrittenOneAfterTheOther_errorsAfterOutput() async throws {
        let all = try await written { sink in
            sink.end(Self.item(2, "two\n", error: "err2\n"))
            sink.end(Self.item(1, "one\n", error: "err1\n"))
        }
        #expect(all == "two\nerr2\none\nerr1\n")
    }

    @Test func inOrderOfInput_outputIsWrittenInThatOrder() async throws {
        let all = try await written(keepsOrder: true) { sink in
            for sequence in [4, 2, 5, 1] { sink.end(Self.item(sequence, "\(sequence)\n")) }
            sink.skip(3)
        }
        #expect(all == "1\n2\n4\n5\n")
    }

    @Test func taggedOutput_hasTheTagAtTheBeginningOfEachLine() async throws {
        let all = try await written { sink in sink.end(Self.item(1, "a\nb", error: "e\n", tag: "T")) }
        #expect(all == "T\ta\nT\tbT\te\n")
    }

    @Test func outputBeyondTheBudget_goesThroughTheSpool_inOrderAndWhole() async throws {
        let long = String(repeating: "0123456789", count: 20_000)
        let all = try await written(keepsOrder: true, budget: 100_000) { sink in
            for sequence in [5, 4, 3, 2] { sink.end(Self.item(sequence, "\(sequence)\(long)\n")) }
            #expect(sink.spool.used >= 3 * long.utf8.count)
            sink.end(Self.item(1, "1\n"))
        }
        #expect(all == "1\n" + (2...5).map { "\($0)\(long)\n" }.joined())
    }

    @Test func readerThatTakesNothing_holdsJobsUp_untilItDoes() async throws {
        let pipe = try Pipe()
        var arrangement = OutputSink.Arrangement()
        arrangement.output = pipe.writeEnd
        arrangement.backlogLimit = 100_000
        let sink = try OutputSink(arrangement, spool: Spool())
        let long = String(repeating: "x", count: 200_000)
        let steps = Steps()
        let ending = Task {
            await SystemThread.perform {
                for sequence in 1...3 {
                    sink.end(Self.item(sequence, long))
                    steps.add()
                }
                sink.close()
                close(pipe.writeEnd)
            }
        }
        // The first fills the pipe and the second is beyond the limit: neither returns before someone reads.
        // Looked at from a thread of its own: the writer needs one of the few that tests share.
        let before = Steps()
        let bytes = Steps()
        await SystemThread.perform {
            var entry = pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0)
            _ = poll(&entry, 1, 60_000)
            before.add(steps.count)
            bytes.add(pipe.readAll().count)
        }
        #expect(before.count < 2)
        #expect(bytes.count == 600_000)
        await ending.value
        #expect(steps.count == 3)
    }

    private final class Steps: Sendable {
        private let taken = Locked(0)
        func add(_ count: Int = 1) { taken.withLock { $0 += count } }
        var count: Int { taken.withLock { $0 } }
    }

    @Test func heldOutput_comesOutOnRelease_butTheJobLogGoesOn() async throws {
        let scratch = try Scratch()
        let pipe = try Pipe()
        var arrangement = OutputSink.Arrangement()
        arrangement.output = pipe.writeEnd
        // A pipe, so that its reader is woken when the log is written to.
        try #require(mkfifo(scratch("log"), 0o600) == 0)
        let log = try JobLogWriter(path: scratch.bytes("log"), isResumed: false)
        let sink = try OutputSink(arrangement, spool: Spool(), jobLog: log)
        sink.hold()
        var item = Self.item(1, "held\n")
        item.logEntry = JobLogEntry(
            sequence: 1, started: 0, runtime: 0, received: 5, exitStatus: 0, signal: 0, command: bytes("x"),
            worker: 1,
            attempts: 1, userTime: 0, systemTime: 0, maxResidentBytes: 0, directory: [],
            key: JobKey(template: .lineIsCommand, directory: []))
        sink.end(item)
        await SystemThread.perform {
            guard let file = fopen(scratch("log"), "r") else { return }
            for _ in 0..<2 { while fgetc(file) != Int32(UInt8(ascii: "\n")) {} }
            fclose(file)
        }
        var entry = pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0)
        #expect(poll(&entry, 1, 0) == 0)
        sink.release()
        await SystemThread.perform {
            sink.close()
            close(pipe.writeEnd)
        }
        #expect(text(pipe.readAll()) == "held\n")
    }

    @Test func closedOutput_isToldOnce_andTheJobLogKnowsWhatWasLost() async throws {
        signal(SIGPIPE, SIG_IGN)
        let scratch = try Scratch()
        let pipe = try Pipe()
        close(pipe.readEnd)
        var arrangement = OutputSink.Arrangement()
        arrangement.output = pipe.writeEnd
        let log = try JobLogWriter(path: scratch.bytes("log"), isResumed: false)
        let sink = try OutputSink(arrangement, spool: Spool(), jobLog: log)
        let troubles = Troubles()
        sink.observe { troubles.add($0) }
        for sequence in 1...3 {
            var item = Self.item(sequence, sequence == 2 ? "" : "x\n")
            item.logEntry = JobLogEntry(
                sequence: sequence, started: 0, runtime: 0, received: 2, exitStatus: 0, signal: 0,
                command: bytes("x"),
                worker: 1, attempts: 1, userTime: 0, systemTime: 0, maxResidentBytes: 0, directory: [],
                key: JobKey(template: .lineIsCommand, directory: []))
            sink.end(item)
        }
        await SystemThread.perform {
            sink.close()
            close(pipe.writeEnd)
        }
        #expect(troubles.all == [.output(SystemError(EPIPE, doing: "writing to standard output"))])
        let fates = try #require(scratch.read("log")).split(separator: "\n").dropFirst().map { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            return "\(columns[0]) \(columns[14])"
        }
        #expect(fates.sorted() == ["1 lost", "2 written", "3 lost"])
    }

    private final class Troubles: Sendable {
        private let told = Locked<[OutputSink.Trouble]>([])
        func add(_ trouble: OutputSink.Trouble) { told.withLock { $0.append(trouble) } }
        var all: [OutputSink.Trouble] { told.withLock { $0 } }
    }

    // MARK: Results

    @Test(arguments: [
        ("a b", "a b"), ("x/y", "x\\_y"), ("t\\w\ta", "t\\\\w\\ta"), ("", "\\z"), (".", "\\."),
        ("..", "\\.\\."),
        ("new\nline", "new\\nline"),
    ])
    func resultName_isWrittenAsGnuParallelDoes(line: String, expected: String) {
        #expect(text(ResultsDirectory.name(for: bytes(line))) == expected)
    }

    @Test func resultName_ofALongLine_fitsAndStaysItsOwn() {
        let long = String(repeating: "L", count: 300)
        let names = [long, long + "x", long + "y"].map { ResultsDirectory.name(for: bytes($0)) }
        #expect(Set(names).count == 3)
        #expect(names.allSatisfy { $0.count == 255 })
    }

    @Test func results_ofTheSameLineTwice_areKeptApart() throws {
        let scratch = try Scratch()
        let results = try ResultsDirectory(path: scratch.bytes("deep/er/"))
        let spool = Spool()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1_024, alignment: 16)
        defer { buffer.deallocate() }
        for sequence in 1...3 {
            try results.store(
                sequence, output: StoredOutput(bytes("out \(sequence)")), error: StoredOutput(bytes("err")),
                at: results.place(for: bytes("same")), spool: spool, buffer: buffer)
        }
        #expect(scratch.read("deep/er/1/same/stdout") == "out 1")
        #expect(scratch.read("deep/er/1/same~2/stdout") == "out 2")
        #expect(scratch.read("deep/er/1/same~3/seq") == "3")
        #expect(scratch.read("deep/er/1/same/stderr") == "err")
    }

    @Test func resultsThatCannotBeMade_areRefusedAtOnce() {
        let error = #expect(throws: SystemError.self) { try ResultsDirectory(path: bytes("/dev/null/x")) }
        #expect(error?.reason == "Not a directory")
    }
}
