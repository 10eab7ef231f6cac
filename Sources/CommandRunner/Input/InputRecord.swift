/// One piece of input: a job's line.
package enum InputRecord: Sendable, Equatable {
    /// The line, without its end.
    case line([UInt8])
    /// A line that no command could take: its beginning, and how long it was.
    case tooLong(beginning: [UInt8], bytes: Int)

    /// Whether it is nothing but blanks.
    var isBlank: Bool {
        guard case .line(let bytes) = self else { return false }
        return bytes.allSatisfy {
            $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r")
        }
    }

    /// What there is of the line.
    package var bytes: [UInt8] {
        switch self {
        case .line(let bytes): bytes
        case .tooLong(let beginning, _): beginning
        }
    }
}
