public import Monitoring

/// A task as it stands.
public struct TaskStatus: Codable, Sendable, Equatable, Identifiable {
    /// Where a task is in its life, in the words of the API.
    public enum State: String, Codable, Sendable, CaseIterable {
        /// Waits for its time or for a worker.
        case pending
        /// In a worker's hands.
        case running
        /// Ended well.
        case success
        /// Its last attempt failed, or it was given up.
        case failed
        /// Cancelled, waiting or running.
        case cancelled

        /// Whether it will not run again by itself.
        public var isFinal: Bool { self != .pending && self != .running }
    }

    /// Its name, for as long as it is kept.
    public var id: String
    /// Where it is in its life.
    public var state: State
    /// Whether it was given up and is kept for an operator; its state is ``State/failed`` then.
    public var dead = false
    /// What it does.
    public var kind: String
    /// With what.
    public var parameters: [String: ParameterValue] = [:]
    /// How urgent it is.
    public var priority = 0
    /// What no two live tasks share.
    public var key: String?
    /// Attempts that have begun.
    public var attempts = 0
    /// How many attempts it may have.
    public var maxAttempts = 1
    /// When it was taken.
    public var submitted: UnixTime = 0
    /// When it is or was due, where that is not at once.
    public var due: UnixTime?
    /// When its last attempt began.
    public var started: UnixTime?
    /// When it ended.
    public var ended: UnixTime?
    /// Until when it is kept, once it has ended.
    public var expires: UnixTime?
    /// What came of its last attempt.
    public var result: TaskResult?
    /// Why its last attempt failed, in one line.
    public var error: String?

    /// A task.
    public init(id: String, kind: String, state: State = .pending) {
        self.id = id
        self.kind = kind
        self.state = state
    }
}

/// What came of an attempt.
public struct TaskResult: Codable, Sendable, Equatable {
    /// The exit status of a command that ended by itself.
    public var exit: Int?
    /// The signal that ended it, such as `SIGKILL`.
    public var signal: String?
    /// The status of the answer to an HTTP call.
    public var status: Int?
    /// What it printed, or the body of the answer; bounded, the end of it.
    public var stdout = ""
    /// What it printed to standard error; bounded, the end of it.
    public var stderr = ""
    /// Whether more was printed than is kept.
    public var truncated = false

    /// Nothing yet.
    public init() {}
}

/// Which tasks to list.
public struct TaskQuery: Sendable, Equatable {
    /// The longest page.
    public static let maxLimit = 500

    /// Only tasks in this state; `nil` means all.
    public var state: TaskStatus.State?
    /// Only those given up; then ``state`` is `nil`.
    public var onlyDead = false
    /// Only tasks of this kind; `nil` means all.
    public var kind: String?
    /// How many to list, 1 ... 500.
    public var limit = 100
    /// What the page before gave as ``TaskPage/next``.
    public var after: String?

    /// All tasks, the first hundred.
    public init() {}
}

/// One page of tasks.
public struct TaskPage: Codable, Sendable, Equatable {
    /// The tasks, newest first.
    public var tasks: [TaskStatus]
    /// What ``TaskQuery/after`` takes for the next page; `nil` on the last one.
    public var next: String?

    /// A page.
    public init(tasks: [TaskStatus], next: String? = nil) {
        self.tasks = tasks
        self.next = next
    }

    private enum CodingKeys: CodingKey { case tasks, next }

    /// Writes both fields, `next` as null on the last page.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(tasks, forKey: .tasks)
        try fields.encode(next, forKey: .next)
    }
}
