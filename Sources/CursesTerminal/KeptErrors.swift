import CPlatform
import Glibc

/// Standard error while the screen is up: what is written to it would garble the screen, so it goes into
/// memory and is printed afterwards.
///
/// Only where standard error is a terminal; a log file goes on being written.
struct KeptErrors: ~Copyable {
    /// The file that stands in for standard error; -1 when nothing is kept.
    let file: Int32
    /// The real standard error; -1 when nothing is kept.
    let standardError: Int32
    /// Bytes above which the oldest are dropped.
    static let limit = 1 << 20
    private static let keptWhenFull = 1 << 16

    init() {
        guard isatty(STDERR_FILENO) == 1, case let memory = cp_terminal_memory("standard error"), memory >= 0
        else {
            (file, standardError) = (-1, -1)
            return
        }
        let original = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        guard original >= 0, dup2(memory, STDERR_FILENO) >= 0 else {
            close(memory)
            if original >= 0 { close(original) }
            (file, standardError) = (-1, -1)
            return
        }
        (file, standardError) = (memory, original)
    }

    /// Drops the oldest part when there is too much. What is written at that very moment may be lost.
    func limitSize() {
        guard file >= 0, case let size = lseek(file, 0, SEEK_END), size > Self.limit else { return }
        var buffer = [UInt8](repeating: 0, count: Self.keptWhenFull)
        let count = pread(file, &buffer, buffer.count, size - off_t(buffer.count))
        guard count > 0, ftruncate(file, 0) == 0 else { return }
        let note = Array("(\(size - off_t(count)) bytes left out)\n".utf8)
        _ = write(file, note, note.count)
        _ = write(file, buffer, count)
    }

    /// Puts standard error back and prints what was kept.
    consuming func release() {
        guard file >= 0 else { return }
        dup2(standardError, STDERR_FILENO)
        var buffer = [UInt8](repeating: 0, count: 4096)
        var position: off_t = 0
        while case let count = pread(file, &buffer, buffer.count, position), count > 0 {
            guard write(STDERR_FILENO, buffer, count) == count else { break }
            position += off_t(count)
        }
        close(file)
        close(standardError)
    }
}
