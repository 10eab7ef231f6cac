import Glibc

/// The directory in which every live program has its socket, and nobody but its owner may look.
package struct RuntimeDirectory: Sendable {
    /// Its path.
    package let path: String

    /// The directory of this user, made where there is none.
    ///
    /// It is `pooltop` in `$XDG_RUNTIME_DIR` where that is set, else in `/run/user/UID` where that exists, else
    /// `/tmp/pooltop-UID`.
    /// - Throws: ``ControlError`` where it cannot be made, or belongs to somebody else.
    package static func ofUser() throws(ControlError) -> RuntimeDirectory {
        if let base = getenv("XDG_RUNTIME_DIR").map({ String(cString: $0) }), base.hasPrefix("/") {
            return try RuntimeDirectory(path: base + "/pooltop")
        }
        let session = "/run/user/\(getuid())"
        if access(session, W_OK | X_OK) == 0 { return try RuntimeDirectory(path: session + "/pooltop") }
        return try RuntimeDirectory(path: "/tmp/pooltop-\(getuid())")
    }

    /// A directory of one's own, made where there is none; its mode becomes 0700.
    package init(path: String) throws(ControlError) {
        self.path = path
        if mkdir(path, 0o700) != 0, errno != EEXIST {
            throw ControlError(.usage, "cannot make \(path): \(String(cString: strerror(errno)))")
        }
        var info = stat()
        guard lstat(path, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else {
            throw ControlError(.usage, "\(path) is not a directory: remove it")
        }
        guard info.st_uid == geteuid() else {
            throw ControlError(
                .usage, "\(path) belongs to somebody else: set XDG_RUNTIME_DIR to a directory of yours")
        }
        if info.st_mode & 0o077 != 0, chmod(path, 0o700) != 0 {
            throw ControlError(.usage, "others may look into \(path), and its mode cannot be changed")
        }
    }

    /// Where the socket of a program of that kind is; a number after the first, as a process may have several.
    package func socket(kind: String, pid: Int32 = getpid(), number: Int = 1) -> String {
        "\(path)/\(kind)-\(pid)\(number == 1 ? "" : ".\(number)").sock"
    }

    /// The sockets somebody listens on, by name; those of the dead are taken away.
    package func sweep() -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var live: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasSuffix(".sock"), name.first != "." else { continue }
            let socket = "\(path)/\(name)"
            switch SocketFile.probe(socket) {
            case .live: live.append(socket)
            case .dead: unlink(socket)
            case .forbidden: break
            }
        }
        return live.sorted()
    }
}
