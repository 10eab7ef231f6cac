/// The bearer tokens a server knows.
public struct AccessTokens: Sendable {
    /// Who shows it may do everything.
    public var `operator`: String?
    /// Who shows it may look.
    public var reader: String?

    /// Tokens; an empty one counts as none.
    public init(operator: String?, reader: String? = nil) {
        self.operator = `operator`.flatMap { $0.isEmpty ? nil : $0 }
        self.reader = reader.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether there is none: then nobody needs one.
    public var isEmpty: Bool { `operator` == nil && reader == nil }

    /// What somebody may do who shows that token, or none.
    func access(with token: String?) -> Access {
        if isEmpty { return .operator }
        // Both are compared whatever the first says, so that the time tells nothing.
        let isOperator = Self.isSame(token, `operator`)
        let isReader = Self.isSame(token, reader)
        return isOperator ? .operator : isReader ? .reader : .stranger
    }

    /// Compares in a time that depends on the length of what was shown alone.
    static func isSame(_ shown: String?, _ secret: String?) -> Bool {
        let secret = secret.map { Array($0.utf8) } ?? []
        let shown = shown.map { Array($0.utf8) } ?? []
        guard !secret.isEmpty else { return false }
        var difference = UInt(bitPattern: shown.count ^ secret.count)
        for (index, byte) in shown.enumerated() {
            difference |= UInt(byte ^ secret[index % secret.count])
        }
        return difference == 0
    }
}

/// What somebody may do.
enum Access: Sendable, Comparable {
    /// Nothing but see that the server lives.
    case stranger
    /// Look at everything.
    case reader
    /// Do everything.
    case `operator`
}
