import Control
import Monitoring
import Synchronization

/// Tasks that do what the test says.
final class FakeTasks: TaskService {
    struct State {
        var tasks: [String: TaskStatus] = [:]
        var requests: [TaskRequest] = []
        var retries: [(query: TaskQuery, rate: Double?)] = []
        var changes: [QueueChange] = []
        var queries: [TaskQuery] = []
        var refusal: TaskRefusal?
        var waiters: [AsyncStream<Never>.Continuation] = []
    }

    private let state = Locked(State())
    /// Tells when somebody waits for a task.
    let waits = AsyncStream<Void>.makeStream()

    init() {
        state.withLock { $0.tasks["a/b c"] = TaskStatus(id: "a/b c", kind: "echo", state: .running) }
    }

    var requests: [TaskRequest] { state.withLock { $0.requests } }
    var retries: [(query: TaskQuery, rate: Double?)] { state.withLock { $0.retries } }
    var changes: [QueueChange] { state.withLock { $0.changes } }
    var queries: [TaskQuery] { state.withLock { $0.queries } }

    func refuse(_ refusal: TaskRefusal?) { state.withLock { $0.refusal = refusal } }

    /// Ends a task, and the waits for it.
    func end(_ id: String) {
        let waiters = state.withLock { state in
            state.tasks[id]?.state = .success
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.finish() }
    }

    func submit(_ request: TaskRequest, by operator: String) async throws -> TaskStatus {
        try state.withLock { state in
            if let refusal = state.refusal { throw refusal }
            state.requests.append(request)
            guard request.kind == "echo" else { throw TaskRefusal.invalid("unknown kind '\(request.kind)'") }
            let task = TaskStatus(id: "task \(state.requests.count)", kind: request.kind)
            state.tasks[task.id] = task
            return task
        }
    }

    func task(_ id: String, wait: Duration) async throws -> TaskStatus? {
        guard let task = state.withLock({ $0.tasks[id] }) else { return nil }
        guard wait > .zero, !task.state.isFinal else { return task }
        let (stream, continuation) = AsyncStream<Never>.makeStream()
        state.withLock { $0.waiters.append(continuation) }
        waits.continuation.yield()
        for await _ in stream {}
        return state.withLock { $0.tasks[id] }
    }

    func tasks(_ query: TaskQuery) async throws -> TaskPage {
        state.withLock { state in
            state.queries.append(query)
            return TaskPage(tasks: Array(state.tasks.values.prefix(query.limit)), next: "cursor &=?")
        }
    }

    func cancel(_ id: String, by operator: String) async throws -> TaskStatus { try set(id, .cancelled) }

    func retry(_ id: String, by operator: String) async throws -> TaskStatus { try set(id, .pending) }

    func retryAll(_ query: TaskQuery, perSecond: Double?, by operator: String) async throws -> Int {
        state.withLock { $0.retries.append((query, perSecond)) }
        return 7
    }

    func forget(_ id: String, by operator: String) async throws {
        try state.withLock { state in
            guard let task = state.tasks[id] else { throw TaskRefusal.notFound("no task \(id)") }
            guard task.state.isFinal else { throw TaskRefusal.conflict("it has not ended") }
            state.tasks[id] = nil
        }
    }

    func queues() async throws -> [TaskQueueStatus] { [TaskQueueStatus(name: "echo")] }

    func change(_ queue: String, _ change: QueueChange, by operator: String) async throws -> TaskQueueStatus {
        guard queue == "echo" else { throw TaskRefusal.notFound("no queue \(queue)") }
        state.withLock { $0.changes.append(change) }
        return TaskQueueStatus(name: queue)
    }

    private func set(_ id: String, _ new: TaskStatus.State) throws -> TaskStatus {
        try state.withLock { state in
            guard var task = state.tasks[id] else { throw TaskRefusal.notFound("no task \(id)") }
            guard new == .pending || !task.state.isFinal else { throw TaskRefusal.conflict("it has ended") }
            task.state = new
            state.tasks[id] = task
            return task
        }
    }
}
