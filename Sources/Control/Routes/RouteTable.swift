import HTTPTypes

/// All routes of a server.
struct RouteTable: Sendable {
    let routes: [Route]

    /// What came of looking for a route.
    enum Match: Sendable {
        case found(Route, [String: String])
        /// The path is there, for these methods.
        case wrongMethod([HTTPRequest.Method])
        case none
    }

    func match(_ method: HTTPRequest.Method, _ segments: [String]) -> Match {
        var methods: [HTTPRequest.Method] = []
        for route in routes {
            guard let parameters = route.match(segments) else { continue }
            if route.method == method || (method == .head && route.method == .get) {
                return .found(route, parameters)
            }
            methods.append(route.method)
        }
        if methods.contains(.get) { methods.append(.head) }
        return methods.isEmpty ? .none : .wrongMethod(methods)
    }
}

/// Takes a request's target apart.
struct RequestTarget: Equatable {
    /// The parts of the path, decoded; the first is empty.
    let segments: [String]
    let query: [String: String]

    /// `nil` where it is not a path, or its escapes are no UTF-8.
    init?(_ target: String) {
        var target = Substring(target)
        if !target.hasPrefix("/") {
            // The absolute form, as proxies use it.
            guard let scheme = target.firstRange(of: "://") else { return nil }
            let rest = target[scheme.upperBound...]
            target = rest.firstIndex(of: "/").map { rest[$0...] } ?? "/"
        }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var segments: [String] = []
        for part in parts[0].split(separator: "/", omittingEmptySubsequences: false) {
            guard let text = Self.decode(part, plusIsSpace: false) else { return nil }
            segments.append(text)
        }
        self.segments = segments
        var query: [String: String] = [:]
        if parts.count > 1 {
            for pair in parts[1].split(separator: "&") {
                let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard let name = Self.decode(sides[0]),
                    let value = Self.decode(sides.count > 1 ? sides[1] : "")
                else { return nil }
                query[name] = value
            }
        }
        self.query = query
    }

    private static func decode(_ text: Substring, plusIsSpace: Bool = true) -> String? {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit)
                else {
                    return nil
                }
                bytes.append(high << 4 | low)
            } else {
                bytes.append(byte == UInt8(ascii: "+") && plusIsSpace ? UInt8(ascii: " ") : byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
    }
}
