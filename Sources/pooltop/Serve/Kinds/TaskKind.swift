/// A kind of task that a server can do.
struct TaskKind: Sendable, Equatable {
    /// How it is done.
    enum Work: Sendable, Equatable {
        /// By a command.
        case command(CommandCall)
        /// By a request to another server.
        case http(HTTPCall)
    }

    /// What clients call it.
    var name: String
    /// How it is done.
    var work: Work
    /// How long an attempt may take; `nil` for ever.
    var timeout: Duration?
    /// How many attempts may follow the first.
    var retries = 0
    /// How many of its tasks may run at once; `nil` for as many as there are workers.
    var concurrency: Int?
    /// How many may start a second; `nil` for no limit.
    var rate: Double?
    /// What parameters are where a client leaves them out.
    var defaults: [String: String] = [:]

    /// The parameters that it takes.
    var parameters: Set<String> {
        switch work {
        case .command(let call): call.parameters
        case .http(let call): call.parameters
        }
    }

    /// The parameters of a task, with the defaults of those left out.
    ///
    /// - Throws: what is missing or unknown, in a sentence for the client.
    func complete(_ given: [String: String]) throws(MissingParameters) -> [String: String] {
        let known = parameters
        let unknown = given.keys.filter { !known.contains($0) }.sorted()
        let values = defaults.merging(given) { $1 }
        let missing = known.filter { values[$0] == nil }.sorted()
        guard unknown.isEmpty, missing.isEmpty else {
            throw MissingParameters(kind: name, missing: missing, unknown: unknown, known: known.sorted())
        }
        return values
    }
}

/// Parameters that do not fit the kind of a task.
struct MissingParameters: Error, CustomStringConvertible {
    var kind: String
    var missing: [String]
    var unknown: [String]
    var known: [String]

    var description: String {
        var problems: [String] = []
        if !missing.isEmpty { problems.append("needs \(missing.joined(separator: ", "))") }
        if !unknown.isEmpty { problems.append("takes no \(unknown.joined(separator: ", "))") }
        let takes = known.isEmpty ? "no parameters" : known.joined(separator: ", ")
        return "\(kind) \(problems.joined(separator: " and ")); its parameters: \(takes)"
    }
}
