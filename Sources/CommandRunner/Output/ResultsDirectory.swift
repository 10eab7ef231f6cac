import Glibc
import Monitoring
import Synchronization

/// Keeps each job's output in files of its own, laid out as GNU parallel does: `DIR/1/ARGUMENT/{seq,stdout,stderr}`.
package final class ResultsDirectory: Sendable {
    private static let nameLimit = 255

    private let root: [UInt8]
    /// Fingerprints of the names given out in this run.
    private let used = Locked<Set<Int>>([])

    /// Makes the directory where it does not exist.
    ///
    /// - Throws: where that cannot be done.
    package init(path: [UInt8]) throws(SystemError) {
        var root = path
        while root.count > 1, root.last == UInt8(ascii: "/") { root.removeLast() }
        self.root = root + Array("/1".utf8)
        for end in self.root.indices.dropFirst() where self.root[end] == UInt8(ascii: "/") {
            try Self.makeDirectory(Array(self.root[..<end]))
        }
        try Self.makeDirectory(self.root)
    }

    /// A place for a job of this run that no other job of it has: two jobs with the same line get two places.
    func place(for line: [UInt8]) -> [UInt8] {
        let name = Self.name(for: line)
        var candidate = name
        var number = 2
        while !used.withLock({ $0.insert(candidate.hashValue).inserted }) {
            let suffix = Array("~\(number)".utf8)
            candidate = Array(name.prefix(Self.nameLimit - suffix.count)) + suffix
            number += 1
        }
        return root + [UInt8(ascii: "/")] + candidate
    }

    /// Writes the files of one job, in place of those of an earlier attempt. Blocks while the disk does.
    func store(
        _ sequence: Int, output: StoredOutput, error: StoredOutput, at place: [UInt8], spool: Spool,
        buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) {
        try Self.makeDirectory(place)
        try Self.write(StoredOutput(Array("\(sequence)".utf8)), to: place + Array("/seq".utf8), spool, buffer)
        try Self.write(output, to: place + Array("/stdout".utf8), spool, buffer)
        try Self.write(error, to: place + Array("/stderr".utf8), spool, buffer)
    }

    /// A line as a file name: `/`, `\`, tab, newline and NUL as `\_`, `\\`, `\t`, `\n` and `\0`; a name that
    /// would be empty or mean another directory, and one that is too long, told apart in ways of their own.
    static func name(for line: [UInt8]) -> [UInt8] {
        if line.isEmpty { return Array("\\z".utf8) }
        if line.elementsEqual(".".utf8) || line.elementsEqual("..".utf8) {
            return line.flatMap { [UInt8(ascii: "\\"), $0] }
        }
        let name = line.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "/"): Array("\\_".utf8)
            case UInt8(ascii: "\\"): Array("\\\\".utf8)
            case UInt8(ascii: "\t"): Array("\\t".utf8)
            case UInt8(ascii: "\n"): Array("\\n".utf8)
            case 0: Array("\\0".utf8)
            default: [byte]
            }
        }
        guard name.count > nameLimit else { return name }
        let digest = Array("~\(JobKey(template: .lineIsCommand, directory: line))".utf8)
        return Array(name.prefix(nameLimit - digest.count)) + digest
    }

    private static func makeDirectory(_ path: [UInt8]) throws(SystemError) {
        let name = path.map(CChar.init(bitPattern:)) + [0]
        guard mkdir(name, 0o777) != 0 else { return }
        let code = errno
        var status = stat()
        if code == EEXIST, stat(name, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        throw SystemError(
            code == EEXIST ? ENOTDIR : code, doing: "making \(String(decoding: path, as: UTF8.self))")
    }

    private static func write(
        _ bytes: StoredOutput, to path: [UInt8], _ spool: Spool, _ buffer: UnsafeMutableRawBufferPointer
    ) throws(SystemError) {
        let action = "writing \(String(decoding: path, as: UTF8.self))"
        let name = path.map(CChar.init(bitPattern:)) + [0]
        let file = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw SystemError(errno, doing: action) }
        defer { close(file) }
        try bytes.forEachPortion(from: spool, buffer: buffer) { portion throws(SystemError) in
            if let error = writeAll(portion, to: file, doing: action) { throw error }
        }
    }
}
