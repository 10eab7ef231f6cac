import Glibc
import Monitoring
import Testing

@testable import CommandRunner

@Suite struct CaptureTests {
    private static func pattern(_ count: Int, salt: UInt8 = 0) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 251) &+ salt }
    }

    private static func joined(_ stored: StoredOutput, _ spool: Spool) throws -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 10_000, alignment: 16)
        defer { buffer.deallocate() }
        var all: [UInt8] = []
        try stored.forEachPortion(from: spool, buffer: buffer) { portion throws(SystemError) in all += portion
        }
        return all
    }

    private static func feed(_ bytes: [UInt8], to buffer: inout OutputBuffer, by size: Int = 65_536) {
        var rest = bytes[...]
        while !rest.isEmpty {
            rest.prefix(size).withUnsafeBytes { buffer.append($0) }
            rest = rest.dropFirst(size)
        }
    }

    @Test func smallOutput_staysInMemory() throws {
        let spool = Spool()
        var buffer = OutputBuffer(spool: spool)
        Self.feed(bytes("hello"), to: &buffer)
        let stored = buffer.take()
        #expect((stored.count, stored.countInMemory, spool.used) == (5, 5, 0))
        #expect(try Self.joined(stored, spool) == bytes("hello"))
        #expect(buffer.take().isEmpty)
    }

    @Test func largeOutput_spillsAndComesBackWhole() throws {
        let spool = Spool()
        var buffer = OutputBuffer(spool: spool)
        let data = Self.pattern(700_001)
        Self.feed(data, to: &buffer)
        let stored = buffer.take()
        #expect(stored.count == data.count)
        #expect(stored.countInMemory <= OutputBuffer.memoryLimit)
        #expect(spool.used == stored.count - stored.countInMemory)
        #expect(try Self.joined(stored, spool) == data)
        stored.discard(in: spool)
        #expect(spool.used == 0)
    }

    @Test func outputsOfManyJobs_shareOneSpoolWithoutMixing() throws {
        let spool = Spool()
        let data = (0..<4).map { Self.pattern(300_000, salt: UInt8($0)) }
        var buffers = data.map { _ in OutputBuffer(spool: spool) }
        for start in stride(from: 0, to: 300_000, by: 50_000) {
            for index in data.indices {
                Self.feed(Array(data[index][start..<start + 50_000]), to: &buffers[index])
            }
        }
        let stored = buffers.indices.map { buffers[$0].take() }
        stored[1].discard(in: spool)
        for index in [0, 2, 3] { #expect(try Self.joined(stored[index], spool) == data[index]) }
    }

    @Test func movedOutput_leavesMemory() throws {
        let spool = Spool()
        var stored = StoredOutput(bytes("abc"))
        stored.append(StoredOutput(bytes("def")))
        try stored.moveOut(to: spool)
        #expect((stored.count, stored.countInMemory, spool.used) == (6, 0, 6))
        #expect(try Self.joined(stored, spool) == bytes("abcdef"))
    }

    @Test func fullDisk_isToldAndWhatCameBeforeIsKept() throws {
        let spool = Spool(directory: "/no/such/directory")
        var buffer = OutputBuffer(spool: spool)
        Self.feed(Self.pattern(400_000), to: &buffer)
        let loss = try #require(buffer.loss)
        #expect(
            loss.description == "making a temporary file in /no/such/directory: No such file or directory")
        #expect(buffer.lostCount > 0)
        #expect(buffer.take().count + buffer.lostCount <= 400_000)
    }

    @Test func takeLines_leavesTheUnfinishedLine() throws {
        let spool = Spool()
        var buffer = OutputBuffer(spool: spool)
        Self.feed(bytes("one\ntwo\nthr"), to: &buffer)
        #expect(try Self.joined(buffer.takeLines(), spool) == bytes("one\ntwo\n"))
        Self.feed(bytes("ee\n"), to: &buffer)
        #expect(try Self.joined(buffer.takeLines(), spool) == bytes("three\n"))
        #expect(buffer.takeLines().isEmpty)
    }

    @Test func tail_showsBothStreamsInTheOrderTheyCame() throws {
        let tail = OutputTail()
        for (text, isError) in [("a\nb", false), ("oops\n", true), ("c\n", false), ("end", false)] {
            bytes(text).withUnsafeBytes { tail.append($0, isError: isError) }
        }
        let output = try #require(tail.output)
        #expect(output.lines.map(\.text) == ["a", "oops", "bc", "end"])
        #expect(output.lines.map(\.isError) == [false, true, false, false])
        #expect((output.bytes, output.lineCount) == (13, 4))
    }

    @Test func tail_ofEndlessOutput_staysBounded() throws {
        let tail = OutputTail()
        for number in 0..<5_000 {
            bytes("line \(number) of many\n").withUnsafeBytes { tail.append($0, isError: number % 7 == 0) }
        }
        let output = try #require(tail.output)
        #expect(output.lineCount == 5_000)
        #expect(output.lines.last?.text == "line 4999 of many")
        #expect(output.lines.reduce(0) { $0 + $1.text.utf8.count + 1 } <= OutputTail.limit)
        #expect(output.lines.allSatisfy { $0.text.hasPrefix("line ") && $0.text.hasSuffix(" of many") })
    }

    @Test func tail_ofOneEndlessLine_showsItsBeginningCutShort() throws {
        let tail = OutputTail()
        [UInt8](repeating: UInt8(ascii: "x"), count: 10_000).withUnsafeBytes {
            tail.append($0, isError: false)
        }
        #expect(tail.output?.lines.map { $0.text.utf8.count } == [4_096])
    }

    @Test func tail_withoutOutput_isNothing() {
        #expect(OutputTail().output == nil)
        #expect(OutputTail().trace(lines: 3) == nil)
    }

    @Test func trace_prefersStandardError() {
        let tail = OutputTail()
        for (text, isError) in [("out\n", false), ("e1\ne2\ne3\n", true), ("out\n", false)] {
            bytes(text).withUnsafeBytes { tail.append($0, isError: isError) }
        }
        #expect(tail.trace(lines: 2) == "e2\ne3")
    }
}
