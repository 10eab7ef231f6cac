/// What one cell shows: a base character and up to four combining marks, one or two columns wide.
///
/// Only `SafeText` makes glyphs from text, so that a glyph never holds a control character, a direction
/// mark or anything else that acts on a terminal.
public struct Glyph: Hashable, Sendable {
    // Two marks each, 32 bits a mark, 0 for none: the glyph stays a plain value without a reference.
    private var firstMarks: UInt64 = 0
    private var lastMarks: UInt64 = 0
    private var baseValue: UInt32
    private var columns: UInt8

    /// A glyph of a base character that is known to be printable and of this width.
    init(base: Unicode.Scalar, width: Int) {
        baseValue = base.value
        columns = UInt8(width)
    }

    /// The right half of a wide character: nothing is drawn for it.
    static let continuation = Glyph(base: "\0", width: 0)
    /// An empty cell.
    package static let space = Glyph(base: " ", width: 1)
    /// Stands for what must not or cannot be shown.
    package static let replacement = Glyph(base: "\u{FFFD}", width: 1)
    /// How many combining marks a cell holds at most.
    static let marksLimit = 4

    /// The base character.
    package var base: Unicode.Scalar { Unicode.Scalar(baseValue) ?? "\u{FFFD}" }
    /// Columns taken: 1 or 2; 0 for the right half of a wide character.
    package var width: Int { Int(columns) }
    /// Whether it is the right half of a wide character.
    package var isContinuation: Bool { columns == 0 }
    /// Whether it is a plain 7-bit character without marks.
    package var isASCII: Bool { baseValue < 0x80 && firstMarks == 0 }
    /// The combining marks as they follow the base, 0 for none.
    package var marks: (UInt32, UInt32, UInt32, UInt32) {
        (
            UInt32(truncatingIfNeeded: firstMarks), UInt32(truncatingIfNeeded: firstMarks >> 32),
            UInt32(truncatingIfNeeded: lastMarks), UInt32(truncatingIfNeeded: lastMarks >> 32)
        )
    }

    /// Adds a combining mark; the fifth and later ones are left out.
    mutating func add(mark: Unicode.Scalar) {
        let value = UInt64(mark.value)
        if firstMarks == 0 {
            firstMarks = value
        } else if firstMarks >> 32 == 0 {
            firstMarks |= value << 32
        } else if lastMarks == 0 {
            lastMarks = value
        } else if lastMarks >> 32 == 0 {
            lastMarks |= value << 32
        }
    }

    /// Appends base and marks; nothing for a continuation.
    func append(to scalars: inout String.UnicodeScalarView) {
        if isContinuation { return }
        scalars.append(base)
        let (first, second, third, fourth) = marks
        for value in [first, second, third, fourth] where value != 0 {
            scalars.append(Unicode.Scalar(value) ?? "\u{FFFD}")
        }
    }
}
