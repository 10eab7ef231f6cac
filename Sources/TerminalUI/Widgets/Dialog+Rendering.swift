extension Dialog {
    private static let gap = 2

    /// A button's text: `[ y  Cancel 3 jobs ]`.
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

    private var buttonsWidth: Int {
        buttons.reduce(0) { $0 + text(of: $1, isFocused: false).width } + Self.gap * max(0, buttons.count - 1)
    }

    /// Whether the buttons must stand below each other.
    private func isStacked(in rect: Rect) -> Bool { buttonsWidth + 4 > rect.width }

    /// The box, in the middle of `rect`.
    package func box(in rect: Rect) -> Rect {
        let widest = max(lines.map(\.width).max() ?? 0, buttonsWidth, title.width + 4, 24)
        let buttonRows = isStacked(in: rect) ? buttons.count : min(1, buttons.count)
        let rows = lines.count + (field == nil ? 0 : 1) + buttonRows
        // Air around the parts where there is room for it.
        let airy = rows + 3 + (field == nil ? 1 : 2)
        let height = airy + 1 <= rect.height ? airy + 1 : rows + 2
        return rect.centered(Size(width: widest + 6, height: height))
    }

    /// Where the buttons are.
    package func places(in rect: Rect) -> [Rect] {
        let inside = Panel.content(of: box(in: rect))
        let airy = isAiry(in: rect)
        let bottom = inside.bottom - (airy ? 2 : 1)
        if isStacked(in: rect) {
            return buttons.indices.map { index in
                let width = min(text(of: buttons[index], isFocused: false).width, inside.width)
                return Rect(x: inside.x, y: bottom - buttons.count + 1 + index, width: width, height: 1)
            }
        }
        var x = inside.x + max(0, inside.width - buttonsWidth) / 2
        return buttons.map { button in
            let width = text(of: button, isFocused: false).width
            defer { x += width + Self.gap }
            return Rect(x: x, y: bottom, width: width, height: 1)
        }
    }

    private func isAiry(in rect: Rect) -> Bool {
        let buttonRows = isStacked(in: rect) ? buttons.count : min(1, buttons.count)
        return box(in: rect).height > lines.count + (field == nil ? 0 : 1) + buttonRows + 2
    }

    /// Draws the box over what is there.
    /// - Returns: where the cursor belongs: in the field, or on the button in focus.
    @discardableResult
    package func render(in rect: Rect, into grid: inout CellGrid) -> Point {
        let box = box(in: rect)
        grid.fill(box)
        let inside = Panel(title, isFocused: true).render(in: box, into: &grid)
        var area =
            isAiry(in: rect) ? inside.inset(horizontally: 2) : inside.inset(horizontally: 1, vertically: 0)
        var cursor = area.origin
        for line in lines { grid.write(line, in: area.take(top: 1)) }
        let places = places(in: rect)
        for (index, place) in places.enumerated() {
            grid.write(text(of: buttons[index], isFocused: index == focus), in: place)
            if index == focus { cursor = Point(x: place.x + 2, y: place.y) }
        }
        if let field {
            if isAiry(in: rect) { _ = area.take(top: 1) }
            cursor = field.render(in: area.take(top: 1), into: &grid)
        }
        return cursor
    }
}
