/// What an operator typed to narrow a list down.
///
/// Plain text is looked for anywhere, ignoring case. `/…/` or `~…` is a regular expression (``Pattern``). A `!`
/// before either keeps what does not match.
struct Filter: Sendable, Equatable {
    enum Needle: Sendable, Equatable {
        case text([Unicode.Scalar])
        case pattern(Pattern)
        /// Not a pattern yet; everything is shown.
        case broken(String)
    }

    /// What was typed.
    let source: String
    /// Whether matches are left out instead of kept.
    let isInverse: Bool
    let needle: Needle

    /// Everything passes.
    static let none = Filter("")

    /// Reads what was typed; every text is a filter.
    init(_ source: String) {
        self.source = source
        var rest = Substring(source)
        isInverse = rest.first == "!"
        if isInverse { rest.removeFirst() }
        let isPattern = rest.first == "~" || rest.first == "/"
        if isPattern {
            let opening = rest.removeFirst()
            if opening == "/", rest.last == "/" { rest.removeLast() }
            do {
                needle = .pattern(try Pattern(String(rest)))
            } catch {
                needle = .broken(error.message)
            }
        } else {
            needle = .text(rest.unicodeScalars.map(Self.folded))
        }
    }

    /// Whether anything can be left out.
    var isActive: Bool {
        switch needle {
        case .text(let text): !text.isEmpty
        case .pattern: true
        case .broken: false
        }
    }

    /// What is wrong with the regular expression.
    var mistake: String? { if case .broken(let message) = needle { message } else { nil } }

    /// The text that a source can look for by itself, where that is all there is to do.
    var plainText: String? {
        if case .text(let text) = needle, !isInverse, !text.isEmpty { source } else { nil }
    }

    /// Whether a row with these texts is shown.
    func keeps(_ texts: [String]) -> Bool {
        guard isActive else { return true }
        let isFound = texts.contains { text in
            switch needle {
            case .text(let wanted): Self.contains(text, wanted)
            case .pattern(let pattern): pattern.matches(text)
            case .broken: true
            }
        }
        return isFound != isInverse
    }

    /// Whether `text` holds `wanted` in its first ``Pattern/limit`` characters, ignoring case.
    private static func contains(_ text: String, _ wanted: [Unicode.Scalar]) -> Bool {
        let scalars = text.unicodeScalars.prefix(Pattern.limit).map(folded)
        guard scalars.count >= wanted.count else { return false }
        return (0...(scalars.count - wanted.count)).contains { start in
            scalars[start..<(start + wanted.count)].elementsEqual(wanted)
        }
    }

    private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x41...0x5A: return Unicode.Scalar(scalar.value + 32) ?? scalar
        case 0..<0x80: return scalar
        default:
            let lower = scalar.properties.lowercaseMapping.unicodeScalars
            return lower.count == 1 ? lower.first ?? scalar : scalar
        }
    }
}
