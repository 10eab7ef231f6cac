/// A quiet border around something, with a title on the left and its state ("1 of 4") on the right.
///
/// ```
/// ╭─ 2 Workers ───────────── 1 of 4 ─╮
/// ```
package struct Panel: Hashable, Sendable {
    /// What is in the panel.
    package var title: SafeText
    /// The key that leads to it, shown before the title.
    package var hotKey: Unicode.Scalar?
    /// Its state, on the right: position, sort, filter, age.
    package var trailing: StyledText
    /// Whether the keyboard is with it: its border stands out.
    package var isFocused: Bool

    package init(
        _ title: SafeText, hotKey: Unicode.Scalar? = nil, trailing: StyledText = StyledText(),
        isFocused: Bool = false
    ) {
        self.title = title
        self.hotKey = hotKey
        self.trailing = trailing
        self.isFocused = isFocused
    }

    /// The room inside the border of a panel in `rect`. Where there is no room for a border, all of it.
    package static func content(of rect: Rect) -> Rect {
        rect.width < 4 || rect.height < 2 ? rect : rect.inset()
    }

    /// Draws the border.
    /// - Returns: the room inside it.
    @discardableResult
    package func render(in rect: Rect, into grid: inout CellGrid) -> Rect {
        let content = Self.content(of: rect)
        guard content != rect else { return rect }
        drawBorder(rect, into: &grid)

        // Two columns stay for the corner and the line at each end, two around each text.
        var room = rect.width - 4
        var heading = StyledText()
        if let hotKey { heading.append(SafeText(String(hotKey)) + " ", .footerKey) }
        heading.append(title, .title)
        if !heading.isEmpty && room >= 3 {
            let fitted = heading.truncated(to: room - 2)
            grid.write(.spaced(fitted), at: Point(x: rect.x + 2, y: rect.y))
            room -= fitted.width + 2
        }
        // At least one column of line stays between the two.
        if !trailing.isEmpty && room >= 4 {
            let fitted = trailing.truncated(to: room - 3)
            grid.write(.spaced(fitted), at: Point(x: rect.right - 4 - fitted.width, y: rect.y))
        }
        return content
    }

    private func drawBorder(_ rect: Rect, into grid: inout CellGrid) {
        let border = grid.glyphs.border
        let style = isFocused ? Style.dim : .border
        let last = Point(x: rect.right - 1, y: rect.bottom - 1)
        let inner = rect.width - 2
        let line = SafeText(repeating: border.horizontal, count: inner)
        for (y, left, right) in [
            (rect.y, border.topLeft, border.topRight), (last.y, border.bottomLeft, border.bottomRight),
        ] {
            grid.write(
                SafeText(repeating: left, count: 1) + line + SafeText(repeating: right, count: 1),
                at: Point(x: rect.x, y: y), style: style)
        }
        let sides = Rect(x: rect.x, y: rect.y + 1, width: 1, height: rect.height - 2)
        grid.fill(sides, with: border.vertical, style: style)
        grid.fill(
            Rect(x: last.x, y: sides.y, width: 1, height: sides.height), with: border.vertical, style: style)
    }
}

extension StyledText {
    /// A text with a blank on either side.
    fileprivate static func spaced(_ text: StyledText) -> StyledText {
        StyledText(" ") + text + StyledText(" ")
    }
}
