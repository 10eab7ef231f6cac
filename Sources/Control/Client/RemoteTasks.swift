/// The tasks of a control server, as a task service of this process would offer them.
public struct RemoteTasks: TaskService {
    private let client: ControlClient

    /// The tasks of the server that a client talks to.
    public init(_ client: ControlClient) { self.client = client }

    /// Takes a task. Who asks is what the client's settings say, here and in what follows.
    public func submit(_ request: TaskRequest, by operator: String) async throws -> TaskStatus {
        try await client.send(.post, "/v1/tasks", body: request)
    }

    /// One task, once it has ended or the time is over; `nil` where there is none.
    public func task(_ id: String, wait: Duration) async throws -> TaskStatus? {
        let fields = wait > .zero ? [("wait", WireDuration(wait).text)] : []
        do throws(ControlError) {
            return try await client.get(
                path(id), fields, as: TaskStatus.self,
                timeout: wait > .zero ? min(wait, TaskRoutes.longestWait) + .seconds(10) : nil)
        } catch {
            guard error.kind == .notFound else { throw error }
            return nil
        }
    }

    /// A page of tasks.
    public func tasks(_ query: TaskQuery) async throws -> TaskPage {
        var fields = filters(query) + [("limit", "\(query.limit)")]
        if let after = query.after { fields.append(("after", after)) }
        return try await client.get("/v1/tasks", fields)
    }

    /// Cancels a task.
    public func cancel(_ id: String, by operator: String) async throws -> TaskStatus {
        try await client.send(.delete, path(id))
    }

    /// Has a task run anew.
    public func retry(_ id: String, by operator: String) async throws -> TaskStatus {
        try await client.send(.post, path(id) + "/retry")
    }

    /// Has many tasks run anew.
    public func retryAll(_ query: TaskQuery, perSecond: Double?, by operator: String) async throws -> Int {
        let fields = filters(query) + (perSecond.map { [("rate", "\($0)")] } ?? [])
        let answer: RetryAnswer = try await client.send(.post, "/v1/retry", fields)
        return answer.retried
    }

    /// Forgets a task.
    public func forget(_ id: String, by operator: String) async throws {
        let _: Nothing = try await client.send(.delete, path(id), [("forget", "true")])
    }

    /// The queues.
    public func queues() async throws -> [TaskQueueStatus] {
        let list: QueueList = try await client.get("/v1/queues")
        return list.queues
    }

    /// Changes a queue: its limits first, then whether it is paused.
    public func change(_ queue: String, _ change: QueueChange, by operator: String) async throws
        -> TaskQueueStatus
    {
        let start = "/v1/queues/\(PathEscaping.escape(queue))"
        var status: TaskQueueStatus?
        if change.concurrency != nil || change.rate != nil {
            status = try await client.send(.patch, start, body: change)
        }
        if let isPaused = change.isPaused {
            status = try await client.send(.post, start + (isPaused ? "/pause" : "/resume"))
        }
        if let status { return status }
        throw ControlError(.usage, "nothing to change about the queue \(queue)")
    }

    private func path(_ id: String) -> String { "/v1/tasks/\(PathEscaping.escape(id))" }

    private func filters(_ query: TaskQuery) -> [(String, String)] {
        var fields: [(String, String)] = []
        if let state = query.onlyDead ? "dead" : query.state?.rawValue { fields.append(("state", state)) }
        if let kind = query.kind { fields.append(("kind", kind)) }
        return fields
    }
}
