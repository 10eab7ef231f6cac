/// Bytes that a command printed, in memory, in a spool, or partly in each.
///
/// Whoever holds the last copy calls ``discard(in:)`` when it is no longer needed.
package struct StoredOutput: Sendable {
    enum Piece: Sendable {
        case memory([UInt8])
        case spooled(Spool.Extent)
    }

    private(set) var pieces: [Piece] = []
    /// All bytes.
    package private(set) var count = 0
    /// Bytes in memory.
    package private(set) var countInMemory = 0

    /// Nothing.
    package init() {}

    /// Bytes in memory.
    package init(_ bytes: [UInt8]) { append(bytes) }

    /// Whether there are no bytes.
    package var isEmpty: Bool { count == 0 }

    mutating func append(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        pieces.append(.memory(bytes))
        count += bytes.count
        countInMemory += bytes.count
    }

    mutating func append(_ extent: Spool.Extent) {
        pieces.append(.spooled(extent))
        count += extent.length
    }

    mutating func append(_ other: StoredOutput) {
        pieces += other.pieces
        count += other.count
        countInMemory += other.countInMemory
    }

    /// Adds bytes that go to the spool at once.
    mutating func append(_ bytes: [UInt8], to spool: Spool) throws(SystemError) {
        append(try Self.keep(bytes, in: spool))
    }

    /// Moves what is in memory to the spool.
    ///
    /// - Throws: where the spool takes no more; what was not moved stays in memory.
    mutating func moveOut(to spool: Spool) throws(SystemError) {
        for (index, piece) in pieces.enumerated() {
            guard case .memory(let bytes) = piece else { continue }
            pieces[index] = .spooled(try Self.keep(bytes, in: spool))
            countInMemory -= bytes.count
        }
    }

    /// Calls `body` with the bytes, in order, in portions that fit into `buffer` where they come from the spool.
    package func forEachPortion(
        from spool: Spool, buffer: UnsafeMutableRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) throws(SystemError) -> Void
    ) throws(SystemError) {
        for piece in pieces {
            switch piece {
            case .memory(let bytes):
                try Self.pass(bytes, to: body)
            case .spooled(let extent):
                var start = 0
                while start < extent.length {
                    let count = try spool.read(extent, from: start, into: buffer)
                    try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                    start += count
                }
            }
        }
    }

    /// Gives back what lies in the spool.
    package func discard(in spool: Spool) {
        for case .spooled(let extent) in pieces { spool.release(extent) }
    }

    private static func keep(_ bytes: [UInt8], in spool: Spool) throws(SystemError) -> Spool.Extent {
        let result: Result<Spool.Extent, SystemError> = bytes.withUnsafeBytes { buffer in
            do throws(SystemError) { return .success(try spool.write(buffer)) } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func pass(
        _ bytes: [UInt8], to body: (UnsafeRawBufferPointer) throws(SystemError) -> Void
    ) throws(SystemError) {
        let result: Result<Void, SystemError> = bytes.withUnsafeBytes { buffer in
            do throws(SystemError) { return .success(try body(buffer)) } catch { return .failure(error) }
        }
        try result.get()
    }
}
