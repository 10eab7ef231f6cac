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
        report("changed", frames)
        report("unchanged", [frames[0]])
        report("one row", [frames[0], copy])
    }

    /// The processor time of one `draw`, and the longest of them in real time.
    private func report(_ name: String, _ frames: [Frame]) {
        let rounds = 200
        var worst = Duration.zero
        terminal.draw(frames[0], theme: .default)
        _ = terminal.read(timeout: .milliseconds(20))
        let before = processorTime()
        for round in 1...rounds {
            let duration = ContinuousClock().measure {
                terminal.draw(frames[round % frames.count], theme: .default)
            }
            worst = max(worst, duration)
            _ = terminal.read(timeout: .milliseconds(1))
        }
        Probe.say("cost \(name): \((processorTime() - before) / Double(rounds)) µs, worst \(worst)")
    }

    private func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
    }
}
