/// Where a client finds a server.
public enum ControlPlace: Sendable, Equatable, CustomStringConvertible {
    /// The beginning of its URLs, such as `http://127.0.0.1:8080`.
    case url(String)
    /// The path of its Unix socket.
    case socket(String)

    /// Reads `http://host:port`, `https://…`, `host:port`, `unix:/path` or the path of a socket.
    ///
    /// - Throws: ``ControlError`` with what it takes.
    public init(_ text: String) throws(ControlError) {
        let lower = text.lowercased()
        if lower.hasPrefix("http://") || lower.hasPrefix("https://") {
            var url = text
            while url.hasSuffix("/") { url.removeLast() }
            guard url.split(separator: "/").count >= 2, url.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else {
                throw Self.mistake(text)
            }
            self = .url(url)
        } else if let path = text.removingPrefix("unix:") {
            guard !path.isEmpty else { throw Self.mistake(text) }
            self = .socket(path)
        } else if text.contains("/") {
            self = .socket(text)
        } else if case .tcp(let host, let port)? = try? ControlAddress(listen: text), !text.hasPrefix(":") {
            self = .url("http://" + ControlAddress.tcp(host: host, port: port).description)
        } else {
            throw Self.mistake(text)
        }
    }

    /// Where a server listens.
    public init(_ address: ControlAddress, tls: Bool = false) {
        switch address {
        case .unix(let path): self = .socket(path)
        case .tcp: self = .url((tls ? "https://" : "http://") + address.description)
        }
    }

    /// `http://127.0.0.1:8080` or `unix:/path`.
    public var description: String {
        switch self {
        case .url(let url): url
        case .socket(let path): "unix:\(path)"
        }
    }

    /// The URL of something on the server, for the HTTP client.
    func url(of path: String) -> String {
        switch self {
        case .url(let url): url + path
        case .socket(let file): "http+unix://" + PathEscaping.escape(file) + path
        }
    }

    private static func mistake(_ text: String) -> ControlError {
        ControlError(
            .usage,
            "'\(text)' is no address: use http://HOST:PORT, unix:/PATH, the path of a socket, or a PID")
    }
}
