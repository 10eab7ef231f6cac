import Monitoring

/// The schemas of all that is sent, by name.
enum Schemas {
    static let all: [String: JSON] = [
        "Error": .record(["error": .type("string")]),
        "ServerInfo": read(
            ServerInfo(
                kind: "run", title: "run gzip", pid: 1, started: Samples.time, pools: ["gzip"], tasks: false,
                access: "operator")),
        "PoolList": read(PoolList(pools: [PoolList.Entry(number: 1, name: "gzip", state: .running)])),
        "PoolSnapshot": read(Samples.snapshot, least: PoolSnapshot()),
        "JobPage": .record([
            "jobs": .list(of: jobSummary), "total": .type("integer"), "isPartial": .type("boolean"),
        ]),
        "JobDetail": jobDetail,
        "FailureList": .record(["failures": .list(of: failure)]),
        "EventPage": .record(["events": .list(of: event), "skipped": .type("integer")]),
        "Receipt": read(Receipt(id: 1, phase: .done, message: "intake paused"), known: ["phase": phase]),
        "PoolChange": .record(["workers": ["oneOf": [workers, .choice(["auto"])]]]),
        "PauseBody": .record(["what": .choice(PauseBody.What.allCases.map(\.rawValue))]),
        "Command": .schema(
            [
                "command": .choice(CommandBody.Name.allCases.map(\.rawValue)), "workers": workers,
                "by": .type("integer"), "jobs": .list(of: .type("integer")), "worker": .type("integer"),
            ], required: ["command"]),
        "Variables": .record([
            "pid": .type("integer"), "started": .type("number"), "pools": .map(of: variables),
        ]),
        "TaskRequest": .schema(
            [
                "kind": .type("string"), "parameters": .map(of: scalar),
                "priority": ["type": "integer", "minimum": -100, "maximum": 100], "delay": duration,
                "at": .type("number"), "key": .type("string"), "timeout": duration,
            ], required: ["kind"]),
        "TaskStatus": task,
        "TaskPage": .record(["tasks": .list(of: .ref("TaskStatus")), "next": ["type": ["string", "null"]]]),
        "TaskQueueStatus": read(Samples.queue, least: TaskQueueStatus(name: "")),
        "QueueList": .record(["queues": .list(of: .ref("TaskQueueStatus"))]),
        "QueueChange": .schema(
            [
                "concurrency": ["type": ["integer", "null"], "minimum": 1],
                "rate": ["type": ["number", "null"]],
            ],
            required: []),
        "RetryAnswer": .record(["retried": .type("integer")]),
    ]

    private static let workers: JSON = [
        "type": "integer", "minimum": 0, "maximum": .number(Double(PoolBounds.mostWorkers)),
    ]
    private static let scalar: JSON = ["type": ["string", "number", "boolean"]]
    private static let duration: JSON = [
        "type": ["string", "number"], "examples": ["5s", "200ms", "2m", 5],
    ]
    private static let phase = JSON.choice(["requested", "signalled", "done", "refused"])
    private static let jobState = JSON.choice(JobState.allCases.map(\.rawValue))

    private static let jobSummary = read(
        Samples.job, least: JobSummary(id: JobID(rawValue: 1), name: "", state: .queued),
        known: ["state": jobState])

    private static let jobDetail: JSON = {
        let least = JobDetail(summary: JobSummary(id: JobID(rawValue: 1), name: "", state: .queued))
        let known: [String: JSON] = ["tags": .map(of: .type("string")), "summary": jobSummary]
        return read(Samples.detail, least: least, known: known)
    }()

    private static let failure = read(Samples.failure, known: ["outcome": .type("object")])

    private static let event = read(
        Samples.event,
        least: PoolEvent(id: 1, time: 0, kind: .note, message: ""), known: ["phase": phase])

    private static let task = read(
        Samples.task, least: TaskStatus(id: "", kind: ""),
        known: [
            "state": .choice(TaskStatus.State.allCases.map(\.rawValue)), "parameters": .map(of: scalar),
        ])

    private static let variables: JSON = {
        var variables = Variables(pid: 1, started: 0)
        variables.add(PoolSnapshot(), number: 1)
        return json(variables)["pools"]?.fields.values.first.map { JSON.schema(full: $0, least: $0) } ?? [:]
    }()

    /// The schema read off a value; what another one lacks is optional.
    private static func read<Value: Encodable>(
        _ full: Value, least: Value? = nil, known: [String: JSON] = [:]
    ) -> JSON {
        .schema(full: json(full), least: json(least ?? full), known: known)
    }

    /// A value in JSON; null where it cannot be written, which a test would notice.
    private static func json(_ value: some Encodable) -> JSON {
        (try? Wire.value(JSON.self, from: Wire.bytes(value))) ?? .null
    }
}
