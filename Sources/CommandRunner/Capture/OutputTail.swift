import CPlatform
package import Monitoring
import Synchronization

/// The last of what a command printed, both streams in the order they came, for whoever looks while it runs.
package final class OutputTail: Sendable {
    /// The most that is kept, in bytes.
    static let limit = 64 * 1024
    private static let lineLimit = 4096

    private struct Chunk: Sendable {
        var isError: Bool
        var bytes: [UInt8]
    }

    private struct State: Sendable {
        var chunks: [Chunk] = []
        var kept = 0
        var isCut = false
        var bytes: UInt64 = 0
        var lines: UInt64 = 0
    }

    private let state = Locked(State())

    /// Nothing yet.
    package init() {}

    /// More was printed.
    package func append(_ bytes: UnsafeRawBufferPointer, isError: Bool) {
        let lines = UInt64(cp_count_bytes(UInt8(ascii: "\n"), bytes.baseAddress, bytes.count))
        let chunk = Chunk(isError: isError, bytes: Array(bytes.suffix(Self.limit)))
        state.withLock { state in
            state.bytes += UInt64(bytes.count)
            state.lines += lines
            if bytes.count > chunk.bytes.count { state.isCut = true }
            state.kept += chunk.bytes.count
            if let last = state.chunks.last, last.isError == isError, last.bytes.count < Self.lineLimit {
                state.chunks[state.chunks.count - 1].bytes += chunk.bytes
            } else {
                state.chunks.append(chunk)
            }
            var surplus = 0
            while state.kept > Self.limit, surplus < state.chunks.count - 1 {
                state.kept -= state.chunks[surplus].bytes.count
                surplus += 1
                state.isCut = true
            }
            state.chunks.removeFirst(surplus)
        }
    }

    /// Nothing was printed any more: an attempt begins anew.
    package func clear() { state.withLock { $0 = State() } }

    /// The lines as they stand, the unfinished last one of each stream too; `nil` where nothing was printed.
    package var output: JobOutput? {
        let state = state.withLock { $0 }
        guard state.bytes > 0 else { return nil }
        var output = JobOutput()
        output.bytes = state.bytes
        output.lineCount = state.lines
        var open: [Bool: [UInt8]] = [:]
        var mayBeCut: Set<Bool> = state.isCut ? [false, true] : []
        for chunk in state.chunks {
            var rest = chunk.bytes[...]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = (open.removeValue(forKey: chunk.isError) ?? []) + rest[..<end]
                // The first line after a cut has lost its beginning.
                if mayBeCut.remove(chunk.isError) == nil {
                    output.lines.append(Self.line(line, chunk.isError))
                }
                rest = rest[(end + 1)...]
            }
            if !rest.isEmpty { open[chunk.isError, default: []] += rest }
        }
        for isError in [false, true] {
            if let line = open[isError] { output.lines.append(Self.line(line, isError)) }
        }
        if output.lineCount < UInt64(output.lines.count) { output.lineCount = UInt64(output.lines.count) }
        return output
    }

    /// The last lines of standard error, or else of both streams, joined; `nil` where nothing was printed.
    package func trace(lines count: Int) -> String? {
        guard let lines = output?.lines, !lines.isEmpty else { return nil }
        let errors = lines.filter(\.isError)
        return (errors.isEmpty ? lines : errors).suffix(count).map(\.text).joined(separator: "\n")
    }

    private static func line(_ bytes: [UInt8], _ isError: Bool) -> OutputLine {
        OutputLine(isError: isError, text: String(decoding: bytes.prefix(lineLimit), as: UTF8.self))
    }
}
