import HTTPTypes

/// Decides what a request may do, from what it shows.
struct Doorkeeper: Sendable {
    let listener: Listener

    /// Names the operator in requests.
    static let operatorField = HTTPField.Name("Pooltop-Operator")!
    /// With `read`, has the server refuse whatever would change something.
    static let accessField = HTTPField.Name("Pooltop-Access")!

    func access(_ fields: HTTPFields) -> Access {
        let granted = listener.tokens.access(with: Self.token(fields[.authorization]))
        return fields[Self.accessField]?.lowercased() == "read" ? min(granted, .reader) : granted
    }

    /// Why a request is refused that a web page on this machine could have made on its own, or `nil`.
    ///
    /// Without tokens, whoever can connect may do everything, and a browser connects for any page it shows. So the
    /// name it asked for has to be one that only this machine has, and a page that asks has to come from here.
    func suspicion(_ head: HTTPRequest) -> String? {
        guard listener.tokens.isEmpty, case .tcp = listener.address else { return nil }
        guard let host = head.authority.map(Self.host), ControlAddress.isLoopback(host) else {
            return "ask for 127.0.0.1 or localhost: a server without tokens answers to no other name"
        }
        if let origin = head.headerFields[.origin], Self.host(Self.authority(origin)) != host {
            return "a page of another site may not ask a server without tokens"
        }
        return nil
    }

    /// Who asks, for the log: what the request says, as far as it is plain text.
    static func operatorName(_ fields: HTTPFields) -> String {
        let name = (fields[operatorField] ?? "").unicodeScalars.filter { $0.properties.isGraphemeBase }
        return name.isEmpty ? "http" : String(String(String.UnicodeScalarView(name)).prefix(64))
    }

    private static func token(_ field: String?) -> String? {
        guard let field, field.lowercased().hasPrefix("bearer ") else { return nil }
        return String(field.dropFirst(7).drop { $0 == " " })
    }

    private static func authority(_ origin: String) -> String {
        origin.firstRange(of: "://").map { String(origin[$0.upperBound...]) } ?? origin
    }

    private static func host(_ authority: String) -> String {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            return String(authority[authority.index(after: authority.startIndex)..<end])
        }
        return String(authority.prefix { $0 != ":" })
    }
}
