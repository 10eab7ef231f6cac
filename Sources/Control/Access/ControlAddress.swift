/// Where a control server listens, or is to be found.
public enum ControlAddress: Sendable, Equatable, CustomStringConvertible {
    /// A host name or an IP address, and a port; 0 as a port to listen on lets the system choose one.
    case tcp(host: String, port: Int)
    /// The path of a Unix socket, at most 107 bytes.
    case unix(path: String)

    /// Reads `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, `:8080` (every address) or `unix:/path`.
    ///
    /// - Throws: ``ControlError`` with an example of what it takes.
    public init(listen text: String) throws(ControlError) {
        func mistake() -> ControlError {
            ControlError(
                .usage, "cannot listen on '\(text)': use HOST:PORT such as 127.0.0.1:8080, or unix:/path")
        }
        if let path = text.removingPrefix("unix:") {
            guard !path.isEmpty else { throw mistake() }
            self = .unix(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { throw mistake() }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            throw mistake()
        }
        self = .tcp(host: host.isEmpty || host == "*" ? "0.0.0.0" : host, port: port)
    }

    /// Whether nobody on another machine can get there.
    public var isLocal: Bool {
        switch self {
        case .unix: return true
        case .tcp(let host, _): return Self.isLoopback(host)
        }
    }

    /// `127.0.0.1:8080` or `unix:/path`.
    public var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }

    static func isLoopback(_ host: String) -> Bool {
        if host.lowercased() == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

extension String {
    func removingPrefix(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
