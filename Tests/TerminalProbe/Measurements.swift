import CursesTerminal
import Glibc
import TerminalUI

/// What drawing costs on this terminal.
struct Measurements {
    let terminal: CursesTerminal

    func run() {
        let size = terminal.size
        let letters: [SafeText] = ["a", "b", "漢", "⣿", "─", "é"]
        let frames = (0..<6).map { shift -> Frame in
            var grid = CellGrid(size, glyphs: terminal.capabilities.glyphs)
            for y in 0..<size.height {
                var x = 0
                while x < size.width {
                    let piece = letters[(x + y + shift) % letters.count]
                    x += max(
                        1, grid.write(piece, at: Point(x: x, y: y), style: y % 2 == 0 ? .working : .text))
                }
            }
            return Frame(grid: grid, cursor: Point(x: 0, y: 0))
        }
        var copy = frames[0]
        copy.grid.write("x", at: Point(x: 0, y: 0))
        copy.grid.write(
            SafeText(String(frames[0].grid.lines[0].prefix(1))), at: Point(x: 0, y: 0), style: .working)
        let before = processorTime()
        for _ in 0..<20 { _ = Gallery().frame(size: size, glyphs: terminal.capabilities.glyphs) }
        Probe.say("cost of rendering: \(((processorTime() - before) / 20).rounded()) µs")
        report("changed", frames)
        // The same cells in other memory, as when a screen is rendered anew.
        var same = frames[0]
        same.grid.write(" ", at: Point(x: -1, y: 0))
        same.grid.fill(Rect(x: 0, y: 0, width: 1, height: 1), with: .space)
        same.grid.write(letters[0], at: Point(x: 0, y: 0), style: .working)
        report("unchanged", [frames[0], same])
        report("one row", [frames[0], copy])
    }

    /// The processor time of one `draw`, and the longest of them in real time.
    private func report(_ name: String, _ frames: [Frame]) {
        let rounds = 200
        var worst = Duration.zero
        var cost = 0.0
        terminal.draw(frames[0], theme: .default)
        _ = terminal.read(timeout: .milliseconds(20))
        for round in 1...rounds {
            let before = processorTime()
            let duration = ContinuousClock().measure {
                terminal.draw(frames[round % frames.count], theme: .default)
            }
            cost += processorTime() - before
            worst = max(worst, duration)
            _ = terminal.read(timeout: .milliseconds(6))
        }
        Probe.say("cost \(name): \((cost / Double(rounds)).rounded()) µs, worst \(worst)")
    }

    private func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }
}
