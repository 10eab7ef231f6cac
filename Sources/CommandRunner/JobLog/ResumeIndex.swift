import Glibc

/// Which jobs an earlier run has done, from its job log.
///
/// Goes by content, so that an edited or reordered list is safe. A job that was done twice is skipped twice.
package struct ResumeIndex: Sendable {
    private var keys: [JobKey: Int] = [:]
    private var commands: [[UInt8]: Int] = [:]

    /// Nothing was done.
    package init() {}

    /// Reads a log; one that does not exist says that nothing was done.
    ///
    /// - Throws: where it exists and cannot be read.
    package init(path: [UInt8]) throws(SystemError) {
        let name = String(decoding: path, as: UTF8.self)
        let file = open(path.map(CChar.init(bitPattern:)) + [0], O_RDONLY | O_CLOEXEC)
        if file < 0, errno == ENOENT { return }
        guard file >= 0 else { throw SystemError(errno, doing: "reading the job log \(name)") }
        defer { close(file) }
        var partial: [UInt8] = []
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 262_144, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = read(file, buffer.baseAddress, buffer.count)
            if count == 0 { break }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw SystemError(errno, doing: "reading the job log \(name)")
            }
            partial += buffer[..<count]
            guard let end = partial.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            for line in partial[..<end].split(separator: UInt8(ascii: "\n")) { note(line) }
            partial.removeFirst(end + 1)
        }
    }

    /// Whether anything was done.
    package var isEmpty: Bool { keys.isEmpty && commands.isEmpty }

    /// Takes in one line of a log, if it tells of a success; the header does not.
    mutating func note(_ line: ArraySlice<UInt8>) {
        let columns = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        guard columns.count >= 9, columns[6].elementsEqual("0".utf8), columns[7].elementsEqual("0".utf8)
        else {
            return
        }
        if columns.count >= 17, let key = JobKey(String(decoding: columns[16], as: UTF8.self)) {
            if columns[14].elementsEqual(JobLogEntry.OutputFate.written.rawValue.utf8) {
                keys[key, default: 0] += 1
            }
        } else {
            // Only GNU parallel's columns; a tab in the command is part of it.
            let command = Array(columns[8...].joined(separator: [UInt8(ascii: "\t")]))
            commands[Self.normalised(command), default: 0] += 1
        }
    }

    /// Whether a job was done; each success counts for one job only.
    package mutating func takes(_ key: JobKey, command: @autoclosure () -> [UInt8]) -> Bool {
        if let count = keys[key] {
            keys[key] = count == 1 ? nil : count - 1
            return true
        }
        guard !commands.isEmpty else { return false }
        let text = Self.normalised(command())
        guard let count = commands[text] else { return false }
        commands[text] = count == 1 ? nil : count - 1
        return true
    }

    /// What the shell makes of a command: GNU parallel and we quote the same words differently.
    private static func normalised(_ command: [UInt8]) -> [UInt8] {
        ShellQuoting.removed(from: JobLogEntry.escaped(command))
    }
}
