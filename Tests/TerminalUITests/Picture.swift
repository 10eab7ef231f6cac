import TerminalUI

/// What something draws on a grid of this size.
func picture(
    _ width: Int, _ height: Int = 1, _ glyphs: GlyphSet = .unicode, draw: (Rect, inout CellGrid) -> Void
) -> String {
    var grid = CellGrid(width: width, height: height, glyphs: glyphs)
    draw(grid.bounds, &grid)
    return grid.text
}

/// Numbers that depend on a seed alone (SplitMix64).
struct Generator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
