extension SafeText {
    /// Turns characters into glyphs, one after another.
    struct Scan {
        private(set) var glyphs: [Glyph] = []
        private(set) var width = 0
        private let limit: Int
        /// A zero-width joiner that joins only if a pictograph follows.
        private var joiner = false
        /// Marks beyond those a cell holds are skipped, up to this many, so that a text made of nothing
        /// but marks ends too.
        private var skipped = 0
        private static let skippedLimit = 4096

        init(limit: Int) {
            self.limit = limit
            glyphs.reserveCapacity(min(limit, 64))
        }

        /// Takes the next character.
        /// - Returns: `false` when no more are wanted.
        mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            if scalar.value >= 0x20 && scalar.value < 0x7F { return append(scalar, width: 1) }
            switch Self.kind(of: scalar) {
            case .printable(let width): return append(scalar, width: width)
            case .mark: return attach(scalar)
            case .placeholder(let placeholder): return append(placeholder, width: 1)
            case .skipped: return skip()
            case .joiner:
                // Joined pictures are shown one by one: terminals disagree about what they look like.
                if let last = glyphs.last?.base, Self.isPicture(last), !joiner {
                    joiner = true
                    return skip()
                }
                return append("\u{FFFD}", width: 1)
            case .syllablePart:
                // Medial and final jamo are drawn into the cell of the syllable's first.
                let isSyllable = (glyphs.last?.base).map(Self.isSyllable) ?? false
                return isSyllable ? attach(scalar) : append("\u{FFFD}", width: 1)
            }
        }

        private mutating func append(_ scalar: Unicode.Scalar, width columns: Int) -> Bool {
            if joiner {
                joiner = false
                if !Self.isPicture(scalar) && !append("\u{FFFD}", width: 1) { return false }
            }
            guard width + columns <= limit else { return false }
            glyphs.append(Glyph(base: scalar, width: columns))
            width += columns
            return true
        }

        private mutating func attach(_ mark: Unicode.Scalar) -> Bool {
            if glyphs.isEmpty && !append("\u{25CC}", width: 1) { return false }
            glyphs[glyphs.count - 1].add(mark: mark)
            return skip()
        }

        private mutating func skip() -> Bool {
            skipped += 1
            return skipped < Self.skippedLimit
        }
    }
}

extension SafeText.Scan {
    fileprivate enum Kind {
        case printable(Int), mark, placeholder(Unicode.Scalar), skipped, joiner, syllablePart
    }

    private static func isPicture(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value > 0xFF && scalar.properties.isEmoji
    }

    private static func isSyllable(_ scalar: Unicode.Scalar) -> Bool {
        (0x1100..<0x1160).contains(scalar.value) || (0xAC00...0xD7A3).contains(scalar.value)
    }

    /// The version of Unicode that all systems can be expected to know, five years on.
    private static let newestVersion = 14

    /// What becomes of a character that is not printable ASCII.
    fileprivate static func kind(of scalar: Unicode.Scalar) -> Kind {
        let value = scalar.value
        switch value {
        case 0x09: return .placeholder(" ")
        case 0x00..<0x20: return .placeholder(Unicode.Scalar(0x2400 + value) ?? "\u{FFFD}")
        case 0x7F: return .placeholder("\u{2421}")
        case 0x200D: return .joiner
        // Skin tones: terminals disagree about their width. The variants of a character (emoji or plain, for
        // one) have the same trouble and are variation selectors, below.
        case 0x1F3FB...0x1F3FF: return .skipped
        // Flags are pairs of letters: shown as the letters.
        case 0x1F1E6...0x1F1FF: return .placeholder(Unicode.Scalar(0x41 + value - 0x1F1E6) ?? "\u{FFFD}")
        default: break
        }
        let properties = scalar.properties
        // Terminals do not know yet how wide the newest characters are, and may disagree.
        guard let age = properties.age, age.major <= newestVersion else { return .placeholder("\u{FFFD}") }
        if properties.isVariationSelector { return .skipped }
        if properties.isDefaultIgnorableCodePoint { return .placeholder("\u{FFFD}") }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
            return .placeholder("\u{FFFD}")
        case .nonspacingMark, .enclosingMark: return .mark
        case .spaceSeparator: return value == 0x3000 ? .printable(2) : .placeholder(" ")
        default: break
        }
        if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return .syllablePart }
        return .printable(CellWidth.isWide(scalar) ? 2 : 1)
    }
}
