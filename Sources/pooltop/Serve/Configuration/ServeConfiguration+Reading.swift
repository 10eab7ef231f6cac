import Control

extension ServeConfiguration {
    /// Reads a configuration file.
    ///
    /// - Throws: ``ConfigurationError`` with the place of the first thing that is wrong.
    init(reading path: String) throws(ConfigurationError) { try self.init(ConfigurationFile.read(path)) }

    /// Reads a configuration.
    init(_ node: ConfigurationNode) throws(ConfigurationError) {
        let fields = try node.fields([
            "listen", "store", "synchronous", "workers", "queue", "results", "tokens", "tls", "grace",
            "kinds",
        ])
        listeners = try Self.listeners(fields, in: node)
        guard let store = fields["store"] else {
            throw node.wrong("needs a store: the database, such as jobs.db")
        }
        self.store = try store.text()
        if self.store.isEmpty { throw store.wrong("takes a path") }
        if let synchronous = fields["synchronous"] {
            switch try synchronous.text() {
            case "full": isRelaxed = false
            case "normal": isRelaxed = true
            case let text: throw synchronous.wrong("takes full or normal, not '\(text)'")
            }
        }
        workers = try fields["workers"]?.whole(0...10_000) ?? workers
        let queue = try fields["queue"]?.fields(["capacity"])
        capacity = try queue?["capacity"]?.whole(1...100_000_000) ?? capacity
        let results = try fields["results"]?.fields(["keep", "dead", "bytes"])
        keep = try results?["keep"]?.duration() ?? keep
        keepDead = try results?["dead"]?.duration() ?? max(keep, keepDead)
        outputLimit = try results?["bytes"]?.whole(0...16_777_216) ?? outputLimit
        grace = try fields["grace"]?.duration(atLeast: .zero) ?? grace
        guard let kinds = fields["kinds"] else {
            throw node.wrong("needs kinds: what tasks can be given to it")
        }
        for (name, kind) in try kinds.fields() { self.kinds[name] = try TaskKind(kind, named: name) }
        if self.kinds.isEmpty { throw kinds.wrong("is empty: name at least one kind of task") }
    }

    private static func listeners(_ fields: [String: ConfigurationNode], in node: ConfigurationNode)
        throws(ConfigurationError) -> [Listener]
    {
        let tokens = try fields["tokens"].map { tokens throws(ConfigurationError) in try Self.tokens(tokens) }
        let tls = try fields["tls"]?.fields(["certificate", "key"])
        var files: TLSFiles?
        if let tls, let place = fields["tls"] {
            guard let certificate = tls["certificate"], let key = tls["key"] else {
                throw place.wrong("needs both: certificate and key, each a file")
            }
            files = TLSFiles(certificate: try certificate.text(), key: try key.text())
        }
        var listeners: [Listener] = []
        let places = try fields["listen"]?.list() ?? []
        for place in places {
            do {
                let address = try ControlAddress(listen: try place.text())
                var listener = Listener(address, tokens: tokens ?? AccessTokens(operator: nil))
                if case .tcp = address { listener.tls = files }
                try listener.validate()
                listeners.append(listener)
            } catch let error as ControlError {
                throw place.wrong("is no place to listen: \(error)")
            } catch let error as ConfigurationError {
                throw error
            } catch {
                throw place.wrong("is no place to listen: \(error)")
            }
        }
        if listeners.isEmpty {
            listeners = [
                Listener(
                    .tcp(host: "127.0.0.1", port: 8_080), tokens: tokens ?? AccessTokens(operator: nil),
                    tls: files)
            ]
        }
        return listeners
    }

    private static func tokens(_ node: ConfigurationNode) throws(ConfigurationError) -> AccessTokens {
        let fields = try node.fields(["operator", "reader"])
        for (_, token) in fields {
            // An empty token would let everybody in whom it was meant to keep out.
            guard try !token.text().isEmpty else {
                throw token.wrong("is an empty token; leave it out or set it")
            }
        }
        guard let owner = fields["operator"] else {
            throw node.wrong("needs an operator token; a reader's is not enough")
        }
        return AccessTokens(operator: try owner.text(), reader: try fields["reader"]?.text())
    }
}

extension TaskKind {
    init(_ node: ConfigurationNode, named name: String) throws(ConfigurationError) {
        guard name.utf8.count <= 64, !name.isEmpty,
            name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) })
        else { throw node.wrong("is no name for a kind: use letters, digits, - _ and ., at most 64") }
        let fields = try node.fields([
            "command", "http", "directory", "environment", "timeout", "retries", "concurrency", "rate",
            "defaults",
        ])
        switch (fields["command"], fields["http"]) {
        case (let command?, nil):
            work = .command(
                try CommandCall(command, directory: fields["directory"], environment: fields["environment"]))
        case (nil, let http?):
            for name in ["directory", "environment"] {
                if let field = fields[name] { throw field.wrong("means nothing for an HTTP call") }
            }
            work = .http(try HTTPCall(http))
        default: throw node.wrong("needs either command or http: how its tasks are done")
        }
        self.name = name
        timeout = try fields["timeout"]?.duration()
        retries = try fields["retries"]?.whole(0...999) ?? 0
        concurrency = try fields["concurrency"]?.whole(1...100_000)
        rate = try fields["rate"]?.rate()
        for (parameter, value) in try fields["defaults"]?.fields(parameters) ?? [:] {
            defaults[parameter] = try value.text()
        }
    }
}

extension CommandCall {
    fileprivate init(
        _ node: ConfigurationNode, directory: ConfigurationNode?, environment: ConfigurationNode?
    )
        throws(ConfigurationError)
    {
        words = []
        guard node.isList else {
            throw node.wrong(
                "takes a list of words, such as [\"convert\", \"{input}\"]: it is not given to a shell")
        }
        for word in try node.list() { words.append(try word.template()) }
        guard let program = words.first, !program.filled([:]).isEmpty || !program.parameters.isEmpty else {
            throw node.wrong("names no program")
        }
        // A client that names the program could run anything.
        guard program.parameters.isEmpty else {
            throw node.wrong("names its program by a parameter: name it here")
        }
        self.directory = try directory?.text()
        for (name, value) in try environment?.fields() ?? [:] { self.environment[name] = try value.text() }
    }
}

extension HTTPCall {
    fileprivate init(_ node: ConfigurationNode) throws(ConfigurationError) {
        let fields = try node.fields(["url", "method", "headers", "body"])
        guard let url = fields["url"] else { throw node.wrong("needs a url") }
        self.url = try url.template()
        let text = try url.text()
        let rest = ["http://", "https://"].first { text.hasPrefix($0) }.map { text.dropFirst($0.count) }
        guard let rest, let host = rest.split(separator: "/", omittingEmptySubsequences: false).first,
            !host.isEmpty
        else { throw url.wrong("takes a URL that begins with http:// or https://, not '\(text)'") }
        // A client that names the host could have anything sent anywhere.
        guard !host.contains("{") else { throw url.wrong("names its host by a parameter: name it here") }
        if let method = fields["method"] {
            self.method = try method.text().uppercased()
            guard ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"].contains(self.method) else {
                throw method.wrong("takes GET, POST, PUT, PATCH, DELETE or HEAD")
            }
        }
        for (name, value) in try fields["headers"]?.fields() ?? [:] { headers[name] = try value.template() }
        body = try fields["body"].map { body throws(ConfigurationError) in try body.template() }
    }
}
