/// What a terminal can do.
public struct Capabilities: Hashable, Sendable {
    /// The colours it shows.
    public var colorDepth: ColorDepth
    /// The characters it shows.
    public var glyphs: GlyphSet
    /// Whether it tells about the mouse.
    public var mouse: Bool

    /// What a terminal can do.
    public init(colorDepth: ColorDepth, glyphs: GlyphSet, mouse: Bool) {
        self.colorDepth = colorDepth
        self.glyphs = glyphs
        self.mouse = mouse
    }
}
