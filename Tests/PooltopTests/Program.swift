import CommandRunner
import Glibc
import Testing

/// The program under test, run through a shell so that anything a user can type can be tested.
final class Program: Sendable {
    /// A directory of this test alone; commands work in it.
    let directory: String

    init() throws {
        var template = Array("/tmp/pooltop-test-XXXXXX".utf8CString)
        directory = String(cString: try #require(mkdtemp(&template)))
    }

    deinit { remove(directory) }

    private func remove(_ path: String) {
        guard let entries = opendir(path) else {
            unlink(path)
            return
        }
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: UInt8.self, capacity: 256) { start in
                    Array(UnsafeBufferPointer(start: start, count: 256).prefix { $0 != 0 })
                }
            }
            // Names need not be text; only their bytes lead back to them.
            if name != [0x2e], name != [0x2e, 0x2e] { remove(bytes: Array("\(path)/".utf8) + name) }
        }
        closedir(entries)
        rmdir(path)
    }

    private func remove(bytes: [UInt8]) {
        if let path = String(validating: bytes, as: UTF8.self) { return remove(path) }
        unlink(bytes.map(CChar.init(bitPattern:)) + [0])
    }

    /// What came of it.
    struct Result {
        var status: Int32
        var output: String
        var error: String
        var bytes: [UInt8]
        var seconds: Double
    }

    /// Begins a script with a terminal of its own: `t` is its tmux, and `see TEXT` waits until its screen shows that.
    static let terminal = """
        t() { tmux -S $PWD/tmux -f /dev/null "$@"; }
        see() {
            for i in $(seq 400); do
                if t capture-pane -p | grep -q "$1"; then echo "saw $1"; return; fi; sleep 0.04
            done
            echo "no $1"; t capture-pane -p
        }

        """

    /// Runs a script in which `$P` is `pooltop run --quiet` and `$POOLTOP` the program.
    func callAsFunction(_ script: String) async throws -> Result {
        let host = try ProcessHost()
        let command = Command(
            shell: Array(script.utf8), directory: Array(directory.utf8),
            variables: [
                "POOLTOP=\(Self.path)", "P=\(Self.path) run --quiet", "TERM=dumb", "LC_ALL=C.UTF-8",
                "SWIFT_BACKTRACE=enable=no",
            ].map { Array($0.utf8) })
        let result = try await host.run(command, keeping: 64 << 20)
        await SystemThread.perform { host.close() }
        guard case .ended(let termination) = result.outcome.ending else {
            throw CommandFailureError(text: "\(result.outcome.ending)")
        }
        return Result(
            status: termination.shellStatus, output: String(decoding: result.output, as: UTF8.self),
            error: String(decoding: result.error, as: UTF8.self), bytes: result.output,
            seconds: result.outcome.duration)
    }

    /// All of a file, or nothing where there is none.
    func read(_ name: String) -> String {
        guard let file = fopen("\(directory)/\(name)", "r") else { return "" }
        defer { fclose(file) }
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { result += buffer[..<count] }
        return String(decoding: result, as: UTF8.self)
    }

    /// Beside the test program.
    private static var path: String {
        let own = CommandLine.arguments[0]
        let folder = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "."
        return "\(folder)/pooltop"
    }
}

struct CommandFailureError: Error { var text: String }
