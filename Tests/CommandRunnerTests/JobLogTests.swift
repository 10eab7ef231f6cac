import Testing

@testable import CommandRunner

@Suite struct JobLogTests {
    private static let key = JobKey(template: .lineIsCommand, directory: bytes("/some place"))

    private func entry(_ line: String, status: Int32 = 0, signal: Int32 = 0, sequence: Int = 1) -> JobLogEntry
    {
        JobLogEntry(
            sequence: sequence, started: 1_700_000_000.25, runtime: 1.5, received: 12, exitStatus: status,
            signal: signal, command: bytes(line), worker: 2, attempts: 1, userTime: 0.5, systemTime: 0.25,
            maxResidentBytes: 4096, directory: bytes("/some place"), key: Self.key.adding(line: bytes(line)))
    }

    private func log(_ entries: [JobLogEntry], in scratch: Scratch, isResumed: Bool = false) throws {
        try JobLogWriter(path: scratch.bytes("log"), isResumed: isResumed).append(entries)
    }

    private func skipped(_ lines: [String], _ index: inout ResumeIndex) -> [String] {
        lines.filter { index.takes(Self.key.adding(line: bytes($0)), command: bytes($0)) }
    }

    @Test func line_beginsWithTheNineColumnsOfGnuParallel() {
        let columns = text(entry("echo a\tb\nc").line()).split(
            separator: "\t", omittingEmptySubsequences: false)
        #expect(
            columns.prefix(9).map(String.init) == [
                "1", ":", "1700000000.250", "     1.500", "0", "12", "0", "0", "echo a\\tb\\nc",
            ])
        #expect(columns.count == JobLogEntry.header.split(separator: "\t").count)
        #expect(columns.last == "\(Self.key.adding(line: bytes("echo a\tb\nc")))\n")
    }

    @Test func key_tellsLineTemplateAndDirectoryApart_andReadsBack() throws {
        let shell = CommandTemplate(shell: [bytes("echo {}")])
        let keys = [
            Self.key.adding(line: bytes("a")), Self.key.adding(line: bytes("b")), Self.key.adding(line: []),
            JobKey(template: shell, directory: bytes("/some place")).adding(line: bytes("a")),
            JobKey(template: shell, directory: bytes("/some")).adding(line: bytes(" placea")),
        ]
        #expect(Set(keys).count == keys.count)
        for key in keys { #expect(JobKey(key.description) == key) }
        #expect(JobKey("xyz") == nil)
        // Fixed, because logs outlive programs: FNV-1a over `line`, its length, and a length of zero.
        #expect(
            JobKey(template: .lineIsCommand, directory: []).description == "434c69282b33f2a855eee0d78e05336b")
    }

    @Test func newLog_hasAHeader_andAResumedOneOnlyTheFirstTime() throws {
        let scratch = try Scratch()
        try log([entry("a")], in: scratch)
        try log([entry("b")], in: scratch, isResumed: true)
        let lines = try #require(scratch.read("log")).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0] + "\n" == JobLogEntry.header)
        try log([entry("c")], in: scratch)
        #expect(try #require(scratch.read("log")).split(separator: "\n").count == 2)
    }

    @Test func logCutOffInTheMiddleOfALine_isContinuedOnANewOne() throws {
        let scratch = try Scratch()
        try scratch.write(JobLogEntry.header + "7\t:\t17000", to: "log")
        try log([entry("b")], in: scratch, isResumed: true)
        #expect(try #require(scratch.read("log")).split(separator: "\n").count == 3)
        var index = try ResumeIndex(path: scratch.bytes("log"))
        #expect(skipped(["b"], &index) == ["b"])
    }

    @Test func logOnAFullDisk_saysSo() {
        let error = #expect(throws: SystemError.self) {
            try JobLogWriter(path: bytes("/dev/full"), isResumed: false)
        }
        #expect(error?.description == "writing the job log /dev/full: No space left on device")
    }

    @Test func resume_skipsOnlySuccesses() throws {
        let scratch = try Scratch()
        var lost = entry("lost")
        lost.output = .lost
        try log(
            [entry("ok"), entry("bad", status: 7), entry("shot", status: -1, signal: 15), lost], in: scratch)
        var index = try ResumeIndex(path: scratch.bytes("log"))
        #expect(skipped(["ok", "bad", "shot", "lost", "new"], &index) == ["ok"])
    }

    @Test func resume_skipsALineAsOftenAsItWasDone() throws {
        let scratch = try Scratch()
        try log([entry("twice"), entry("twice")], in: scratch)
        var index = try ResumeIndex(path: scratch.bytes("log"))
        #expect(skipped(["twice", "twice", "twice"], &index) == ["twice", "twice"])
        #expect(index.isEmpty)
    }

    @Test func resume_understandsALogOfGnuParallel() throws {
        let scratch = try Scratch()
        try scratch.write(
            """
            Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand
            1\t:\t1795225603.859\t     0.000\t0\t8\t0\t0\techo a\\ b
            2\t:\t1795225603.864\t     0.004\t0\t8\t3\t0\techo c
            3\t:\t1795225603.864\t     0.004\t0\t8\t0\t0\techo 'd'

            """, to: "log")
        var index = try ResumeIndex(path: scratch.bytes("log"))
        let lines = ["echo 'a b'", "echo 'a b'", "echo c", "echo d"]
        #expect(skipped(lines, &index) == ["echo 'a b'", "echo d"])
    }

    @Test func logThatIsNotThere_meansThatNothingWasDone() throws {
        let scratch = try Scratch()
        #expect(try ResumeIndex(path: scratch.bytes("none")).isEmpty)
        #expect(throws: SystemError.self) { try ResumeIndex(path: bytes("/tmp")) }
    }
}
