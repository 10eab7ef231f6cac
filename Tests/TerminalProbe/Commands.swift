import CursesTerminal
import Glibc
import TerminalUI

/// The commands of the probe. Each answers with lines, the last of which is `done`.
struct Commands {
    let terminal: CursesTerminal
    var isOver = false
    private var frame = Frame(grid: CellGrid(width: 0, height: 0))
    private var theme = Theme.default

    init(terminal: CursesTerminal) {
        self.terminal = terminal
    }

    mutating func run(_ line: String) {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        let rest = words.count > 1 ? words[1] : ""
        switch words.first {
        case "draw": draw(rest)
        case "noise": noise(seed: UInt64(rest) ?? 1)
        case "names": names(seed: UInt64(rest) ?? 1)
        case "gallery":
            frame = Gallery(selection: Int(rest) ?? 2)
                .frame(size: terminal.size, glyphs: terminal.capabilities.glyphs)
            terminal.draw(frame, theme: theme)
        case "again": terminal.draw(frame, theme: theme)
        case "theme": theme = Theme.named(rest) ?? .default
        case "text": for line in frame.grid.lines { Probe.say("| \(line)") }
        case "redraw": terminal.redraw()
        case "suspend": terminal.suspend()
        case "mouse": terminal.mouseEnabled = rest == "on"
        case "error": write(to: STDERR_FILENO, rest + "\n")
        case "flood": for number in 1...(Int(rest) ?? 1) { write(to: STDERR_FILENO, "line \(number)\n") }
        case "reopen":
            do {
                _ = try CursesTerminal.open()
            } catch {
                Probe.say("refused \(error)")
            }
        case "close":
            terminal.close()
            isOver = true
        case "abort": abort()
        case "fatal": fatalError(rest)
        case "trap": _ = [Int]()[Int(rest) ?? 0]
        case "segv": UnsafeMutablePointer<Int>(bitPattern: 8)?.pointee = 1
        case "elsewhere": crashOnAnotherThread()
        case "exit": exit(Int32(rest) ?? 0)
        case "emergency":
            CursesTerminal.restoreInEmergency()
            _exit(7)
        case "cycles": cycles(Int(rest) ?? 1)
        case "measure": Measurements(terminal: terminal).run()
        default: Probe.say("unknown \(line)")
        }
        Probe.say("done")
    }

    /// A frame with this text, a border of wide and accented characters, and the cursor behind the text.
    private mutating func draw(_ text: String) {
        var grid = CellGrid(terminal.size, glyphs: terminal.capabilities.glyphs)
        Panel("Probe", trailing: StyledText("漢字 e\u{301}", .working)).render(in: grid.bounds, into: &grid)
        let safe = SafeText(text)
        grid.write(safe, at: Point(x: 2, y: 1), style: Style(.selection))
        frame = Frame(grid: grid, cursor: Point(x: 2 + safe.width, y: 1), cursorVisible: false)
        terminal.draw(frame, theme: theme)
    }

    /// A frame full of random characters and styles.
    private mutating func noise(seed: UInt64) {
        var random = Generator(state: seed)
        var grid = CellGrid(terminal.size, glyphs: terminal.capabilities.glyphs)
        let pieces: [SafeText] = [
            "a", "漢", "é", "e\u{301}\u{323}", "─", "⣿", "▌", "ﾊ", "🙂", "…", " ", "—", "ก\u{E33}",
        ]
        for y in 0..<grid.height {
            var x = 0
            while x < grid.width {
                let piece = pieces[Int.random(in: 0..<pieces.count, using: &random)]
                let role = Role.allCases[Int.random(in: 0..<Role.allCases.count, using: &random)]
                grid.write(piece, at: Point(x: x, y: y), style: Style(role))
                x += Int.random(in: 1...3, using: &random)
            }
        }
        frame = Frame(grid: grid, cursor: Point(x: 0, y: 0))
        terminal.draw(frame, theme: theme)
    }

    /// A frame of names made of random bytes, each between two bars that must stay where they are.
    private mutating func names(seed: UInt64) {
        var random = Generator(state: seed)
        var grid = CellGrid(terminal.size, glyphs: terminal.capabilities.glyphs)
        for y in 0..<grid.height {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            grid.write("|", at: Point(x: 0, y: y))
            grid.write(SafeText(utf8: bytes), at: Point(x: 1, y: y), maxWidth: grid.width - 2)
            grid.write("|", at: Point(x: grid.width - 1, y: y))
        }
        frame = Frame(grid: grid, cursor: Point(x: 0, y: 0))
        terminal.draw(frame, theme: theme)
    }

    private func cycles(_ count: Int) {
        terminal.close()
        for _ in 0..<count {
            guard let next = try? CursesTerminal.open() else { return Probe.say("refused") }
            var grid = CellGrid(next.size, glyphs: next.capabilities.glyphs)
            grid.write("cycle", at: Point(x: 0, y: 0), style: .working)
            next.draw(Frame(grid: grid), theme: .default)
            next.close()
        }
    }

    private func crashOnAnotherThread() {
        var thread = pthread_t()
        pthread_create(&thread, nil, { _ in fatalError("elsewhere") }, nil)
        pthread_join(thread, nil)
    }

    private func write(to file: Int32, _ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(file, bytes, bytes.count)
    }
}

/// Numbers that depend on a seed alone (SplitMix64).
struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
