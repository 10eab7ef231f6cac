import Glibc
import Monitoring
import Synchronization

/// Reads the input, source after source, on a thread of its own, while jobs already run.
package final class InputReader: Sendable {
    /// How many bytes may be read ahead where not all of the input is wanted at once.
    static let readAhead = 1 << 20

    private let channel: RecordChannel
    private let sources: [(source: InputSource, file: Int32)]
    private let separator: UInt8
    private let isShuffled: Bool
    private let skipsBlankLines: Bool
    private let thread = Locked<SystemThread?>(nil)
    private let failure = Locked<SystemError?>(nil)
    private let count = Locked<(lines: Int, isAll: Bool)>((0, false))

    /// Opens all sources.
    ///
    /// - Parameters:
    ///   - separator: what ends a line: a newline or NUL.
    ///   - isShuffled: whether lines come in random order; then all are read before the first is given out.
    ///   - skipsBlankLines: whether lines of nothing but blanks are left out.
    ///   - isUnbounded: whether to read on however much lies ready.
    /// - Throws: where a source cannot be read; then none is left open.
    package init(
        sources: [InputSource], separator: UInt8 = UInt8(ascii: "\n"), isShuffled: Bool = false,
        skipsBlankLines: Bool = false, isUnbounded: Bool = false
    ) throws(SystemError) {
        channel = try RecordChannel(limit: isUnbounded || isShuffled ? .max : Self.readAhead)
        self.separator = separator
        self.isShuffled = isShuffled
        self.skipsBlankLines = skipsBlankLines
        var opened: [(InputSource, Int32)] = []
        do throws(SystemError) {
            for source in sources { opened.append((source, try source.open())) }
        } catch {
            for (_, file) in opened where file > 0 { Glibc.close(file) }
            throw error
        }
        self.sources = opened
    }

    deinit { for (_, file) in sources where file > 0 { Glibc.close(file) } }

    /// What messages call it.
    package var name: String { sources.map(\.source.name).joined(separator: ", ") }

    /// Whether a terminal is read: its user should be told.
    package var readsTerminal: Bool { sources.contains { $0.file >= 0 && isatty($0.file) == 1 } }

    /// Starts reading. Call it once.
    package func start() throws(SystemError) {
        let started = try SystemThread(name: "pooltop-input") { self.readAll() }
        thread.withLock { $0 = started }
    }

    /// The next lines, at least one; `nil` at the end of the input. For one caller at a time.
    package func next() async -> [InputRecord]? { await channel.next() }

    /// Stops reading: ``next()`` gives nothing more.
    package func cancel() { channel.cancel() }

    /// Whether reading was stopped before the end.
    package var wasCancelled: Bool { channel.isCancelled }

    /// How many lines there are in all, once the end of the input was read.
    package var total: Int? { count.withLock { $0.isAll ? $0.lines : nil } }

    /// Why the input ended early, where it did.
    package var error: SystemError? { failure.withLock { $0 } }

    /// Waits for the reading thread, which ends soon after the end of the input or ``cancel()``.
    package func close() {
        channel.cancel()
        thread.withLock { $0.take() }?.join()
    }

    private func readAll() {
        var kept: [InputRecord] = []
        let emit: ([InputRecord]) -> Void = { all in
            let records = self.skipsBlankLines ? all.filter { !$0.isBlank } : all
            self.count.withLock { $0.lines += records.count }
            if self.isShuffled { kept += records } else { self.channel.send(records) }
        }
        for (source, file) in sources where !channel.isCancelled {
            if case .arguments(let words) = source {
                emit(words.map { .line($0) })
                continue
            }
            do throws(SystemError) {
                try read(file, emit)
            } catch {
                failure.withLock { $0 = SystemError(error.code, doing: "reading \(source.name)") }
                break
            }
        }
        if isShuffled { channel.send(kept.shuffled()) }
        if !channel.isCancelled { count.withLock { $0.isAll = true } }
        channel.finish()
    }

    private func read(_ file: Int32, _ emit: ([InputRecord]) -> Void) throws(SystemError) {
        var splitter = LineSplitter(separator: separator)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
        defer { buffer.deallocate() }
        while waitUntilReadable(file) {
            let count = Glibc.read(file, buffer.baseAddress, buffer.count)
            if count == 0 { break }
            if count > 0 {
                emit(splitter.read(UnsafeRawBufferPointer(rebasing: buffer[..<count])))
            } else if errno != EINTR && errno != EAGAIN {
                throw SystemError(errno, doing: "reading")
            }
        }
        if !channel.isCancelled, let last = splitter.finish() { emit([last]) }
    }

    /// Waits for input and for room to put it; false where nobody wants it any more.
    private func waitUntilReadable(_ file: Int32) -> Bool {
        while !channel.isCancelled {
            let isFull = channel.isFull
            var entries = (
                pollfd(fd: channel.wake.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isFull ? -1 : file, events: Int16(POLLIN), revents: 0)
            )
            let ready = withUnsafeMutableBytes(of: &entries) {
                poll($0.baseAddress?.assumingMemoryBound(to: pollfd.self), 2, -1)
            }
            if entries.0.revents != 0 { channel.wake.clear() }
            if ready > 0, entries.1.revents != 0 { return true }
        }
        return false
    }
}
