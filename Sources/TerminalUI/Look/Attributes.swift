/// What a terminal is told about a cell's looks.
public struct Attributes: Hashable, Sendable {
    /// The text colour by its number in the palette; `nil` is the terminal's own.
    public var foreground: UInt8?
    /// The background by its number in the palette; `nil` is the terminal's own.
    public var background: UInt8?
    /// Heavier.
    public var bold: Bool
    /// Weaker.
    public var dim: Bool
    /// Foreground and background exchanged.
    public var reverse: Bool
    /// Underlined.
    public var underline: Bool

    /// Looks; by default those of plain text.
    public init(
        foreground: UInt8? = nil, background: UInt8? = nil, bold: Bool = false, dim: Bool = false,
        reverse: Bool = false, underline: Bool = false
    ) {
        self.foreground = foreground
        self.background = background
        self.bold = bold
        self.dim = dim
        self.reverse = reverse
        self.underline = underline
    }
}
