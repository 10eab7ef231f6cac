/// The footer: keys and what they do, as many as fit. The first hint, for help, is never left out; where
/// even it does not fit, its key stays.
package struct HintBar: Hashable, Sendable {
    /// One key and what it does.
    package struct Hint: Hashable, Sendable {
        /// The key as it is shown.
        package var key: SafeText
        /// What it does, in a word.
        package var label: SafeText
        /// Hints of low priority are left out first; of equals, the last.
        package var priority: Int

        package init(_ key: SafeText, _ label: SafeText, priority: Int = 0) {
            self.key = key
            self.label = label
            self.priority = priority
        }

        fileprivate var width: Int { key.width + (label.isEmpty ? 0 : 1 + label.width) }
    }

    /// A hint on the screen, for the mouse.
    package struct Place: Hashable, Sendable {
        /// Its index among all hints.
        package var index: Int
        /// The cells it takes.
        package var rect: Rect
    }

    /// All hints, in the order in which they stand.
    package var hints: [Hint]

    package init(_ hints: [Hint]) {
        self.hints = hints
    }

    private static let gap = 2

    /// Where the hints stand that fit into the first row of `rect`.
    package func places(in rect: Rect) -> [Place] {
        guard rect.height > 0 else { return [] }
        // Air at both ends where there is room for it.
        let margin = rect.width >= 60 ? 1 : 0
        let room = rect.width - 2 * margin
        var kept = Array(hints.indices)
        var width = hints.reduce(0) { $0 + $1.width } + Self.gap * max(0, hints.count - 1)
        while width > room && kept.count > 1 {
            let least = kept.dropFirst().map { hints[$0].priority }.min() ?? 0
            guard let index = kept.lastIndex(where: { $0 > 0 && hints[$0].priority == least }) else { break }
            width -= hints[kept[index]].width + Self.gap
            kept.remove(at: index)
        }
        var x = rect.x + margin
        return kept.map { index in
            defer { x += hints[index].width + Self.gap }
            let width = min(hints[index].width, max(0, rect.right - x))
            return Place(index: index, rect: Rect(x: x, y: rect.y, width: width, height: 1))
        }
    }

    /// The hint at a cell, by its index among all hints.
    package func hint(at point: Point, in rect: Rect) -> Int? {
        places(in: rect).first { $0.rect.contains(point) }?.index
    }

    /// Draws into the first row of `rect`.
    package func render(in rect: Rect, into grid: inout CellGrid) {
        for place in places(in: rect) {
            let hint = hints[place.index]
            var text = StyledText(hint.key, .footerKey)
            if !hint.label.isEmpty && place.rect.width == hint.width {
                text.append(" " + hint.label, .footerText)
            }
            grid.write(text, at: place.rect.origin, maxWidth: place.rect.width)
        }
    }
}
