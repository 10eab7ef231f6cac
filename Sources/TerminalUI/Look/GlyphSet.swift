/// The characters a terminal can show.
public enum GlyphSet: Hashable, Sendable, CaseIterable {
    /// Everything: rounded corners, eighth blocks, braille.
    case unicode
    /// A console with a small font: square corners, half blocks, no braille.
    case console
    /// 7 bits. All other characters are replaced, column for column.
    case ascii
}

extension GlyphSet {
    /// Lines and corners of a panel.
    struct Border {
        var horizontal: Glyph, vertical: Glyph
        var topLeft: Glyph, topRight: Glyph, bottomLeft: Glyph, bottomRight: Glyph

        fileprivate init(_ characters: [Unicode.Scalar]) {
            let glyphs = characters.map { Glyph(base: $0, width: 1) }
            (horizontal, vertical) = (glyphs[0], glyphs[1])
            (topLeft, topRight, bottomLeft, bottomRight) = (glyphs[2], glyphs[3], glyphs[4], glyphs[5])
        }

        fileprivate static let round = Border(["─", "│", "╭", "╮", "╰", "╯"])
        fileprivate static let square = Border(["─", "│", "┌", "┐", "└", "┘"])
        fileprivate static let ascii = Border(["-", "|", "+", "+", "+", "+"])
    }

    var border: Border {
        switch self {
        case .unicode: .round
        case .console: .square
        case .ascii: .ascii
        }
    }

    /// Bars of growing height or width, from empty to full.
    static let risingEighths = glyphs(" ▁▂▃▄▅▆▇█")
    static let growingEighths = glyphs(" ▏▎▍▌▋▊▉█")
    static let risingHalves = glyphs(" ▄█")
    static let growingHalves = glyphs(" ▌█")
    static let risingASCII = glyphs(" .:|#")

    /// Bars for one sample a column, from empty to full.
    var rising: [Glyph] {
        switch self {
        case .unicode: Self.risingEighths
        case .console: Self.risingHalves
        case .ascii: Self.risingASCII
        }
    }

    static func glyphs(_ characters: String) -> [Glyph] {
        characters.unicodeScalars.map { Glyph(base: $0, width: 1) }
    }

    /// The glyph itself, or what stands for it in this set. A stand-in is one column wide and is repeated
    /// for a wide character.
    func representing(_ glyph: Glyph) -> Glyph {
        if glyph.isASCII { return glyph }
        return switch self {
        case .unicode: glyph
        case .console: Self.consoleStandIns[glyph.base.value] ?? glyph
        case .ascii: Self.standIns[glyph.base.value] ?? Self.unknown
        }
    }

    private static let unknown = Glyph(base: "?", width: 1)

    /// What a console's small font lacks, of the characters that the screens are made of.
    private static let consoleStandIns = table([
        ("━╸", "═"), ("▸", "►"), ("◂", "◄"), ("●", "•"), ("✓", "√"), ("✗", "x"), ("…", "~"), ("⏎", "<"),
    ])

    private static func table(_ pairs: [(String, Unicode.Scalar)]) -> [UInt32: Glyph] {
        var table: [UInt32: Glyph] = [:]
        for (characters, standIn) in pairs {
            for scalar in characters.unicodeScalars { table[scalar.value] = Glyph(base: standIn, width: 1) }
        }
        return table
    }

    private static let standIns = table([
        ("─━╌┄┈", "-"), ("│┃╎┆┊▏▕", "|"), ("╭╮╰╯┌┐└┘├┤┬┴┼╞╡╪", "+"),
        ("…", "~"), ("—–−‐‑", "-"), ("·•∙", "."), ("×", "x"), ("÷", "/"), ("µμ", "u"),
        ("▸▶►→⇒›»❯", ">"), ("◂◀◄←‹«", "<"), ("↑▲△▴", "^"), ("↓▼▽▾", "v"), ("↔⇄", "="), ("↵⏎", "<"),
        ("●◆■◉★✱", "*"), ("○◇□◌", "o"), ("✓✔", "+"), ("✗✘✕", "x"), ("⚠", "!"),
        ("‘’‚′", "'"), ("“”„″", "\""), ("≈", "~"), ("≤", "<"), ("≥", ">"), ("∞", "8"),
        ("█▉▊▋▇▆", "#"), ("▌▍▄▅▓", "|"), ("▎▃▂▒", ":"), ("▁░", "."),
    ])
}
