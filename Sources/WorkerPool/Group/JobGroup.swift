import Monitoring
import Synchronization

/// Named jobs that belong together and may depend on one another: a graph, run on a pool.
///
/// A job goes to the pool when all jobs it depends on have succeeded and the group's limit has room for it, and not
/// before: what waits holds no worker. Its body gets the results of its dependencies.
///
/// ```swift
/// let build = JobGroup("build", limit: 4)
/// let objects = try sources.map { source in
///     try build.add("compile \(source)") { try await compile(source) }
/// }
/// let program = try build.add("link", after: objects) { objects in try await link(objects) }
/// let results = try await build.run(on: pool)
/// print(try results[program].path)
/// ```
///
/// A group can be run any number of times, one after the other; each run does everything anew.
public final class JobGroup: Sendable {
    struct Declared: Sendable {
        let options: JobOptions
        let body: @Sendable (JobContext, StepValues) async throws -> any Sendable
    }

    struct State {
        var graph = GroupGraph()
        var jobs: [Declared] = []
        /// The run under way.
        var run: GroupRun?
        /// How far the last run came.
        var progress: GroupProgress?
    }

    /// What logs and errors call it.
    public let name: String
    /// How many of its jobs may be in the pool at once, from 1; `nil` means any number.
    public let limit: Int?
    /// What it does when a job does not succeed.
    public let errors: GroupErrors

    let identity = GroupIdentity()
    let state = Locked(State())

    /// A group without jobs.
    ///
    /// - Parameters:
    ///   - name: What logs and errors call it, and the value of the tag `group` of its jobs. The default is `group`.
    ///   - limit: How many of its jobs may be in the pool at once, those included that wait for their next attempt;
    ///     brought to at least 1. `nil` (the default) means any number.
    ///   - errors: What it does when a job does not succeed. The default is ``GroupErrors/firstWins``.
    public init(_ name: String = "group", limit: Int? = nil, errors: GroupErrors = .firstWins) {
        self.name = name
        self.limit = limit.map { max($0, 1) }
        self.errors = errors
    }

    /// How far the run under way is, or how far the last one came. Before the first run all jobs wait.
    public var progress: GroupProgress {
        let (run, last, count) = state.withLock { ($0.run, $0.progress, $0.jobs.count) }
        if let run { return run.progress }
        return last ?? GroupProgress(waiting: count)
    }

    // MARK: Jobs

    // Bodies that take a pack are `@concurrent`, which a worker is anyhow: Swift 6.3 crashes on closures that are
    // nonsending and take a pack.

    /// Adds a job that gets the results of those it depends on.
    ///
    /// - Parameters:
    ///   - options: Its name, which no other job of the group has, its kind, priority, retries and so on. Of jobs
    ///     that could go to the pool the one of highest priority does, and of these the one that was added first. A
    ///     job with the key of a live job of the pool is refused, whatever its ``JobOptions/duplicates``.
    ///   - dependencies: Jobs of this group that must have succeeded before: steps, or arrays of them.
    ///   - body: The work. It may run again after a failure where the job has retries.
    /// - Returns: The key to its result.
    /// - Throws: ``GroupError`` where the name is taken or empty, a dependency is not of this group, or the group is
    ///   running; the group is as before.
    @discardableResult
    public func add<each Need: JobDependency, Value: Sendable>(
        _ options: JobOptions, after dependencies: repeat each Need,
        run body: @escaping @Sendable @concurrent (repeat (each Need).Value) async throws -> Value
    ) throws(GroupError) -> Step<Value> {
        try declare(options, after: indices(repeat each dependencies, for: options.name)) { _, values in
            try await body(repeat (each dependencies).value(of: values))
        }
    }

    /// Adds a job that gets its context and the results of those it depends on.
    ///
    /// Everything else is as with the form without a context.
    @discardableResult
    public func add<each Need: JobDependency, Value: Sendable>(
        _ options: JobOptions, after dependencies: repeat each Need,
        run body: @escaping @Sendable @concurrent (JobContext, repeat (each Need).Value) async throws -> Value
    ) throws(GroupError) -> Step<Value> {
        try declare(options, after: indices(repeat each dependencies, for: options.name)) { context, values in
            try await body(context, repeat (each dependencies).value(of: values))
        }
    }

    /// Adds a job that waits for others, named, and wants nothing of their results.
    ///
    /// - Throws: ``GroupError``, also where there is no job of such a name: to name jobs before they are there, add
    ///   them all first and then ``order(_:after:)`` them.
    @discardableResult
    public func add<Value: Sendable>(
        _ options: JobOptions, after names: [String],
        run body: @escaping @Sendable (JobContext) async throws -> Value
    ) throws(GroupError) -> Step<Value> {
        try declare(options, after: [], named: names) { context, _ in try await body(context) }
    }

    /// Has one job wait for another, both of them in the group already.
    ///
    /// - Throws: ``GroupError``: where they would then wait for one another, its message shows the circle
    ///   (`a → b → a`: a waits for b, which waits for a).
    public func order(_ job: String, after needed: String) throws(GroupError) {
        try state.withLock { state throws(GroupError) in
            guard state.run == nil else { throw GroupError.running }
            try state.graph.order(state.graph.place(of: job), after: state.graph.place(of: needed))
        }
    }

    private func declare<Value: Sendable>(
        _ options: JobOptions, after needed: [Int], named: [String] = [],
        _ body: @escaping @Sendable (JobContext, StepValues) async throws -> any Sendable
    ) throws(GroupError) -> Step<Value> {
        let declared = Declared(options: adapted(options), body: body)
        let index = try state.withLock { state throws(GroupError) in
            guard state.run == nil else { throw GroupError.running }
            var needed = needed
            for name in named { needed.append(try state.graph.place(of: name, forNew: options.name)) }
            let index = try state.graph.add(options.name, after: needed)
            state.jobs.append(declared)
            state.progress = nil
            return index
        }
        return Step(reference: StepReference(name: options.name, index: index, group: identity))
    }

    /// The options as they go to the pool.
    private func adapted(_ options: JobOptions) -> JobOptions {
        var options = options
        options.tags["group"] = options.tags["group"] ?? name
        // The result of a job of someone else would not be of the type that is promised.
        options.duplicates = .refuse
        return options
    }

    private func indices<each Need: JobDependency>(
        _ dependencies: repeat each Need, for job: String
    ) throws(GroupError) -> [Int] {
        var steps: [StepReference] = []
        for dependency in repeat each dependencies { steps += dependency.steps }
        for step in steps where step.group !== identity {
            throw GroupError(
                .unknownJob, "'\(job)' waits for '\(step.name)', which is a job of another group")
        }
        return steps.map(\.index)
    }
}

/// A name may be put together in place: `try group.add("compile \(file)") { … }`.
extension JobOptions: ExpressibleByStringInterpolation {}
