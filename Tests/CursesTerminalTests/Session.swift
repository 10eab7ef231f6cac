import Glibc
import Testing

/// The probe on a pseudo-terminal: its screen, what it says, and when it ends.
///
/// The child gets commands and answers through a pair of sockets, so that the terminal carries nothing but the screen
/// and the keys.
final class Session {
    let screen: VirtualScreen
    /// Everything that was sent to the terminal.
    private(set) var raw: [UInt8] = []
    private let terminal: Int32
    private let dialogue: Int32
    private let process: pid_t
    private var said: [UInt8] = []
    private var status: Int32?
    private var isTerminalOpen = true
    /// While it is off, the terminal takes nothing: a slow one.
    var isReading = true

    /// Seconds until a wait is given up.
    private static let patience = 5.0

    /// - Parameter shell: a script for bash to run in place of the probe, which it finds in `$PROBE`.
    init(
        width: Int = 80, height: Int = 24, arguments: [String] = [], environment: [String: String?] = [:],
        shell: String? = nil
    ) throws {
        screen = VirtualScreen(width: width, height: height)
        var line: [Int32] = [0, 0]
        // Closed in whatever else is started meanwhile: that would keep the probe from seeing the end.
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        try #require(socketpair(AF_UNIX, kind, 0, &line) == 0)
        var variables = [
            "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin",
            "SWIFT_BACKTRACE": "enable=no",
        ]
        variables["PROBE"] = Self.probe
        for (name, value) in environment { variables[name] = value }
        // All memory is allocated before the fork: the child may only make system calls.
        let words = shell.map { ["/bin/bash", "--norc", "-c", $0] } ?? [Self.probe] + arguments
        let argv = words.map { strdup($0) } + [nil]
        let envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for string in argv + envp { free(string) } }
        var master: Int32 = -1
        var size = winsize(ws_row: UInt16(height), ws_col: UInt16(width), ws_xpixel: 0, ws_ypixel: 0)
        // Threads of a dispatch queue block signals, and a child inherits that.
        var none = sigset_t()
        sigemptyset(&none)
        let child = forkpty(&master, nil, nil, &size)
        if child == 0 {
            dup2(line[1], 0)
            dup2(line[1], 1)
            sigprocmask(SIG_SETMASK, &none, nil)
            execve(argv[0]!, argv, envp)
            _exit(127)
        }
        try #require(child > 0)
        close(line[1])
        _ = fcntl(master, F_SETFD, FD_CLOEXEC)
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
        _ = fcntl(line[0], F_SETFL, O_NONBLOCK)
        (terminal, dialogue, process) = (master, line[0], child)
    }

    deinit {
        if status == nil {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
        if isTerminalOpen { close(terminal) }
        close(dialogue)
    }

    /// Beside the test program.
    private static var probe: String {
        let own = CommandLine.arguments[0]
        let folder = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? "."
        var candidate = folder
        for _ in 0..<4 {
            if access(candidate + "/TerminalProbe", X_OK) == 0 { return candidate + "/TerminalProbe" }
            candidate += "/.."
        }
        return folder + "/TerminalProbe"
    }

    // MARK: Doing

    /// Sends a command and returns what it answers.
    @discardableResult
    func run(_ command: String) throws -> [String] {
        send(command)
        var answer: [String] = []
        while true {
            let line = try nextLine()
            if line == "done" { return answer }
            answer.append(line)
        }
    }

    /// Sends a command and does not wait for an answer.
    func send(_ command: String) {
        let bytes = Array((command + "\n").utf8)
        _ = write(dialogue, bytes, bytes.count)
    }

    /// Types on the keyboard.
    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(terminal, bytes, bytes.count)
    }

    func resize(width: Int, height: Int) {
        var size = winsize(ws_row: UInt16(height), ws_col: UInt16(width), ws_xpixel: 0, ws_ypixel: 0)
        screen.resize(width: width, height: height)
        _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
    }

    func signal(_ signal: Int32) {
        kill(process, signal)
    }

    /// Takes the terminal away.
    func hangUp() {
        close(terminal)
        isTerminalOpen = false
    }

    // MARK: Seeing

    /// Seconds of processor time the process has used.
    var processorTime: Double {
        guard let file = fopen("/proc/\(process)/stat", "r") else { return 0 }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = fread(&buffer, 1, buffer.count, file)
        // Fields 14 and 15, counted from the parenthesis that ends field 2.
        let fields = String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: ")").last?.split(
            separator: " ")
        guard let fields, fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12])
        else { return 0 }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The terminal's modes, as one comparable text.
    var modes: String {
        var modes = termios()
        tcgetattr(terminal, &modes)
        return withUnsafeBytes(of: modes) { $0.map { String($0, radix: 16) }.joined() }
    }

    /// The next line the probe says.
    func nextLine() throws -> String {
        try wait("a line from the probe; its screen:\n" + screen.lines.joined(separator: "\n")) {
            said.contains(0x0A)
        }
        let end = try #require(said.firstIndex(of: 0x0A))
        defer { said.removeSubrange(...end) }
        return String(decoding: said[..<end], as: UTF8.self)
    }

    /// Waits until the screen shows what the probe last drew.
    func settle() throws {
        let expected = try run("text").map { String($0.dropFirst(2)) }
        do {
            try wait("the frame") { screen.begun == screen.ended && screen.lines == expected }
        } catch {
            for (shown, wanted) in zip(screen.lines, expected) where shown != wanted {
                Issue.record("the screen shows \(shown.debugDescription) for \(wanted.debugDescription)")
            }
            throw error
        }
    }

    /// Waits for the end of the process.
    /// - Returns: its status as of `waitpid`.
    func end() throws -> Int32 {
        try wait("the end of the process") { hasEnded }
        // What it sent last is still in the terminal.
        pump(milliseconds: 0)
        return try #require(status)
    }

    var hasEnded: Bool {
        if status != nil { return true }
        var result: Int32 = 0
        if waitpid(process, &result, WNOHANG) == process { status = result }
        return status != nil
    }

    /// Takes what comes until `condition` holds.
    func wait(_ what: String, until condition: () -> Bool) throws {
        var start = timespec()
        clock_gettime(CLOCK_MONOTONIC, &start)
        while !condition() {
            pump(milliseconds: 10)
            var now = timespec()
            clock_gettime(CLOCK_MONOTONIC, &now)
            if Double(now.tv_sec - start.tv_sec) > Self.patience {
                Issue.record("waited in vain for \(what)")
                throw Timeout()
            }
        }
    }

    struct Timeout: Error {}

    private func pump(milliseconds: Int32) {
        var files = [
            pollfd(fd: isReading && isTerminalOpen ? terminal : -1, events: Int16(POLLIN), revents: 0),
            pollfd(fd: dialogue, events: Int16(POLLIN), revents: 0),
        ]
        poll(&files, 2, milliseconds)
        if files[0].revents & Int16(POLLIN) != 0 {
            for chunk in chunks(of: terminal) {
                raw += chunk
                screen.take(chunk)
            }
        }
        if files[1].revents & Int16(POLLIN) != 0 { for chunk in chunks(of: dialogue) { said += chunk } }
    }

    private func chunks(of file: Int32) -> [[UInt8]] {
        var result: [[UInt8]] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = read(file, &buffer, buffer.count), count > 0 {
            result.append(Array(buffer.prefix(count)))
        }
        return result
    }
}
