import Glibc
import Testing

@testable import CommandRunner

@Suite struct InputTests {
    private func split(_ pieces: [String], separator: UInt8 = UInt8(ascii: "\n")) -> [String] {
        var splitter = LineSplitter(separator: separator)
        var records = pieces.flatMap { piece in bytes(piece).withUnsafeBytes { splitter.read($0) } }
        if let last = splitter.finish() { records.append(last) }
        return records.map { text($0.bytes) }
    }

    @Test(
        arguments: [
            ([""], []), (["a\n"], ["a"]), (["a"], ["a"]), (["a\n\nb"], ["a", "", "b"]), (["\n"], [""]),
            (["a", "b\nc", "\n"], ["ab", "c"]), (["a\r\n"], ["a\r"]),
        ] as [([String], [String])])
    func lines_areCutWhereverThePiecesEnd(pieces: [String], expected: [String]) {
        #expect(split(pieces) == expected)
    }

    @Test func nul_canEndLinesInstead() {
        #expect(split(["a\nb\0c"], separator: 0) == ["a\nb", "c"])
    }

    @Test func longestLine_isKeptWhole_andALongerOneOnlyToldOf() {
        for count in [LineSplitter.limit, LineSplitter.limit + 1, 10_000_000] {
            var splitter = LineSplitter(separator: UInt8(ascii: "\n"))
            let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 50_000)
            var records: [InputRecord] = []
            for start in stride(from: 0, to: count, by: piece.count) {
                piece[..<min(piece.count, count - start)].withUnsafeBytes { records += splitter.read($0) }
            }
            bytes("\nnext\n").withUnsafeBytes { records += splitter.read($0) }
            if count <= LineSplitter.limit {
                #expect(records.first?.bytes.count == count)
            } else {
                let beginning = [UInt8](repeating: UInt8(ascii: "x"), count: LineSplitter.beginning)
                #expect(records.first == .tooLong(beginning: beginning, bytes: count))
            }
            #expect(records.last == .line(bytes("next")))
        }
    }

    private func readAll(_ reader: InputReader) async throws -> [String] {
        try reader.start()
        var lines: [String] = []
        while let records = await reader.next() { lines += records.map { text($0.bytes) } }
        await SystemThread.perform { reader.close() }
        return lines
    }

    @Test func sources_areReadOneAfterTheOther() async throws {
        let scratch = try Scratch()
        try scratch.write("1\n2", to: "a")
        try scratch.write("3\n", to: "b")
        let reader = try InputReader(sources: [
            .file(scratch.bytes("a")), .file(scratch.bytes("b")), .arguments([bytes("4 "), bytes("")]),
        ])
        #expect(try await readAll(reader) == ["1", "2", "3", "4 ", ""])
        #expect(reader.total == 5)
        #expect(reader.error == nil)
    }

    @Test func blankLines_areLeftOutWhereALineIsACommand() async throws {
        let scratch = try Scratch()
        try scratch.write("echo\n\n \t\r\ntrue\n", to: "a")
        let reader = try InputReader(sources: [.file(scratch.bytes("a"))], skipsBlankLines: true)
        #expect(try await readAll(reader) == ["echo", "true"])
        #expect(reader.total == 2)
    }

    @Test func shuffledInput_hasTheSameLines() async throws {
        let scratch = try Scratch()
        let numbers = (1...500).map { String($0) }
        try scratch.write(numbers.joined(separator: "\n"), to: "a")
        let lines = try await readAll(InputReader(sources: [.file(scratch.bytes("a"))], isShuffled: true))
        #expect(lines != numbers)
        #expect(lines.sorted() == numbers.sorted())
    }

    @Test func unreadableSources_areRefusedBeforeAnythingRuns() throws {
        let scratch = try Scratch()
        let missing = #expect(throws: SystemError.self) {
            try InputReader(sources: [.file(scratch.bytes("missing"))])
        }
        #expect(missing?.description == "opening \(scratch("missing")): No such file or directory")
        let directory = #expect(throws: SystemError.self) { try InputReader(sources: [.file(bytes("/tmp"))]) }
        #expect(directory?.description == "reading /tmp: Is a directory")
    }

    @Test func firstLine_isThereBeforeTheInputEnds_andReadingStopsWhenNobodyWantsMore() async throws {
        let scratch = try Scratch()
        try #require(mkfifo(scratch("fifo"), 0o600) == 0)
        // Reading and writing, so that neither end waits for the other to be opened.
        let writer = open(scratch("fifo"), O_RDWR)
        defer { close(writer) }
        let reader = try InputReader(sources: [.file(scratch.bytes("fifo"))])
        try reader.start()
        write(writer, "first\nsec", 9)
        #expect(await reader.next() == [.line(bytes("first"))])
        reader.cancel()
        #expect(await reader.next() == nil)
        await SystemThread.perform { reader.close() }
        #expect(reader.total == nil)
    }

    @Test func reading_waitsWhereTooMuchLiesReady() async throws {
        let scratch = try Scratch()
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 9_999) + [UInt8(ascii: "\n")]
        try scratch.write(Array(repeating: line, count: 1_000).flatMap { $0 }, to: "large")
        let reader = try InputReader(sources: [.file(scratch.bytes("large"))])
        try reader.start()
        var most = 0
        var all = 0
        while let records = await reader.next() {
            most = max(most, records.count)
            all += records.count
        }
        #expect(all == 1_000)
        #expect(most * 10_000 <= InputReader.readAhead + 65_536 + 10_000)
        await SystemThread.perform { reader.close() }
    }
}
