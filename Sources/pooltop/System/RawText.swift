/// Arguments as `String`s that lose nothing: Linux hands them over as bytes, and they need not be UTF-8.
///
/// A byte that is not part of valid UTF-8 becomes a character of a private block; so do the bytes of such
/// characters themselves, so that ``bytes(of:)`` always gives back what was typed.
enum RawText {
    private static let base: UInt32 = 0x10_fe00

    /// The program's arguments, without its name.
    static var arguments: [String] {
        (1..<max(1, Int(CommandLine.argc))).compactMap { index in
            CommandLine.unsafeArgv[index].map { pointer in
                var bytes: [UInt8] = []
                var next = pointer
                while next.pointee != 0 {
                    bytes.append(UInt8(bitPattern: next.pointee))
                    next += 1
                }
                return text(of: bytes)
            }
        }
    }

    /// The bytes behind an argument.
    static func bytes(of text: String) -> [UInt8] {
        text.unicodeScalars.flatMap { scalar -> [UInt8] in
            if let byte = UInt8(exactly: Int64(scalar.value) - Int64(base)) { return [byte] }
            return Array(String(scalar).utf8)
        }
    }

    /// An argument for those bytes.
    static func text(of bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self),
            !text.unicodeScalars.contains(where: isPrivate)
        {
            return text
        }
        var text = String.UnicodeScalarView()
        var rest = bytes[...]
        while let byte = rest.first {
            let scalar = (1...4).lazy.compactMap { length -> (Unicode.Scalar, Int)? in
                guard rest.count >= length,
                    let text = String(validating: rest.prefix(length), as: UTF8.self),
                    text.unicodeScalars.count == 1, let scalar = text.unicodeScalars.first, !isPrivate(scalar)
                else { return nil }
                return (scalar, length)
            }.first
            if let (scalar, length) = scalar {
                text.append(scalar)
                rest = rest.dropFirst(length)
            } else {
                if let standIn = Unicode.Scalar(base + UInt32(byte)) { text.append(standIn) }
                rest = rest.dropFirst()
            }
        }
        return String(text)
    }

    private static func isPrivate(_ scalar: Unicode.Scalar) -> Bool {
        (base...(base + 0xff)).contains(scalar.value)
    }
}
