import WorkerPool

/// The jobs of a make-believe build, forty of them: fetch, configure, compile, link, test, package.
struct BuildPlan {
    let branch: String
    /// The mean time of a job.
    let service: Duration
    /// The share of attempts that fail, 0 ... 1.
    let failures: Double

    /// What a job makes.
    struct Artifact: Sendable {
        var bytes: Int
    }

    private static let downloads = ["zlib-1.3.tar.gz", "sqlite-3.46.zip", "unicode-16.txt", "cacert.pem"]

    /// The parts of the program, each a library; later ones are linked with the first.
    private static let parts: [(name: String, sources: [String])] = [
        ("core", ["parser", "lexer", "arena", "text", "json"]),
        ("net", ["socket", "http", "tls", "dns"]),
        ("store", ["pages", "journal", "index", "cache"]),
        ("ui", ["screen", "table", "graph", "keys", "theme"]),
    ]

    /// How long a job of a kind takes, as a multiple of the mean.
    private static let weights = [
        "fetch": 0.8, "configure": 1.2, "compile": 0.8, "link": 1.2, "test": 1.8, "lint": 1, "docs": 1.5,
        "package": 1,
    ]

    /// Adds the jobs to a group.
    func declare(in group: JobGroup, using generator: inout SplitMix) throws {
        var generator = generator.split()
        let fetched = try BuildPlan.downloads.map { try add("fetch", $0, in: group, after: [], &generator) }
        let configured = try add("configure", "cmake", in: group, after: fetched, &generator)
        for target in ["core/*.c", "ui/*.c"] {
            _ = try add("lint", target, in: group, after: [configured], &generator)
        }

        var libraries: [Step<Artifact>] = []
        var tests: [Step<Artifact>] = []
        for part in BuildPlan.parts {
            let objects = try part.sources.map { source in
                try add("compile", "\(part.name)/\(source).c", in: group, after: [configured], &generator)
            }
            let library = try add(
                "link", "lib\(part.name).a", in: group, after: objects + libraries.prefix(1), &generator)
            tests.append(try add("test", "\(part.name)/unit", in: group, after: [library], &generator))
            libraries.append(library)
        }
        let main = try ["main", "options"].map {
            try add("compile", "app/\($0).c", in: group, after: [configured], &generator)
        }
        let program = try add("link", "app", in: group, after: main + libraries, &generator)
        for suite in ["app/smoke", "app/upgrade"] {
            tests.append(try add("test", suite, in: group, after: [program], &generator))
        }
        let manual = try add("docs", "manual.html", in: group, after: [program], &generator)
        _ = try add("package", "app.tar.gz", in: group, after: [program, manual] + tests, &generator)
    }

    private func add(
        _ kind: String, _ target: String, in group: JobGroup, after needed: [Step<Artifact>],
        _ generator: inout SplitMix
    ) throws -> Step<Artifact> {
        let attempts = kind == "fetch" ? 3 : 1
        let factor = (BuildPlan.weights[kind] ?? 1) * JobMix.logNormal(using: &generator)
        var mishaps: [Int: Mishap] = [:]
        for attempt in 1...attempts where Double.random(in: 0..<1, using: &generator) < failures {
            mishaps[attempt] = mishap(kind, target, using: &generator)
        }
        let order = JobMix.Order(
            options: JobOptions(
                name: "\(branch) \(target)", kind: kind, priority: kind == "link" ? 1 : 0,
                retry: RetryPolicy(maxAttempts: attempts, base: .seconds(1))),
            time: service * factor, mishaps: mishaps)
        let bytes = Int.random(in: 2_000...90_000, using: &generator)
        return try group.add(order.options, after: needed) { context, inputs in
            try await order.work(context)
            return Artifact(bytes: inputs.reduce(bytes) { $0 + $1.bytes })
        }
    }

    private func mishap(_ kind: String, _ target: String, using generator: inout SplitMix) -> Mishap {
        let line = Int.random(in: 12...480, using: &generator)
        let (type, message) =
            switch kind {
            case "fetch": ("HTTP 503", "mirror \(line % 4) is overloaded")
            case "compile": ("CompileError", "\(target):\(line): expected ';' after expression")
            case "link": ("LinkError", "\(target): undefined reference to 'page_pin'")
            case "test": ("TestFailure", "\(target): case \(line) of 512: expected 3, got 4")
            case "lint": ("LintError", "\(target): line \(line) is too long")
            default: ("ToolError", "\(kind) \(target): exit 1")
            }
        return Mishap(failureType: type, failureMessage: message, isPermanent: false)
    }
}

extension SplitMix {
    /// A generator of its own, for one build.
    fileprivate mutating func split() -> SplitMix { SplitMix(seed: next()) }
}
