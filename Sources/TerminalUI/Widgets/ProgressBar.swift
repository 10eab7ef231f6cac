/// How far a job is, in a table's cell: `━━━━━━━╸───  61%`.
package struct ProgressBar: Hashable, Sendable {
    /// The part that is done, 0 ... 1. What lies outside is shown as none or all.
    package var fraction: Double
    /// The role of the part that is done.
    package var role: Role

    package init(fraction: Double, role: Role = .working) {
        self.fraction = fraction
        self.role = role
    }

    /// The bar with its percentage as text of exactly `width` columns; below 7, the percentage alone.
    package func text(width: Int, glyphs: GlyphSet) -> StyledText {
        let done = fraction.isNaN ? 0 : min(1, max(0, fraction))
        // 100 % is for what is done.
        let percent = done < 1 ? min(99, Int((done * 100).rounded())) : 100
        let label: SafeText = "\(percent)%"
        guard width >= 7 else { return StyledText(label.padded(to: width, alignment: .right), .text) }
        let bar = width - 5
        let halves = min(Int((done * Double(bar * 2)).rounded()), done < 1 ? bar * 2 - 1 : bar * 2)
        let (full, half, rest): (SafeText, SafeText, SafeText) =
            glyphs == .ascii
            ? ("=", ">", "-") : glyphs == .console ? ("═", "─", "─") : ("━", "╸", "─")
        let partial = halves % 2 == 1
        var text = StyledText(SafeText(repeating: full.glyphs[0], count: halves / 2), Style(role))
        if partial { text.append(half, glyphs == .console ? .border : Style(role)) }
        let left = bar - halves / 2 - (partial ? 1 : 0)
        text.append(SafeText(repeating: rest.glyphs[0], count: left), .border)
        text.append(label.padded(to: 5, alignment: .right))
        return text
    }

    /// Draws into the first row of `rect`.
    package func render(in rect: Rect, into grid: inout CellGrid) {
        grid.write(text(width: rect.width, glyphs: grid.glyphs), in: rect)
    }
}
