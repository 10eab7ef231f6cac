/// Text that can be shown without harm, and the only way for text to get into a cell.
///
/// Whatever comes in, from names of jobs to bytes of a broken file, goes through one scan: control and
/// escape characters, direction marks, invisible characters and invalid UTF-8 become visible placeholders
/// of one column, so that nothing in the text acts on the terminal, hides, or moves what stands beside it.
/// The scan reads no more than it keeps: a text of 10 MB costs as much as its first `limit` columns.
package struct SafeText: Hashable, Sendable {
    /// The glyphs, in order.
    package private(set) var glyphs: [Glyph]
    /// Columns they take together.
    package private(set) var width: Int

    /// Columns kept of a text unless told otherwise: more than any screen is wide.
    package static let defaultLimit = 1024

    /// Makes text safe.
    /// - Parameter limit: columns kept; what follows is neither shown nor read.
    package init(_ untrusted: String, limit: Int = defaultLimit) {
        self.init()
        var scan = Scan(limit: limit)
        for scalar in untrusted.unicodeScalars {
            guard scan.take(scalar) else { break }
        }
        (glyphs, width) = (scan.glyphs, scan.width)
    }

    /// Makes a part of a text safe, without a copy.
    package init(_ untrusted: Substring, limit: Int = defaultLimit) {
        self.init()
        var scan = Scan(limit: limit)
        for scalar in untrusted.unicodeScalars {
            guard scan.take(scalar) else { break }
        }
        (glyphs, width) = (scan.glyphs, scan.width)
    }

    /// Makes bytes safe: invalid UTF-8 becomes U+FFFD.
    package init(utf8 bytes: some Collection<UInt8>, limit: Int = defaultLimit) {
        self.init()
        var scan = Scan(limit: limit)
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        decoding: while true {
            let scalar: Unicode.Scalar
            switch decoder.decode(&iterator) {
            case .scalarValue(let value): scalar = value
            case .error: scalar = "\u{FFFD}"
            case .emptyInput: break decoding
            }
            guard scan.take(scalar) else { break }
        }
        (glyphs, width) = (scan.glyphs, scan.width)
    }

    /// Empty text.
    package init() {
        glyphs = []
        width = 0
    }

    /// One glyph, repeated.
    package init(repeating glyph: Glyph, count: Int) {
        glyphs = Array(repeating: glyph, count: max(0, count))
        width = glyph.width * max(0, count)
    }

    /// Blanks.
    package static func spaces(_ count: Int) -> SafeText {
        SafeText(repeating: .space, count: count)
    }

    init(glyphs: [Glyph], width: Int) {
        self.glyphs = glyphs
        self.width = width
    }

    /// Whether there is nothing to show.
    package var isEmpty: Bool { glyphs.isEmpty }

    /// The text as a string, for tests and plain output.
    package var string: String {
        var scalars = String.UnicodeScalarView()
        for glyph in glyphs { glyph.append(to: &scalars) }
        return String(scalars)
    }

    /// One text after another.
    package static func + (left: SafeText, right: SafeText) -> SafeText {
        SafeText(glyphs: left.glyphs + right.glyphs, width: left.width + right.width)
    }

    /// Appends a text.
    package static func += (left: inout SafeText, right: SafeText) {
        left.glyphs += right.glyphs
        left.width += right.width
    }
}
