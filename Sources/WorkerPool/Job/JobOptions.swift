public import Monitoring

/// What a job carries besides its body.
///
/// Copies share what they hold until one of them is changed: jobs submitted with the same options cost no memory for
/// them.
public struct JobOptions: Sendable, ExpressibleByStringLiteral {
    private var shared: Shared

    /// What lists and logs call it; `job-42` where empty.
    public var name: String {
        get { shared.name }
        set { own.name = newValue }
    }
    /// What sort of job it is: limits (``PoolConfiguration/limits``) and routes go by it, lists are filtered by it, and
    /// spans are named after it. Empty by default.
    public var kind: String {
        get { shared.kind }
        set { own.kind = newValue }
    }
    /// How urgent it is, −10 ... 10, brought into that range: higher comes first, 0 (the default) is ordinary.
    ///
    /// Jobs of one priority start in the order in which they were queued. Waiting makes up for priority: see
    /// ``PoolConfiguration/aging``.
    public var priority: Int {
        get { Int(shared.priority) }
        set { own.priority = JobOptions.bounded(newValue) }
    }
    /// How long after its submission it may start at the earliest; `nil` (the default) means at once.
    public var delay: Duration? {
        get { shared.delay }
        set { own.delay = newValue }
    }
    /// When it may start at the earliest, in seconds since 1970; where ``delay`` is given too, the later one counts.
    public var due: UnixTime? {
        get { shared.due }
        set { own.due = newValue }
    }
    /// How long after its submission it must have ended: waiting, delays and all attempts included.
    ///
    /// A job that waits then fails and never starts. One that runs is told to stop and, unless it ends well all the
    /// same, fails and is not tried again. `nil` (the default) means any time.
    public var deadline: Duration? {
        get { shared.deadline }
        set { own.deadline = newValue }
    }
    /// What no two live jobs of the pool share: it is free again once the job has ended. `nil` (the default) is shared
    /// by any number.
    public var key: String? {
        get { shared.key }
        set { own.key = newValue }
    }
    /// What a submit does whose key a live job has. The default is ``DuplicatePolicy/join``.
    public var duplicates: DuplicatePolicy {
        get { shared.duplicates }
        set { own.duplicates = newValue }
    }
    /// The longest an attempt may take before it is told to stop; `nil` (the default) means any time.
    ///
    /// Unless it ends well all the same, it has failed then, and is tried again where it has attempts left. The time
    /// stands still while the pool is frozen.
    public var timeout: Duration? {
        get { shared.timeout }
        set { own.timeout = newValue }
    }
    /// How often it is tried; `nil` (the default) means as the pool is configured.
    public var retry: RetryPolicy? {
        get { shared.retry }
        set { own.retry = newValue }
    }
    /// Labels for whoever looks at the job. Not interpreted.
    public var tags: [String: String] {
        get { shared.tags }
        set { own.tags = newValue }
    }
    /// Tells the details screen what the job was asked to do, has printed and used.
    public var observation: (any JobObservation)? {
        get { shared.observation }
        set { own.observation = newValue }
    }

    /// Options; everything has a default.
    public init(
        name: String = "", kind: String = "", priority: Int = 0, delay: Duration? = nil, due: UnixTime? = nil,
        deadline: Duration? = nil, key: String? = nil, duplicates: DuplicatePolicy = .join,
        timeout: Duration? = nil, retry: RetryPolicy? = nil, tags: [String: String] = [:],
        observation: (any JobObservation)? = nil
    ) {
        shared = Shared(
            observation: observation, tags: tags, name: name, retry: retry, due: due, delay: delay,
            deadline: deadline, timeout: timeout, duplicates: duplicates,
            priority: JobOptions.bounded(priority), key: key, kind: kind)
    }

    /// What is held, for this copy alone.
    private var own: Shared {
        mutating get {
            if !isKnownUniquelyReferenced(&shared) { shared = shared.copy }
            return shared
        }
    }

    /// Whether it does not stand in line at once.
    var startsLater: Bool { shared.delay != nil || shared.due != nil }

    /// Whether timers are to be set as soon as it is admitted.
    var isTimed: Bool { startsLater || shared.deadline != nil }

    /// What a job's record notes of them.
    @inline(__always)
    var traits: JobRecord.Traits {
        var traits: JobRecord.Traits = []
        if shared.timeout != nil { traits.insert(.timeout) }
        if shared.deadline != nil { traits.insert(.deadline) }
        if shared.key != nil { traits.insert(.keyed) }
        if startsLater { traits.insert(.delayed) }
        if shared.observation != nil || !shared.tags.isEmpty { traits.insert(.laden) }
        return traits
    }

    /// The priorities there are.
    public static let priorities = -10...10

    private static func bounded(_ priority: Int) -> Int8 {
        Int8(min(max(priority, priorities.lowerBound), priorities.upperBound))
    }

    /// Options with that name.
    public init(stringLiteral name: String) { self.init(name: name) }
}

/// What copies of ``JobOptions`` share. Changed only while there is but one.
///
/// What every job is asked for comes last: far from the count of references, which travels between processors.
private final class Shared: @unchecked Sendable {
    var observation: (any JobObservation)?
    var tags: [String: String]
    var name: String
    var retry: RetryPolicy?
    var due: UnixTime?
    var delay: Duration?
    var deadline: Duration?
    var timeout: Duration?
    var duplicates: DuplicatePolicy
    var priority: Int8
    var key: String?
    var kind: String

    init(
        observation: (any JobObservation)?, tags: [String: String], name: String, retry: RetryPolicy?,
        due: UnixTime?, delay: Duration?, deadline: Duration?, timeout: Duration?,
        duplicates: DuplicatePolicy, priority: Int8, key: String?, kind: String
    ) {
        self.observation = observation
        self.tags = tags
        self.name = name
        self.retry = retry
        self.due = due
        self.delay = delay
        self.deadline = deadline
        self.timeout = timeout
        self.duplicates = duplicates
        self.priority = priority
        self.key = key
        self.kind = kind
    }

    var copy: Shared {
        Shared(
            observation: observation, tags: tags, name: name, retry: retry, due: due, delay: delay,
            deadline: deadline, timeout: timeout, duplicates: duplicates, priority: priority, key: key,
            kind: kind)
    }
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

/// The work of a job that awaits nothing, which costs less than one that may.
public typealias PlainJobBody = @Sendable (JobContext) throws -> Void

/// A job to be submitted together with others.
public struct Job: Sendable {
    // Moved into the record of the job where it is admitted.
    var options: JobOptions?
    /// Who is told how the job ends.
    var completion: JobCompletion?
    var work: JobWork?

    /// A job without a name or any other option.
    public init(_ body: @escaping JobBody) { self.init(nil, nil, body) }

    /// A job.
    public init(_ options: JobOptions, _ body: @escaping JobBody) { self.init(options, nil, body) }

    /// A job without options whose work awaits nothing.
    public init(_ body: @escaping PlainJobBody) { self.init(nil, nil, .plain(body)) }

    /// A job whose work awaits nothing.
    public init(_ options: JobOptions, _ body: @escaping PlainJobBody) {
        self.init(options, nil, .plain(body))
    }

    @inline(__always)
    init(_ options: JobOptions?, _ completion: JobCompletion?, _ body: @escaping JobBody) {
        self.init(options, completion, .suspending(body))
    }

    @inline(__always)
    init(_ options: JobOptions?, _ completion: JobCompletion?, _ work: JobWork) {
        self.options = options
        self.completion = completion
        self.work = work
    }

    /// Whether timers are to be set as soon as it is admitted.
    @inline(__always)
    var isTimed: Bool { options?.isTimed ?? false }
}
