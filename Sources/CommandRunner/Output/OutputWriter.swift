import Glibc

/// Writes items to two descriptors, small ones gathered. For one thread.
struct OutputWriter: ~Copyable {
    private static let gathered = 65_536

    private let outputFile: Int32
    private let errorFile: Int32
    private let spool: Spool
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 262_144, alignment: 16)
    private var pending: [UInt8] = []
    private var pendingError: [UInt8] = []
    /// Why standard output takes no more, where it does not.
    private(set) var failure: SystemError?

    init(output: Int32, error: Int32, spool: Spool) {
        outputFile = output
        errorFile = error
        self.spool = spool
    }

    deinit { buffer.deallocate() }

    /// Writes items in order; what their jobs put to standard output comes before what they put to standard
    /// error. Returns their entries for the job log.
    mutating func write(_ items: [OutputItem]) -> [JobLogEntry] {
        var entries: [JobLogEntry] = []
        var unsure: [Int] = []
        for item in items {
            let isLost = put(item)
            item.output.discard(in: spool)
            item.error.discard(in: spool)
            guard var entry = item.logEntry else { continue }
            if isLost { entry.output = .lost } else if !item.output.isEmpty { unsure.append(entries.count) }
            entries.append(entry)
        }
        let hadFailed = failure != nil
        flush()
        flushError()
        // What was only gathered before the failure came to light did not get out either.
        if failure != nil, !hadFailed { for index in unsure { entries[index].output = .lost } }
        return entries
    }

    /// Returns whether output of the item was lost.
    private mutating func put(_ item: OutputItem) -> Bool {
        var isLost = false
        // Where both streams go to the same place they must stay in order, so that only one is ever gathered.
        if !item.output.isEmpty {
            flushError()
            isLost = !copy(item.output, tag: item.tag, toError: false)
        }
        if !item.notice.isEmpty || !item.error.isEmpty {
            flush()
            pendingError += item.notice
            _ = copy(item.error, tag: item.tag, toError: true)
        }
        return isLost || failure != nil && !item.output.isEmpty
    }

    private mutating func copy(_ stored: StoredOutput, tag: [UInt8]?, toError: Bool) -> Bool {
        guard !stored.isEmpty else { return true }
        var isLineStart = true
        do throws(SystemError) {
            try stored.forEachPortion(from: spool, buffer: buffer) { portion throws(SystemError) in
                if let tag {
                    emit(Self.tagged(portion, tag: tag, isLineStart: &isLineStart), toError: toError)
                } else {
                    emit(portion, toError: toError)
                }
            }
            return true
        } catch {
            pendingError += Array("pooltop: \(error)\n".utf8)
            return false
        }
    }

    private static func tagged(_ bytes: UnsafeRawBufferPointer, tag: [UInt8], isLineStart: inout Bool)
        -> [UInt8]
    {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + tag.count + 1)
        for byte in bytes {
            if isLineStart { result += tag + [UInt8(ascii: "\t")] }
            result.append(byte)
            isLineStart = byte == UInt8(ascii: "\n")
        }
        return result
    }

    private mutating func emit(_ bytes: [UInt8], toError: Bool) {
        if toError { pendingError += bytes } else { pending += bytes }
        flushIfLarge()
    }

    private mutating func emit(_ bytes: UnsafeRawBufferPointer, toError: Bool) {
        if toError { pendingError += bytes } else { pending += bytes }
        flushIfLarge()
    }

    private mutating func flushIfLarge() {
        if pending.count >= Self.gathered { flush() }
        if pendingError.count >= Self.gathered { flushError() }
    }

    private mutating func flush() {
        guard !pending.isEmpty else { return }
        if failure == nil { failure = writeAll(pending, to: outputFile, doing: "writing to standard output") }
        pending.removeAll(keepingCapacity: true)
    }

    private mutating func flushError() {
        guard !pendingError.isEmpty else { return }
        // Where nobody listens on standard error there is nobody to tell either.
        _ = writeAll(pendingError, to: errorFile, doing: "")
        pendingError.removeAll(keepingCapacity: true)
    }
}
