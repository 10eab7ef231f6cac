package import Glibc

/// The file of a Unix socket: made so that nobody else can ever open it, and taken away at the end.
///
/// The socket is bound inside a directory that only its owner can enter and linked to its place once its mode is
/// 0600. The umask of the process, which its other threads rely on, stays as it is.
package struct SocketFile: Sendable {
    /// What fits into an address, with its zero.
    static let longestPath = 107

    /// Where clients find it.
    let path: String
    /// Where it is bound at first.
    let hidden: String
    private let directory: String

    /// Makes the directory for binding.
    init(path: String) throws(ControlError) {
        self.path = path
        let parent = Self.parent(of: path)
        var template = Array("\(parent)/.XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            throw ControlError(
                .usage, "cannot make the socket \(path): \(String(cString: strerror(errno)))")
        }
        directory = String(cString: made)
        hidden = directory + "/s"
        guard hidden.utf8.count <= Self.longestPath, path.utf8.count <= Self.longestPath else {
            discard()
            throw ControlError(
                .usage, "the socket's path is too long (at most \(Self.longestPath) bytes): \(path)")
        }
    }

    /// Puts the bound socket in its place.
    ///
    /// A socket that nobody listens on any more is replaced. Two that are put in one place at once exclude each
    /// other by a lock on the directory.
    /// - Throws: ``ControlError`` where somebody listens there, or something else is there.
    func publish() throws(ControlError) {
        defer { discard() }
        let parent = open(Self.parent(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if parent >= 0 { flock(parent, LOCK_EX) }
        defer { if parent >= 0 { close(parent) } }
        guard chmod(hidden, 0o600) == 0 else { throw failure() }
        try Self.removeStale(path)
        guard link(hidden, path) == 0 else { throw failure() }
    }

    /// Takes the socket away.
    static func remove(_ path: String) { unlink(path) }

    /// Takes away what is left of a binding.
    func discard() {
        unlink(hidden)
        rmdir(directory)
    }

    private func failure() -> ControlError {
        ControlError(.usage, "cannot make the socket \(path): \(String(cString: strerror(errno)))")
    }

    private static func removeStale(_ path: String) throws(ControlError) {
        var info = stat()
        guard lstat(path, &info) == 0 else { return }
        guard info.st_mode & S_IFMT == S_IFSOCK else {
            throw ControlError(
                .usage, "cannot listen on \(path): there is a file of that name, and not a socket")
        }
        switch probe(path) {
        case .live:
            throw ControlError(
                .usage, "cannot listen on \(path): another process listens there; end it, or use another path"
            )
        case .forbidden:
            throw ControlError(.usage, "cannot listen on \(path): the socket there belongs to somebody else")
        case .dead: unlink(path)
        }
    }

    /// What a socket turned out to be.
    enum Life: Equatable {
        case live, dead, forbidden
    }

    /// Hands out the address of a path, which is at most ``longestPath`` bytes long.
    package static func withAddress<Result>(
        of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result
    ) rethrows -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return try withUnsafePointer(to: &address) {
            try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                try body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// Sees whether somebody listens on a socket. Returns at once.
    static func probe(_ path: String) -> Life {
        guard path.utf8.count <= longestPath else { return .dead }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return .forbidden }
        defer { close(descriptor) }
        let result = withAddress(of: path) { connect(descriptor, $0, $1) }
        if result == 0 || errno == EAGAIN { return .live }
        return errno == EACCES || errno == EPERM ? .forbidden : .dead
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
