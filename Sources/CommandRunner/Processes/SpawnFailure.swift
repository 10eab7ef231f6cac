import Glibc

/// Why a command could not be started at all.
public struct SpawnFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What a shell would have exited with: 127 where there is no such command, else 126.
    public var status: Int32
    /// One line for the user.
    public var message: String
    /// Whether trying again is pointless: nothing was short for the moment only.
    public var isPermanent = true

    /// A failure in plain words.
    package init(status: Int32, message: String) {
        self.status = status
        self.message = message
    }

    /// See ``message``.
    public var description: String { message }

    /// An argument beyond what Linux takes.
    static func tooLong(bytes: Int) -> SpawnFailure {
        SpawnFailure(
            status: 126,
            message:
                "too long: \(bytes) bytes, and Linux takes at most \(Command.maxArgumentBytes) in one argument"
        )
    }

    /// What posix_spawn said about `command`.
    static func system(_ code: Int32, command: Command) -> SpawnFailure {
        let words = SystemError.words(for: code)
        if let directory = command.directory, let reason = unusable(directory) {
            let shown = String(decoding: directory, as: UTF8.self)
            return SpawnFailure(status: 126, message: "cannot work in \(shown): \(reason)")
        }
        let program = String(decoding: command.words.first ?? [], as: UTF8.self)
        var failure =
            switch code {
            case ENOENT: SpawnFailure(status: 127, message: "\(program): \(words)")
            case E2BIG:
                SpawnFailure(
                    status: 126,
                    message: "arguments and environment together are too long for the system (\(words))")
            case EAGAIN:
                SpawnFailure(status: 126, message: "the system lets you start no more processes (\(words))")
            case EMFILE, ENFILE: SpawnFailure(status: 126, message: "no file descriptors are left (\(words))")
            default: SpawnFailure(status: 126, message: "\(program): \(words)")
            }
        failure.isPermanent = !isPassing(code)
        return failure
    }

    /// Whether waiting may help: another process may end, or a file be closed.
    static func isPassing(_ code: Int32) -> Bool {
        code == EAGAIN || code == EMFILE || code == ENFILE || code == ENOMEM
    }

    private static func unusable(_ directory: [UInt8]) -> String? {
        let path = directory.map(CChar.init(bitPattern:)) + [0]
        var status = stat()
        if stat(path, &status) != 0 { return SystemError.words(for: errno) }
        if status.st_mode & S_IFMT != S_IFDIR { return SystemError.words(for: ENOTDIR) }
        return access(path, X_OK) == 0 ? nil : SystemError.words(for: errno)
    }
}
