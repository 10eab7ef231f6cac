/// How full something is, in one row: label, bar, value.
///
/// ```
/// queue ████████████████▌░░░░░ 312/400
/// queue [||||||||||||||||     ] 312/400
/// ```
package struct Meter: Hashable, Sendable {
    /// What is measured, left of the bar.
    package var label: StyledText
    /// The filled part, 0 ... 1. What lies outside is shown as empty or full; not a number is empty.
    package var fraction: Double
    /// The measured value, right of the bar.
    package var value: StyledText
    /// Where full begins, 0 ... 1: drawn as a mark, and the bar changes its role from there on.
    package var highMark: Double?
    /// Where it is well again, 0 ... 1: drawn as a mark.
    package var lowMark: Double?
    /// The bar's role; `nil` takes it from how full it is.
    package var role: Role?

    package init(
        label: StyledText = StyledText(), fraction: Double, value: StyledText = StyledText(),
        lowMark: Double? = nil, highMark: Double? = nil, role: Role? = nil
    ) {
        self.label = label
        self.fraction = fraction
        self.value = value
        self.lowMark = lowMark
        self.highMark = highMark
        self.role = role
    }

    /// Draws into the first row of `rect`. The value is left out first when it gets narrow, then the label.
    package func render(in rect: Rect, into grid: inout CellGrid) {
        guard rect.height > 0 else { return }
        var area = Rect(x: rect.x, y: rect.y, width: rect.width, height: 1)
        let shortest = 6
        if !label.isEmpty && area.width >= label.width + 1 + shortest {
            grid.write(label, in: area.take(left: label.width + 1))
        }
        if !value.isEmpty && area.width >= value.width + 1 + shortest {
            grid.write(value, in: area.take(right: value.width + 1), alignment: .right)
        }
        if grid.glyphs == .ascii && area.width >= 3 {
            grid.write("[", at: area.origin, style: .border)
            grid.write("]", at: Point(x: area.right - 1, y: area.y), style: .border)
            area = area.inset(vertically: 0)
        }
        drawBar(in: area, into: &grid)
    }

    private var filled: Double { fraction.isNaN ? 0 : min(1, max(0, fraction)) }

    private var barRole: Role {
        if let role { return role }
        let high = highMark ?? 0.9
        return filled >= high ? .meterHigh : filled >= high * 0.75 ? .meterMid : .meterLow
    }

    private func drawBar(in area: Rect, into grid: inout CellGrid) {
        let (full, parts, track) = grid.glyphs.meter
        // Not full as long as anything is missing, not empty as soon as there is anything.
        let steps = area.width * parts.count
        var units = Int((filled * Double(steps)).rounded())
        if filled > 0 { units = max(1, units) }
        if filled < 1 { units = min(units, max(0, steps - 1)) }
        let cells = units / parts.count
        let rest = units % parts.count

        let style = Style(barRole)
        var x = area.x
        grid.write(SafeText(repeating: full, count: cells), at: Point(x: x, y: area.y), style: style)
        x += cells
        if rest > 0 {
            grid.write(SafeText(repeating: parts[rest], count: 1), at: Point(x: x, y: area.y), style: style)
            x += 1
        }
        grid.write(
            SafeText(repeating: track, count: area.right - x), at: Point(x: x, y: area.y), style: .border)
        for mark in [lowMark, highMark].compactMap({ $0 }) where mark > 0 && mark < 1 {
            let column = Int(mark * Double(area.width))
            let place = Point(x: area.x + column, y: area.y)
            if grid.glyphs == .ascii {
                grid.write(":", at: place, style: .mark, maxWidth: 1)
            } else {
                // A notch in the bar, a line on the track.
                grid.write("│", at: place, style: column < cells ? Style(barRole, reverse: true) : .mark)
            }
        }
    }
}

extension GlyphSet {
    /// A full cell of a meter, the parts of one (the first being none), and a cell of the empty track.
    fileprivate var meter: (full: Glyph, parts: [Glyph], track: Glyph) {
        switch self {
        case .unicode:
            (Self.growingEighths[8], Array(Self.growingEighths.dropLast()), Self.glyphs("░")[0])
        case .console:
            (Self.growingHalves[2], Array(Self.growingHalves.dropLast()), Self.glyphs("░")[0])
        case .ascii:
            (Self.glyphs("|")[0], [.space], .space)
        }
    }
}
