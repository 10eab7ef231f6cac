/// What the task routes of a control server are served by: a durable queue of tasks of named kinds.
///
/// Every function may be called by many requests at once, on the server's own thread: none may block it. A refusal
/// is thrown as ``TaskRefusal``, whose reason becomes the status of the answer; any other error is answered with 500
/// and logged.
public protocol TaskService: Sendable {
    /// Takes a task and answers at once, without waiting for its work.
    ///
    /// Where a live task has the same key, nothing new is made and that task is the answer.
    /// - Throws: ``TaskRefusal/invalid(_:)`` for an unknown kind and for missing or unknown parameters;
    ///   ``TaskRefusal/busy(_:retryAfter:)`` where the queue is full or takes nothing now.
    func submit(_ request: TaskRequest, by operator: String) async throws -> TaskStatus

    /// One task, or `nil` where there is none of that name (any more).
    ///
    /// - Parameters:
    ///   - id: its name, as the client wrote it.
    ///   - wait: how long to wait for it to end, before it is told as it is then; zero waits for nothing.
    ///     The task that waits is cancelled when the client goes away or the server closes; then tell it as it is.
    func task(_ id: String, wait: Duration) async throws -> TaskStatus?

    /// A page of tasks, newest first.
    func tasks(_ query: TaskQuery) async throws -> TaskPage

    /// Cancels a task that has not ended; answers how it stands then, which may still be running.
    ///
    /// - Throws: ``TaskRefusal/notFound(_:)``; ``TaskRefusal/conflict(_:)`` where it has ended.
    func cancel(_ id: String, by operator: String) async throws -> TaskStatus

    /// Has a failed, cancelled or dead task run anew.
    ///
    /// - Throws: ``TaskRefusal/notFound(_:)``; ``TaskRefusal/conflict(_:)`` where it is not over or ended well.
    func retry(_ id: String, by operator: String) async throws -> TaskStatus

    /// Has all tasks that match run anew, so many a second at most; answers how many that concerns.
    ///
    /// Only tasks that failed, were cancelled or are dead are concerned; the page of the query is ignored.
    func retryAll(_ query: TaskQuery, perSecond: Double?, by operator: String) async throws -> Int

    /// Forgets a task that has ended, with its result.
    ///
    /// - Throws: ``TaskRefusal/notFound(_:)``; ``TaskRefusal/conflict(_:)`` where it has not ended.
    func forget(_ id: String, by operator: String) async throws

    /// The queues, one for each kind, in their order.
    func queues() async throws -> [TaskQueueStatus]

    /// Changes a queue, for good; answers how it stands then.
    ///
    /// - Throws: ``TaskRefusal/notFound(_:)`` where there is no such queue.
    func change(_ queue: String, _ change: QueueChange, by operator: String) async throws -> TaskQueueStatus
}

/// Why a task service does not do what it was asked.
public struct TaskRefusal: Error, Equatable, CustomStringConvertible {
    /// What kind of refusal it is; decides the status of the answer.
    public enum Reason: Sendable, Equatable {
        /// The request makes no sense: 400.
        case invalid
        /// There is no such task or queue: 404.
        case notFound
        /// It does not fit how the task stands: 409.
        case conflict
        /// Not now: 429, with `Retry-After`.
        case busy
    }

    /// What kind of refusal it is.
    public var reason: Reason
    /// One line for the client: what is wrong and what to do.
    public var message: String
    /// When to try again, where that is known; whole seconds are told, at least one.
    public var retryAfter: Duration?

    /// The request makes no sense, and never will.
    public static func invalid(_ message: String) -> TaskRefusal {
        TaskRefusal(reason: .invalid, message: message)
    }

    /// There is no such thing.
    public static func notFound(_ message: String) -> TaskRefusal {
        TaskRefusal(reason: .notFound, message: message)
    }

    /// It does not fit how the task stands.
    public static func conflict(_ message: String) -> TaskRefusal {
        TaskRefusal(reason: .conflict, message: message)
    }

    /// Not now: the queue is full, or its intake is paused.
    public static func busy(_ message: String, retryAfter: Duration = .seconds(1)) -> TaskRefusal {
        TaskRefusal(reason: .busy, message: message, retryAfter: retryAfter)
    }

    /// The message.
    public var description: String { message }
}
