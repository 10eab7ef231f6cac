import Monitoring
import TerminalUI

/// A pool that sizes itself: between which bounds, why it is where it is, and what the machine suffers from.
extension Painter {
    /// How the pool is sized where it can do that by itself; it takes the place of the hint while it does.
    var activeSizing: SizingFigures? { pool.snapshot?.sizing.flatMap { $0.isActive ? $0 : nil } }

    /// What stands in front of the hint, or of what takes its place.
    var hintLabel: String { activeSizing == nil ? "hint" : "size" }

    /// `auto 1–64`, or that somebody holds the size, for the state line.
    func sizingWord(_ sizing: SizingFigures) -> String {
        sizing.isActive ? "auto \(Self.bounds(sizing))" : "size held"
    }

    static func bounds(_ sizing: SizingFigures) -> String {
        "\(Format.short(sizing.min))–\(Format.short(sizing.max))"
    }

    /// `auto 1–64 · 41.2/s, best of the sizes near it`, cut to the room.
    func sizingText(_ sizing: SizingFigures, room: Int) -> StyledText {
        sizingLines(sizing, room: room, most: 1).first ?? StyledText()
    }

    /// The same on as many lines as it takes, broken between words, at most so many.
    func sizingLines(_ sizing: SizingFigures, room: Int, most: Int) -> [StyledText] {
        var lines = [StyledText("auto ", Style(.operated)) + StyledText(SafeText(Self.bounds(sizing)))]
        if !sizing.reason.isEmpty { lines[0].append(" · ", .dim) }
        for (place, word) in sizing.reason.split(separator: " ").prefix(100).enumerated() {
            let text = SafeText(word, limit: 64)
            let gap = place == 0 ? 0 : 1
            if lines[lines.count - 1].width + gap + text.width > room, lines.count < most {
                lines.append(StyledText(text))
            } else {
                if gap == 1 { lines[lines.count - 1].append(" ") }
                lines[lines.count - 1].append(text)
            }
        }
        return lines.map { $0.truncated(to: max(0, room)) }
    }

    /// `cpu 38 %  memory 0 %  io 4 %`: shares of the last seconds in which something waited for it.
    func pressureText(_ pressure: PressureFigures) -> StyledText {
        var text = StyledText()
        for (label, value) in [("cpu", pressure.cpu), ("memory", pressure.memory), ("io", pressure.io)] {
            if !text.isEmpty { text.append("   ") }
            let isHigh = value >= 40
            text.append(SafeText(label + " "), .dim)
            text.append(
                SafeText(Format.percent(value / 100).padding(to: 4)), isHigh ? Style(.waiting) : .text)
        }
        return text
    }

    /// The line for a pool that could size itself but is held at a size.
    func heldSizing(_ sizing: SizingFigures, room: Int) -> StyledText {
        var text = StyledText(SafeText("held at \(Format.count(pool.snapshot?.workers.target ?? 0))"))
        if !state.environment.isReadOnly {
            text.append("; ", .dim)
            text.append("A", .footerKey)
            text.append(SafeText(" hands it back to auto \(Self.bounds(sizing))"), .dim)
        }
        if text.width > room {
            text = StyledText("held; ") + StyledText("A", .footerKey) + StyledText(" auto", .dim)
        }
        return text
    }
}

extension String {
    /// Blanks in front, so that figures stand in a column.
    fileprivate func padding(to width: Int) -> String {
        String(repeating: " ", count: Swift.max(0, width - count)) + self
    }
}
