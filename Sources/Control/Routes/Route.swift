import HTTPTypes

/// One thing a server does, and all that is known of it: where, for whom, how, and how that is documented.
struct Route: Sendable {
    let method: HTTPRequest.Method
    /// The path; `{name}` stands for one part of it.
    let path: String
    /// What a caller must be allowed to do.
    let access: Access
    let document: RouteDocument
    let handler: @Sendable (Call) async throws -> Reply
    private let parts: [Substring]

    init(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access, _ document: RouteDocument,
        _ handler: @escaping @Sendable (Call) async throws -> Reply
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.document = document
        self.handler = handler
        parts = path.split(separator: "/", omittingEmptySubsequences: false)
    }

    /// What stands in the place of the names, or `nil` where this is another path.
    func match(_ segments: [String]) -> [String: String]? {
        guard segments.count == parts.count else { return nil }
        var found: [String: String] = [:]
        for (part, segment) in zip(parts, segments) {
            if part.first == "{", part.last == "}" {
                guard !segment.isEmpty else { return nil }
                found[String(part.dropFirst().dropLast())] = segment
            } else if part != segment {
                return nil
            }
        }
        return found
    }
}

/// What the document says of a route.
struct RouteDocument: Sendable {
    /// One line.
    var summary: String
    /// The names in the path and the query, and what they mean.
    var path: [(name: String, about: String)] = []
    var query: [(name: String, schema: JSON, about: String)] = []
    /// The schema of the body, by name.
    var body: String?
    /// The status of success, what its body is, and its type.
    var status = 200
    var answer: JSON?
    var type = "application/json"
    /// Errors besides those that every route may answer.
    var errors: [Int] = []

    init(
        _ summary: String, path: [(name: String, about: String)] = [],
        query: [(name: String, schema: JSON, about: String)] = [], body: String? = nil, status: Int = 200,
        answer: JSON? = nil, type: String = "application/json", errors: [Int] = []
    ) {
        self.summary = summary
        self.path = path
        self.query = query
        self.body = body
        self.status = status
        self.answer = answer
        self.type = type
        self.errors = errors
    }
}
