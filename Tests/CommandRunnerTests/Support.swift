import CommandRunner
import Glibc
import Testing

/// A directory that is gone after the test.
final class Scratch: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/pooltop-test-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        path = String(cString: made)
    }

    deinit { remove(path) }

    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

    func bytes(_ name: String) -> [UInt8] { Array(self(name).utf8) }

    func write(_ bytes: [UInt8], to name: String) throws {
        let file = try #require(fopen(self(name), "w"))
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    func read(_ name: String) -> String? {
        contents(of: self(name)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The process ID that a command wrote to a file.
    func process(_ name: String) throws -> pid_t {
        let text = try #require(read(name))
        return try #require(pid_t(text.filter { !$0.isWhitespace }))
    }

    private func remove(_ path: String) {
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { remove("\(path)/\(name)") }
            }
            closedir(directory)
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}

/// All of a file, or `nil` where there is none.
func contents(of path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    return contents(of: file)
}

func contents(of file: UnsafeMutablePointer<FILE>) -> [UInt8] {
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        if count == 0 { return result }
        result += buffer[..<count]
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

extension ProcessHost {
    /// Runs a line for the shell.
    func shell(_ line: String) async throws -> CommandResult { try await run(Command(shell: bytes(line))) }
}

/// Both ends of a pipe.
struct Pipe {
    let readEnd: Int32
    let writeEnd: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        (readEnd, writeEnd) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    /// Everything written until the write end was closed everywhere.
    func readAll() -> [UInt8] {
        guard let file = fdopen(readEnd, "r") else { return [] }
        defer { fclose(file) }
        return contents(of: file)
    }
}
