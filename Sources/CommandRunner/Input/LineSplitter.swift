import Glibc

/// Cuts a stream of bytes into lines. Keeps no more of a line than a command could take.
struct LineSplitter {
    /// The longest line that is kept whole, in bytes.
    static let limit = Command.maxArgumentBytes
    /// What is kept of a longer one.
    static let beginning = 256

    private let separator: UInt8
    private var partial: [UInt8] = []
    private var dropped = 0

    /// `separator` ends a line: a newline or NUL.
    init(separator: UInt8) { self.separator = separator }

    /// Takes more bytes; returns the lines that they complete.
    mutating func read(_ bytes: UnsafeRawBufferPointer) -> [InputRecord] {
        var records: [InputRecord] = []
        var start = bytes.startIndex
        while start < bytes.endIndex {
            guard let end = find(in: bytes, from: start) else {
                keep(UnsafeRawBufferPointer(rebasing: bytes[start...]))
                break
            }
            keep(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            records.append(take())
            start = end + 1
        }
        return records
    }

    /// The stream has ended; returns the last line where it had no end of its own.
    mutating func finish() -> InputRecord? { partial.isEmpty && dropped == 0 ? nil : take() }

    private func find(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = bytes.baseAddress,
            let found = memchr(base + start, Int32(separator), bytes.count - start)
        else { return nil }
        return UnsafeRawPointer(found) - base
    }

    private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
        guard dropped == 0, partial.count + bytes.count <= Self.limit else {
            dropped += bytes.count
            if partial.count < Self.beginning {
                let missing = bytes.prefix(Self.beginning - partial.count)
                partial += missing
                dropped -= missing.count
            }
            return
        }
        partial += bytes
    }

    private mutating func take() -> InputRecord {
        defer {
            partial = []
            dropped = 0
        }
        guard dropped > 0 else { return .line(partial) }
        return .tooLong(beginning: Array(partial.prefix(Self.beginning)), bytes: partial.count + dropped)
    }
}
