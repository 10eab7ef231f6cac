import Glibc
import Monitoring
import Synchronization

/// Appends to a job log, from any thread; an entry is one write, so that a log is never left with half a line by
/// a run that was killed, unless the disk is full.
package final class JobLogWriter: Sendable {
    private let file: Int32
    private let path: String
    private let failure = Locked<SystemError?>(nil)

    /// Opens a log, emptied unless `isResumed`.
    ///
    /// - Throws: where it cannot be written.
    package init(path: [UInt8], isResumed: Bool) throws(SystemError) {
        self.path = String(decoding: path, as: UTF8.self)
        let flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | (isResumed ? 0 : O_TRUNC)
        file = open(path.map(CChar.init(bitPattern:)) + [0], flags, 0o666)
        guard file >= 0 else { throw SystemError(errno, doing: "opening the job log \(self.path)") }
        let end = lseek(file, 0, SEEK_END)
        if end <= 0 {
            write(Array(JobLogEntry.header.utf8))
        } else if !endsWithNewline(at: end) {
            // A run that was killed while it wrote: what follows must not be glued to half a line.
            write([UInt8(ascii: "\n")])
        }
        if let error { throw error }
    }

    deinit { close(file) }

    /// Why the log is no longer complete, where it is not.
    var error: SystemError? { failure.withLock { $0 } }

    /// Appends whole lines.
    func append(_ entries: [JobLogEntry]) {
        guard !entries.isEmpty else { return }
        write(entries.flatMap { $0.line() })
    }

    private func endsWithNewline(at end: off_t) -> Bool {
        var last: UInt8 = 0
        return pread(file, &last, 1, end - 1) != 1 || last == UInt8(ascii: "\n")
    }

    private func write(_ bytes: [UInt8]) {
        failure.withLock { failure in
            guard failure == nil else { return }
            failure = writeAll(bytes, to: file, doing: "writing the job log \(path)")
        }
    }
}
