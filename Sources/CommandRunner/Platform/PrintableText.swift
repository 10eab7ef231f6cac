/// Text from outside, made fit for a terminal or a log: whatever could move the cursor, change colours or
/// reorder letters is spelled out.
package enum PrintableText {
    /// `bytes` as at most `limit` characters on one line; what is cut off shows as `...`.
    package static func of(_ bytes: some Collection<UInt8>, limit: Int = 200) -> String {
        var rest = Array(bytes.prefix(4 * (limit + 1)))[...]
        var text = ""
        var count = 0
        while let byte = rest.first {
            let (scalar, length) = firstScalar(of: rest)
            let piece = scalar.map(shown) ?? "\\x" + hex(UInt32(byte), digits: 2)
            count += piece.count
            if count > limit { return text + "..." }
            text += piece
            rest = rest.dropFirst(length)
        }
        return text
    }

    private static func firstScalar(of bytes: ArraySlice<UInt8>) -> (Unicode.Scalar?, length: Int) {
        let length =
            switch bytes.first ?? 0 {
            case 0xc2...0xdf: 2
            case 0xe0...0xef: 3
            case 0xf0...0xf4: 4
            default: 1
            }
        guard let text = String(validating: bytes.prefix(length), as: UTF8.self), text.utf8.count == length
        else {
            return (nil, 1)
        }
        return (text.unicodeScalars.first, length)
    }

    private static func shown(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": return "\\n"
        case "\t": return "\\t"
        case "\r": return "\\r"
        case " "..."~": return String(scalar)
        case "\u{0}"..."\u{9f}": return "\\x" + hex(scalar.value, digits: 2)
        default:
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
                return "\\u{\(hex(scalar.value, digits: 4))}"
            default: return String(scalar)
            }
        }
    }

    private static func hex(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
