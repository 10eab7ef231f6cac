/// Writes bytes so that `/bin/sh` reads them literally.
package enum ShellQuoting {
    private static let backslash = UInt8(ascii: "\\")
    private static let quote = UInt8(ascii: "'")
    private static let harmless: Set<UInt8> = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+:,./-".utf8)

    /// As a word of its own: as it is where that is safe, else between single quotes.
    package static func word(_ text: [UInt8], evenIfHarmless: Bool = false) -> [UInt8] {
        if !evenIfHarmless, !text.isEmpty, text.allSatisfy(harmless.contains) { return text }
        return [quote] + insideSingleQuotes(text) + [quote]
    }

    static func insideSingleQuotes(_ text: [UInt8]) -> [UInt8] {
        text.contains(quote) ? text.flatMap { $0 == quote ? Array("'\\''".utf8) : [$0] } : text
    }

    static func insideDoubleQuotes(_ text: [UInt8]) -> [UInt8] { escape("\\$`\"", in: text) }

    static func insideBackticks(_ text: [UInt8]) -> [UInt8] { escape("\\$`", in: text) }

    static func inComment(_ text: [UInt8]) -> [UInt8] {
        text.map { $0 == UInt8(ascii: "\n") ? UInt8(ascii: " ") : $0 }
    }

    /// What a shell makes of quotes and backslashes in `text`, and of nothing else: two ways to write the same
    /// words come out alike.
    package static func removed(from text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var open: UInt8?
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == open {
                open = nil
            } else if open == nil, byte == quote || byte == UInt8(ascii: "\"") {
                open = byte
            } else if byte == backslash, open != quote, index < text.count {
                let next = text[index]
                if open == nil || "\\$`\"".utf8.contains(next) { index += 1 } else { result.append(byte) }
                if open == nil || "\\$`\"".utf8.contains(next) { result.append(next) }
            } else {
                result.append(byte)
            }
        }
        return result
    }

    private static func escape(_ special: String, in text: [UInt8]) -> [UInt8] {
        let special = Set(special.utf8)
        return text.flatMap { special.contains($0) ? [backslash, $0] : [$0] }
    }
}
