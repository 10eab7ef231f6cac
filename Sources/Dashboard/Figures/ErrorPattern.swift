/// Brings error messages that differ only in numbers, addresses, paths, identifiers or
/// quoted names to one form, so that they can be counted together.
///
/// `unexpected end of file at byte 81,920` → `unexpected end of file at byte N`.
package enum ErrorPattern {
    /// How much of a message is looked at, in characters.
    static let limit = 240

    /// The message with everything that varies from case to case blurred.
    package static func normalise(_ message: String) -> String {
        var result = ""
        var word: [Unicode.Scalar] = []
        var quote: Unicode.Scalar?
        for scalar in message.unicodeScalars.prefix(limit) {
            if let open = quote {
                if scalar == open {
                    result += "…" + String(Character(open))
                    quote = nil
                }
                continue
            }
            if isQuote(scalar), word.isEmpty {
                result.unicodeScalars.append(scalar)
                quote = scalar
            } else if isPartOfWord(scalar) {
                word.append(scalar)
            } else {
                result += blur(word)
                word.removeAll(keepingCapacity: true)
                result.unicodeScalars.append(scalar.properties.isWhitespace ? " " : scalar)
            }
        }
        if quote != nil { result += "…" }
        result += blur(word)
        return result
    }

    /// What stands for one word.
    private static func blur(_ word: [Unicode.Scalar]) -> String {
        guard !word.isEmpty else { return "" }
        if isPath(word) { return "PATH" }
        let letters = Array(word.drop { $0 == "#" })
        if isUUID(letters) { return "UUID" }
        let digits = letters.count { isDigit($0) }
        guard digits > 0 else { return text(word) }
        if isHex(letters) { return "HEX" }
        return blurNumbers(word)
    }

    /// Every run of digits, with its separators, as one `N`.
    private static func blurNumbers(_ word: [Unicode.Scalar]) -> String {
        var result = ""
        var inNumber = false
        for (index, scalar) in word.enumerated() {
            let nextIsDigit = index + 1 < word.count && isDigit(word[index + 1])
            if isDigit(scalar) || (inNumber && (scalar == "," || scalar == ".") && nextIsDigit) {
                if !inNumber { result += "N" }
                inNumber = true
            } else {
                inNumber = false
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Begins at a root, has two slashes or more, or a slash and a file name's ending.
    private static func isPath(_ word: [Unicode.Scalar]) -> Bool {
        guard word.count > 1, let slash = word.firstIndex(of: "/") else { return false }
        if ["/", "~", "."].contains(word[0]) { return true }
        guard word.contains(where: { $0.properties.isAlphabetic }) else { return false }
        return word[(slash + 1)...].contains("/") || word[(slash + 1)...].dropLast().contains(".")
    }

    private static func text(_ scalars: [Unicode.Scalar]) -> String {
        var result = ""
        result.unicodeScalars.append(contentsOf: scalars)
        return result
    }

    /// `0x…`, or at least eight hexadecimal digits, some of them letters.
    private static func isHex(_ word: [Unicode.Scalar]) -> Bool {
        if word.count > 2, word[0] == "0", word[1] == "x" || word[1] == "X" {
            return word.dropFirst(2).allSatisfy(isHexDigit)
        }
        return word.count >= 8 && word.allSatisfy(isHexDigit) && !word.allSatisfy(isDigit)
    }

    /// Eight, four, four, four and twelve hexadecimal digits.
    private static func isUUID(_ word: [Unicode.Scalar]) -> Bool {
        word.count == 36
            && word.enumerated().allSatisfy { place, scalar in
                [8, 13, 18, 23].contains(place) ? scalar == "-" : isHexDigit(scalar)
            }
    }

    private static func isQuote(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\"" || scalar == "'" || scalar == "`"
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar >= "0" && scalar <= "9" }

    private static func isHexDigit(_ scalar: Unicode.Scalar) -> Bool {
        isDigit(scalar) || (scalar >= "a" && scalar <= "f") || (scalar >= "A" && scalar <= "F")
    }

    private static func isPartOfWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return isDigit(scalar) || (scalar >= "a" && scalar <= "z") || (scalar >= "A" && scalar <= "Z")
                || "#_-/.,~+%@'".unicodeScalars.contains(scalar)
        }
        return scalar.properties.isAlphabetic
    }
}
