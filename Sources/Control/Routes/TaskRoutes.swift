import HTTPTypes
import Monitoring

/// What can be asked of durable tasks and their queues.
struct TaskRoutes: Sendable {
    let service: any TaskService

    /// The longest that a client may wait for a task in one request.
    static let longestWait: Duration = .seconds(60)

    var routes: [Route] { tasks + endings + queues }

    private static let ofTask = [(name: "id", about: "The task's ID.")]
    private static let ofQueue = [(name: "name", about: "The queue: the name of a kind.")]
    private static let filters: [(name: String, schema: JSON, about: String)] = [
        ("state", .choice(TaskStatus.State.allCases.map(\.rawValue) + ["dead"]), "Only tasks in this state."),
        ("kind", .type("string"), "Only tasks of this kind."),
    ]

    private var tasks: [Route] {
        [
            Route(
                .post, "/v1/tasks", .operator,
                RouteDocument(
                    "Takes a task and answers at once; a live task with the same key is answered instead.",
                    body: "TaskRequest", status: 202, answer: .ref("TaskStatus"), errors: [400, 429])
            ) { call in
                try call.check()
                let task = try await service.submit(try call.read(TaskRequest.self), by: call.operatorName)
                var reply = try Reply.json(task, status: .accepted)
                reply.headers[.location] = "/v1/tasks/\(Self.escaped(task.id))"
                return reply
            },
            Route(
                .get, "/v1/tasks", .reader,
                RouteDocument(
                    "A page of tasks, newest first.",
                    query: Self.filters + [
                        ("limit", .type("integer"), "How many to list, 1 to 500; 100 by default."),
                        ("after", .type("string"), "The next of the page before."),
                    ], answer: .ref("TaskPage"), errors: [400])
            ) { call in
                try call.check(query: "state", "kind", "limit", "after")
                return try .json(try await service.tasks(try Self.query(of: call)))
            },
            Route(
                .get, "/v1/tasks/{id}", .reader,
                RouteDocument(
                    "One task; with wait, once it has ended or that time is over.", path: Self.ofTask,
                    query: [("wait", .type("string"), "How long to wait, at most 60s.")],
                    answer: .ref("TaskStatus"), errors: [400, 404])
            ) { call in
                try call.check(query: "wait")
                let wait = try call.duration("wait", atMost: Self.longestWait) ?? .zero
                guard let task = try await service.task(Self.id(call), wait: wait) else {
                    throw TaskRefusal.notFound(
                        "there is no task \(Self.id(call).prefix(64)), or it is no longer kept")
                }
                return try .json(task)
            },
        ]
    }

    private var endings: [Route] {
        [
            Route(
                .delete, "/v1/tasks/{id}", .operator,
                RouteDocument(
                    "Cancels a task; with forget=true, forgets one that has ended.", path: Self.ofTask,
                    query: [("forget", .type("boolean"), "Whether to forget it.")],
                    answer: .ref("TaskStatus"), errors: [404, 409])
            ) { call in
                try call.check(query: "forget")
                switch call.query["forget"] {
                case nil, "false":
                    return try .json(try await service.cancel(Self.id(call), by: call.operatorName))
                case "true", "":
                    try await service.forget(Self.id(call), by: call.operatorName)
                    return Reply(status: .noContent)
                default: throw FieldError("forget takes true or false")
                }
            },
            Route(
                .post, "/v1/tasks/{id}/retry", .operator,
                RouteDocument(
                    "Has a task that failed or was cancelled run anew.", path: Self.ofTask,
                    answer: .ref("TaskStatus"), errors: [404, 409])
            ) { call in
                try call.check()
                return try .json(try await service.retry(Self.id(call), by: call.operatorName))
            },
            Route(
                .post, "/v1/retry", .operator,
                RouteDocument(
                    "Has all tasks that match run anew: the dead ones, unless another state is asked for.",
                    query: Self.filters + [
                        ("rate", .type("number"), "How many a second, at most; all at once without it.")
                    ], answer: .ref("RetryAnswer"), errors: [400])
            ) { call in
                try call.check(query: "state", "kind", "rate")
                var query = try Self.query(of: call)
                if query.state == nil { query.onlyDead = true }
                let rate = try call.query["rate"].map { text in
                    guard let rate = Double(text), QueueChange.rates.contains(rate) else {
                        throw FieldError("rate takes \(QueueChange.ratesText) a second")
                    }
                    return rate
                }
                let count = try await service.retryAll(query, perSecond: rate, by: call.operatorName)
                return try .json(RetryAnswer(retried: count))
            },
        ]
    }

    private var queues: [Route] {
        [
            Route(
                .get, "/v1/queues", .reader,
                RouteDocument("The queues, one for each kind.", answer: .ref("QueueList"))
            ) { call in
                try call.check()
                return try .json(QueueList(queues: try await service.queues()))
            },
            Route(
                .patch, "/v1/queues/{name}", .operator,
                RouteDocument(
                    "Changes a queue's limits, for good.", path: Self.ofQueue, body: "QueueChange",
                    answer: .ref("TaskQueueStatus"), errors: [400, 404])
            ) { call in
                try await change(call, try call.read(QueueChange.self))
            },
            Route(
                .post, "/v1/queues/{name}/pause", .operator,
                RouteDocument(
                    "Holds a queue's tasks back, for good.", path: Self.ofQueue,
                    answer: .ref("TaskQueueStatus"),
                    errors: [404])
            ) { call in
                var pause = QueueChange()
                pause.isPaused = true
                return try await change(call, pause)
            },
            Route(
                .post, "/v1/queues/{name}/resume", .operator,
                RouteDocument(
                    "Lets a queue's tasks go on.", path: Self.ofQueue, answer: .ref("TaskQueueStatus"),
                    errors: [404])
            ) { call in
                var resume = QueueChange()
                resume.isPaused = false
                return try await change(call, resume)
            },
        ]
    }

    private func change(_ call: Call, _ change: QueueChange) async throws -> Reply {
        try call.check()
        let name = call.parameters["name"] ?? ""
        return try .json(try await service.change(name, change, by: call.operatorName))
    }

    private static func id(_ call: Call) -> String { call.parameters["id"] ?? "" }

    private static func query(of call: Call) throws -> TaskQuery {
        var query = TaskQuery()
        if let name = call.query["state"] {
            if name == "dead" {
                query.onlyDead = true
            } else if let state = TaskStatus.State(rawValue: name) {
                query.state = state
            } else {
                let known = TaskStatus.State.allCases.map(\.rawValue).joined(separator: ", ")
                throw FieldError("unknown state '\(name.prefix(32))': there are \(known) and dead")
            }
        }
        query.kind = call.query["kind"]
        query.limit = try call.number("limit", in: 1...TaskQuery.maxLimit, default: 100)
        query.after = call.query["after"]
        return query
    }

    /// An ID as part of a path.
    static func escaped(_ text: String) -> String { PathEscaping.escape(text) }
}

/// How many tasks run anew.
struct RetryAnswer: Codable {
    var retried: Int
}

/// The queues of a server.
struct QueueList: Codable {
    var queues: [TaskQueueStatus]
}

extension QueueChange: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable { case concurrency, rate }

    /// Reads `{"concurrency": 2, "rate": 10}`; null takes a limit away.
    public init(from decoder: any Decoder) throws {
        try KnownFields.check(decoder, CodingKeys.allCases.map(\.rawValue))
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        if fields.contains(.concurrency) {
            let number = try fields.decodeIfPresent(Int.self, forKey: .concurrency)
            if let number, number < 1 { throw FieldError("concurrency takes a whole number from 1, or null") }
            concurrency = number.map { .to($0) } ?? .unlimited
        }
        if fields.contains(.rate) {
            let number = try fields.decodeIfPresent(Double.self, forKey: .rate)
            if let number, !QueueChange.rates.contains(number) {
                throw FieldError("rate takes \(QueueChange.ratesText) starts a second, or null")
            }
            rate = number.map { .to($0) } ?? .unlimited
        }
        if concurrency == nil, rate == nil {
            throw FieldError("nothing to change: give concurrency, rate, or both")
        }
    }

    /// Writes the limits; whether the queue is paused has a route of its own.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        switch concurrency {
        case .to(let number): try fields.encode(number, forKey: .concurrency)
        case .unlimited: try fields.encodeNil(forKey: .concurrency)
        case nil: break
        }
        switch rate {
        case .to(let number): try fields.encode(number, forKey: .rate)
        case .unlimited: try fields.encodeNil(forKey: .rate)
        case nil: break
        }
    }
}

/// Text as one part of a path.
enum PathEscaping {
    static func escape(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.count == 1 ? "%0" + digits : "%" + digits
            }
        }
        return result
    }
}
