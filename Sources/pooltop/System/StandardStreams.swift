import Glibc

/// The three streams every program is given, or should be.
enum StandardStreams {
    /// Puts something in place of a stream that was closed before this program began, so that no other file gets
    /// its number: what fails to be read or written there still fails. And has writes to closed pipes fail too,
    /// where they would end the program.
    static func repair() {
        plug(0, with: O_WRONLY)
        plug(1, with: O_RDONLY)
        plug(2, with: O_WRONLY)
        signal(SIGPIPE, SIG_IGN)
    }

    private static func plug(_ number: Int32, with mode: Int32) {
        guard fcntl(number, F_GETFD) < 0 else { return }
        let file = open("/dev/null", mode)
        if file >= 0, file != number {
            dup2(file, number)
            close(file)
        }
    }

    /// Writes a line to standard error at once.
    static func tell(_ message: String) {
        let bytes = Array("pooltop: \(message)\n".utf8)
        _ = write(2, bytes, bytes.count)
    }
}
