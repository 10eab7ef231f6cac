import CursesTerminal
import Glibc
import Synchronization
import TerminalUI

/// A program that does with a terminal what it is told on standard input, one command a line, and tells on
/// standard output what came of it. The tests run it on a pseudo-terminal.
@main
struct Probe {
    static func main() {
        // A terminal that goes away is to be read, not died of.
        signal(SIGHUP, SIG_IGN)
        let terminal: CursesTerminal
        do {
            terminal = try CursesTerminal.open(options: options)
        } catch {
            say("refused \(error)")
            exit(1)
        }
        if let note = terminal.startupNote { say("note \(note)") }
        let capabilities = terminal.capabilities
        say(
            "open \(describe(terminal.size)) \(capabilities.colorDepth) \(capabilities.glyphs) \(capabilities.mouse)"
        )
        var commands = Commands(terminal: terminal)
        listen(waking: terminal.waker)
        while !commands.isOver {
            for input in terminal.read(timeout: nil) {
                if input == .wake {
                    for line in pending.withLock({ lines in
                        defer { lines = [] }
                        return lines
                    }) {
                        commands.run(line)
                    }
                } else {
                    say("input \(describe(input))")
                }
            }
        }
    }

    static let arguments = CommandLine.arguments

    private static var options: CursesTerminal.Options {
        var options = CursesTerminal.Options()
        if arguments.contains("--ascii") { options.glyphs = .ascii }
        if arguments.contains("--no-mouse") { options.mouse = false }
        return options
    }

    private static let pending = Mutex<[String]>([])

    /// Reads commands on a thread of its own.
    private static func listen(waking waker: Waker) {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(WakerBox(waker)).toOpaque()
        pthread_create(
            &thread, nil,
            { box in
                guard let box else { return nil }
                let waker = Unmanaged<WakerBox>.fromOpaque(box).takeRetainedValue().waker
                while let line = readLine() {
                    Probe.pending.withLock { $0.append(line) }
                    waker.wake()
                }
                // The test is over. A probe that a shell has started is not ended by it.
                _exit(0)
            }, box)
    }

    /// Writes one line to whoever runs the probe.
    static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(STDOUT_FILENO, bytes, bytes.count)
    }

    static func describe(_ size: Size) -> String { "\(size.width)x\(size.height)" }

    private static func describe(_ input: Input) -> String {
        switch input {
        case .key(let key): "key \(key.label)"
        case .paste(let text): "paste \(text.debugDescription)"
        case .mouse(let event): "mouse \(event.kind) \(event.position.x),\(event.position.y)"
        case .resize(let size): "resize \(describe(size))"
        case .resumed: "resumed"
        case .wake: "wake"
        case .hangup: "hangup"
        }
    }
}

private final class WakerBox: Sendable {
    let waker: Waker
    init(_ waker: Waker) { self.waker = waker }
}
