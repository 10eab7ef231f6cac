import Glibc

/// The directory in which a run's commands work.
enum RunDirectory {
    /// Its full name; `nil` stands for the directory of this program.
    ///
    /// - Throws: where it is not there, not a directory, or closed to us.
    static func resolve(_ directory: [UInt8]?) throws(SystemError) -> [UInt8] {
        let name = directory ?? [UInt8(ascii: ".")]
        let path = name.map(CChar.init(bitPattern:)) + [0]
        let action = "working in \(String(decoding: name, as: UTF8.self))"
        guard let full = realpath(path, nil) else { throw SystemError(errno, doing: action) }
        defer { free(full) }
        var status = stat()
        guard stat(full, &status) == 0 else { throw SystemError(errno, doing: action) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw SystemError(ENOTDIR, doing: action) }
        guard access(full, X_OK) == 0 else { throw SystemError(errno, doing: action) }
        return Array(UnsafeRawBufferPointer(start: full, count: strlen(full)))
    }
}
