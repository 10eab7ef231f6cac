/// What texts that are shown one below the other have in common at their beginnings and ends.
///
/// Where there is no room for all of such a text, what it has alone is what must stay readable: of a thousand commands
/// made from one template, the argument.
package struct SharedEnds: Hashable, Sendable {
    /// Glyphs at the beginning, to where a word or a part of a path begins.
    package private(set) var head = 0
    /// Glyphs at the end, from where a word begins on.
    package private(set) var tail = 0

    /// What these texts have in common; nothing, where there are fewer than two.
    package init(of texts: [SafeText]) {
        guard let first = texts.first?.glyphs, texts.count > 1 else { return }
        let shortest = texts.reduce(first.count) { min($0, $1.glyphs.count) }
        head = shortest
        tail = shortest
        for text in texts.dropFirst() {
            let glyphs = text.glyphs
            head = (0..<head).first { glyphs[$0] != first[$0] } ?? head
            tail = (0..<tail).first { glyphs[glyphs.count - 1 - $0] != first[first.count - 1 - $0] } ?? tail
        }
        while head > 0, first[head - 1] != .space, first[head - 1].base != "/" { head -= 1 }
        tail = min(tail, shortest - head)
        while tail > 0, first[first.count - tail] != .space { tail -= 1 }
    }

    /// The text, shortened to so many columns in what it shares with others before what it has alone.
    package func truncate(_ text: SafeText, to room: Int, ellipsis: SafeText = "…") -> SafeText {
        guard text.width > room, head + tail > 0, head + tail < text.glyphs.count else {
            return text.truncatedInMiddle(to: room, ellipsis: ellipsis)
        }
        let own = text.part(head..<text.glyphs.count - tail)
        let (before, after) = (text.part(0..<head), text.part(text.glyphs.count - tail..<text.glyphs.count))
        let left = room - own.width
        guard left >= min(before.width, 1) + min(after.width, 1) else {
            return text.truncatedInMiddle(to: room, ellipsis: ellipsis)
        }
        // Each gets half, and what the other one leaves.
        let begun = shortened(before, to: max(left / 2, left - after.width), ellipsis)
        return begun + own + shortened(after, to: left - begun.width, ellipsis)
    }

    /// The beginning of a text; none of it, where that would not be worth reading.
    private func shortened(_ text: SafeText, to room: Int, _ ellipsis: SafeText) -> SafeText {
        text.width > room && room < 4 ? ellipsis : text.truncated(to: room, ellipsis: ellipsis)
    }
}
