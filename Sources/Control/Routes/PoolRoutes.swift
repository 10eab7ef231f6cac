import HTTPTypes
import Monitoring

/// What can be asked of pools. Every route exists twice: for the first pool, and for each by its number.
struct PoolRoutes: Sendable {
    let pools: [any MonitorSource]

    var routes: [Route] {
        [list]
            + [("/v1/pool", []), ("/v1/pools/{pool}", [("pool", "Its number, from 1.")])].flatMap {
                start, names in
                reading(start, names) + steering(start, names)
            }
    }

    private typealias Names = [(name: String, about: String)]

    private var list: Route {
        Route(
            .get, "/v1/pools", .reader,
            RouteDocument("The pools by number, name and state.", answer: .ref("PoolList"))
        ) { call in
            try call.check()
            var list: [PoolList.Entry] = []
            for (index, source) in pools.enumerated() {
                let snapshot = try await source.snapshot()
                list.append(PoolList.Entry(number: index + 1, name: snapshot.name, state: snapshot.state))
            }
            return try .json(PoolList(pools: list))
        }
    }

    private func source(_ call: Call) throws -> any MonitorSource {
        guard let text = call.parameters["pool"] else { return pools[0] }
        guard let number = Int(text), pools.indices.contains(number - 1) else {
            throw TaskRefusal.notFound("there is no pool \(text.prefix(32)): /v1/pools lists those there are")
        }
        return pools[number - 1]
    }

    private func reading(_ start: String, _ names: Names) -> [Route] {
        [
            Route(
                .get, start, .reader,
                RouteDocument("The pool at this instant.", path: names, answer: .ref("PoolSnapshot"))
            ) { call in
                try call.check()
                return try .json(try await source(call).snapshot())
            },
            Route(
                .get, start + "/jobs", .reader,
                RouteDocument(
                    "A page of its jobs: running, queued, scheduled, then ended ones, newest first.",
                    path: names,
                    query: [
                        (
                            "state", .type("string"),
                            "Only these states, with commas: \(Self.states.joined(separator: ", "))."
                        ),
                        ("queue", .type("string"), "Only jobs of this durable queue."),
                        ("text", .type("string"), "Only jobs whose name, kind or ID contains this."),
                        ("offset", .type("integer"), "How many to skip."),
                        ("limit", .type("integer"), "How many to list, 1 to 500; 100 by default."),
                    ], answer: .ref("JobPage"))
            ) { call in
                try .json(try await source(call).jobs(try Self.query(of: call)))
            },
            Route(
                .get, start + "/jobs/{job}", .reader,
                RouteDocument(
                    "One job with all there is to know of it.",
                    path: names + [("job", "Its number, as 42 or #42.")],
                    answer: .ref("JobDetail"), errors: [404])
            ) { call in
                try call.check()
                let text = call.parameters["job"] ?? ""
                guard let number = UInt64(text.first == "#" ? text.dropFirst() : text[...]),
                    let detail = try await source(call).job(JobID(rawValue: number))
                else {
                    throw TaskRefusal.notFound("there is no job \(text.prefix(32)), or it is no longer kept")
                }
                return try .json(detail)
            },
            Route(
                .get, start + "/failures", .reader,
                RouteDocument(
                    "The failures that are still kept, newest first.", path: names,
                    query: [("limit", .type("integer"), "How many to list, 1 to 1000; 100 by default.")],
                    answer: .ref("FailureList"))
            ) { call in
                try call.check(query: "limit")
                let limit = try call.number("limit", in: 1...1_000, default: 100)
                return try .json(FailureList(failures: try await source(call).failures(limit: limit)))
            },
            Route(
                .get, start + "/events", .reader,
                RouteDocument(
                    "What happened, oldest first.", path: names,
                    query: [
                        ("after", .type("integer"), "Only events with greater numbers."),
                        ("limit", .type("integer"), "How many to list, 1 to 1000; 100 by default."),
                    ], answer: .ref("EventPage"))
            ) { call in
                try call.check(query: "after", "limit")
                let limit = try call.number("limit", in: 1...1_000, default: 100)
                return try .json(try await source(call).events(after: try call.count("after"), limit: limit))
            },
            Route(.get, start == "/v1/pool" ? "/v1/watch" : start + "/watch", .reader, watching(names)) {
                call in
                try call.check(query: "interval")
                let asked = try call.duration("interval", atMost: .seconds(60))
                let number = call.parameters["pool"].flatMap { Int($0) } ?? 1
                _ = try source(call)
                return Reply(watch: Watch(pool: number - 1, pace: WatchPace(atLeast: asked ?? .seconds(1))))
            },
        ]
    }

    private func watching(_ names: Names) -> RouteDocument {
        RouteDocument(
            "Its snapshots as server-sent events: one at once, then at an interval whenever it is not idle.",
            path: names,
            query: [("interval", .type("string"), "Time between two of them, 100ms to 60s; 1s by default.")],
            answer: .type("string"), type: "text/event-stream", errors: [429])
    }

    private static let states = JobState.allCases.map(\.rawValue)

    private static func query(of call: Call) throws -> JobQuery {
        try call.check(query: "state", "queue", "text", "offset", "limit")
        var query = JobQuery()
        for name in (call.query["state"] ?? "").split(separator: ",") {
            guard let state = JobState(rawValue: String(name)) else {
                throw FieldError(
                    "unknown state '\(name.prefix(32))': there are \(states.joined(separator: ", "))")
            }
            query.states.insert(state)
        }
        query.queue = call.query["queue"].map { String($0) }
        query.text = String((call.query["text"] ?? "").prefix(200))
        query.offset = try call.number("offset", in: 0...1_000_000_000, default: 0)
        query.limit = try call.number("limit", in: 1...JobQuery.maxLimit, default: 100)
        return query
    }

    private func steering(_ start: String, _ names: Names) -> [Route] {
        [
            Route(
                .patch, start, .operator,
                RouteDocument(
                    "Sets its number of workers, or has it size itself.", path: names, body: "PoolChange",
                    answer: .ref("Receipt"), errors: [400, 409])
            ) { call in
                try await settle(try call.read(PoolChange.self).command, call)
            },
            Route(
                .post, start + "/pause", .operator,
                RouteDocument(
                    "Pauses its intake or its dispatch, or freezes what runs.", path: names,
                    body: "PauseBody",
                    answer: .ref("Receipt"), errors: [400, 409])
            ) { call in
                try await settle(try call.read(PauseBody.self).what.pause, call)
            },
            Route(
                .post, start + "/resume", .operator,
                RouteDocument(
                    "Ends a pause.", path: names, body: "PauseBody", answer: .ref("Receipt"),
                    errors: [400, 409])
            ) { call in
                try await settle(try call.read(PauseBody.self).what.resume, call)
            },
            Route(
                .post, start + "/drain", .operator,
                RouteDocument(
                    "Takes no more jobs, finishes those there are, then stops.", path: names,
                    answer: .ref("Receipt"), errors: [409])
            ) { call in
                try await settle(.drain, call)
            },
            Route(
                .post, start + "/commands", .operator,
                RouteDocument(
                    "Any command; the receipt tells whether it was refused.", path: names, body: "Command",
                    answer: .ref("Receipt"), errors: [400])
            ) { call in
                try call.check()
                let command = try call.read(CommandBody.self).command
                return try .json(try await source(call).perform(command, by: call.operatorName))
            },
        ]
    }

    /// Carries a command out; a refusal is an error.
    private func settle(_ command: OperatorCommand, _ call: Call) async throws -> Reply {
        try call.check()
        let receipt = try await source(call).perform(command, by: call.operatorName)
        if receipt.phase == .refused { throw TaskRefusal.conflict(receipt.message) }
        return try .json(receipt)
    }
}
