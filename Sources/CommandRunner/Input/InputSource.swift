import Glibc

/// Where lines come from.
package enum InputSource: Sendable, Equatable {
    /// Standard input.
    case standardInput
    /// A file by name; `-` is standard input.
    case file([UInt8])
    /// Arguments of the program itself.
    case arguments([[UInt8]])

    /// What messages call it.
    var name: String {
        switch self {
        case .standardInput: "standard input"
        case .file(let path): String(decoding: path, as: UTF8.self)
        case .arguments: "the arguments"
        }
    }

    /// Opens it for reading, so that what cannot be read is known before anything runs. -1 for arguments.
    func open() throws(SystemError) -> Int32 {
        switch self {
        case .arguments: return -1
        case .standardInput, .file([UInt8(ascii: "-")]):
            guard fcntl(0, F_GETFL) & O_ACCMODE != O_WRONLY else {
                throw SystemError(EBADF, doing: "reading standard input")
            }
            return try checked(0)
        case .file(let path):
            let file = Glibc.open(path.map(CChar.init(bitPattern:)) + [0], O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { throw SystemError(errno, doing: "opening \(name)") }
            return try checked(file)
        }
    }

    private func checked(_ file: Int32) throws(SystemError) -> Int32 {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw SystemError(errno, doing: "reading \(name)") }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw SystemError(EISDIR, doing: "reading \(name)") }
        return file
    }
}
