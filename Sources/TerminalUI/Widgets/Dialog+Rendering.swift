extension Dialog {
    private static let gap = 2

    /// What is where.
    private struct Layout {
        var box: Rect
        /// The lines, broken to the width of the box.
        var lines: [StyledText]
        /// Columns between the border and the text.
        var margin: Int
        /// Whether there are blank rows between the parts.
        var isAiry: Bool
        var buttons: [Rect]
    }

    /// A button's text: `[ y Cancel 3 jobs ]`.
    private func text(of button: Button, isFocused: Bool) -> StyledText {
        let style: Style = isFocused ? .button : .text
        var text = StyledText("[ ", style)
        if let key = button.key {
            text.append(SafeText(String(key)), Style(style.role, bold: true))
            text.append(" ", style)
        }
        text.append(button.label + " ]", style)
        return text
    }

    private func layout(in rect: Rect) -> Layout {
        let widths = buttons.map { text(of: $0, isFocused: false).width }
        let buttonsWidth = widths.reduce(0, +) + Self.gap * max(0, buttons.count - 1)
        let widest = max(lines.map(\.width).max() ?? 0, buttonsWidth, title.width + 4, 24)
        let width = min(widest + 6, rect.width)
        let margin = width < widest + 6 ? 1 : 2
        let wrapped = lines.flatMap { $0.wrapped(to: max(1, width - 2 - 2 * margin)) }

        let isStacked = buttonsWidth > width - 4
        let buttonRows = isStacked ? buttons.count : min(1, buttons.count)
        let fieldRows = field == nil ? 0 : 1
        let tight = wrapped.count + fieldRows + buttonRows + 2
        let airy = tight + 3 + fieldRows
        let isAiry = airy <= rect.height
        let box = rect.centered(Size(width: width, height: isAiry ? airy : tight))

        let inside = Panel.content(of: box)
        let bottom = inside.bottom - (isAiry ? 2 : 1)
        var x = inside.x + max(0, inside.width - buttonsWidth) / 2
        let places = widths.indices.map { index in
            if isStacked {
                return Rect(
                    x: inside.x + min(margin, max(0, inside.width - widths[index])),
                    y: bottom - buttons.count + 1 + index, width: min(widths[index], inside.width), height: 1)
            }
            defer { x += widths[index] + Self.gap }
            return Rect(x: x, y: bottom, width: widths[index], height: 1)
        }
        return Layout(box: box, lines: wrapped, margin: margin, isAiry: isAiry, buttons: places)
    }

    /// The box, in the middle of `rect`.
    package func box(in rect: Rect) -> Rect {
        layout(in: rect).box
    }

    /// Where the buttons are.
    package func places(in rect: Rect) -> [Rect] {
        layout(in: rect).buttons
    }

    /// Draws the box over what is there.
    /// - Returns: where the cursor belongs: in the field, or on the button in focus.
    @discardableResult
    package func render(in rect: Rect, into grid: inout CellGrid) -> Point {
        let layout = layout(in: rect)
        grid.fill(layout.box)
        let inside = Panel(title, isFocused: true).render(in: layout.box, into: &grid)
        var area = inside.inset(horizontally: layout.margin, vertically: layout.isAiry ? 1 : 0)
        var cursor = area.origin
        for line in layout.lines { grid.write(line, in: area.take(top: 1)) }
        for (index, place) in layout.buttons.enumerated() where inside.contains(place.origin) {
            grid.write(text(of: buttons[index], isFocused: index == focus), in: place)
            if index == focus { cursor = Point(x: place.x + 2, y: place.y) }
        }
        if let field {
            if layout.isAiry { _ = area.take(top: 1) }
            cursor = field.render(in: area.take(top: 1), into: &grid)
        }
        return cursor
    }
}
