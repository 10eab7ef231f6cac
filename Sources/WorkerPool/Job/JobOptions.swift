public import Monitoring

/// What a job carries besides its body.
public struct JobOptions: Sendable, ExpressibleByStringLiteral {
    /// What lists and logs call it; `job-42` where empty.
    public var name: String
    /// What sort of job it is: limits (``PoolConfiguration/limits``) and routes go by it, lists are filtered by it, and
    /// spans are named after it. Empty by default.
    public var kind: String
    /// How urgent it is, −10 ... 10, brought into that range: higher comes first, 0 (the default) is ordinary.
    ///
    /// Jobs of one priority start in the order in which they were queued. Waiting makes up for priority: see
    /// ``PoolConfiguration/aging``.
    public var priority: Int
    /// How long after its submission it may start at the earliest; `nil` (the default) means at once.
    public var delay: Duration?
    /// When it may start at the earliest, in seconds since 1970; where ``delay`` is given too, the later one counts.
    public var due: UnixTime?
    /// How long after its submission it must have ended: waiting, delays and all attempts included.
    ///
    /// A job that waits then fails and never starts. One that runs is told to stop and, unless it ends well all the
    /// same, fails and is not tried again. `nil` (the default) means any time.
    public var deadline: Duration?
    /// What no two live jobs of the pool share: it is free again once the job has ended. `nil` (the default) is shared
    /// by any number.
    public var key: String?
    /// What a submit does whose key a live job has. The default is ``DuplicatePolicy/join``.
    public var duplicates: DuplicatePolicy
    /// The longest an attempt may take before it is told to stop; `nil` (the default) means any time.
    ///
    /// Unless it ends well all the same, it has failed then, and is tried again where it has attempts left. The time
    /// stands still while the pool is frozen.
    public var timeout: Duration?
    /// How often it is tried; `nil` (the default) means as the pool is configured.
    public var retry: RetryPolicy?
    /// Labels for whoever looks at the job. Not interpreted.
    public var tags: [String: String]
    /// Tells the details screen what the job was asked to do, has printed and used.
    public var observation: (any JobObservation)?

    /// Options; everything has a default.
    public init(
        name: String = "", kind: String = "", priority: Int = 0, delay: Duration? = nil, due: UnixTime? = nil,
        deadline: Duration? = nil, key: String? = nil, duplicates: DuplicatePolicy = .join,
        timeout: Duration? = nil, retry: RetryPolicy? = nil, tags: [String: String] = [:],
        observation: (any JobObservation)? = nil
    ) {
        self.name = name
        self.kind = kind
        self.priority = min(max(priority, JobOptions.priorities.lowerBound), JobOptions.priorities.upperBound)
        self.delay = delay
        self.due = due
        self.deadline = deadline
        self.key = key
        self.duplicates = duplicates
        self.timeout = timeout
        self.retry = retry
        self.tags = tags
        self.observation = observation
    }

    /// Whether it does not stand in line at once.
    var startsLater: Bool { delay != nil || due != nil }

    /// Whether timers are to be set as soon as it is admitted.
    var isTimed: Bool { startsLater || deadline != nil }

    /// The priorities there are.
    public static let priorities = -10...10

    /// Options with that name.
    public init(stringLiteral name: String) { self.init(name: name) }
}

/// What can be seen of a job from outside while it runs and after it ended.
///
/// Asked from any thread whenever someone looks at the job, never otherwise;
/// must answer at once.
public protocol JobObservation: Sendable {
    /// What the job was told to do: a command line or a payload.
    var payload: String? { get }
    /// The tail of what it has printed.
    var output: JobOutput? { get }
    /// What its processes have used.
    var usage: ResourceUsage? { get }
}

extension JobObservation {
    /// Nothing to tell.
    public var payload: String? { nil }
    /// Prints nothing.
    public var output: JobOutput? { nil }
    /// Not measured.
    public var usage: ResourceUsage? { nil }
}

/// The work of a job.
///
/// It may run again after a failure, so it must tolerate repetition where it
/// has retries. It is told to stop by the cancellation of its task.
public typealias JobBody = @Sendable (JobContext) async throws -> Void

/// A job to be submitted together with others.
public struct Job: Sendable {
    let extras: JobExtras?
    let body: JobBody

    /// A job without a name or any other option.
    public init(_ body: @escaping JobBody) {
        extras = nil
        self.body = body
    }

    /// A job.
    public init(_ options: JobOptions, _ body: @escaping JobBody) {
        self.init(extras: JobExtras(options: options), body)
    }

    init(extras: JobExtras?, _ body: @escaping JobBody) {
        self.extras = extras
        self.body = body
    }

    /// Whether timers are to be set as soon as it is admitted.
    @inline(__always)
    var isTimed: Bool { extras?.options.isTimed ?? false }
}
