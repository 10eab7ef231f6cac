/// Typed stages, each a function with workers and a bounded buffer of its own, composed as a value.
///
/// A pipeline does nothing until it is started. It may be started any number of times; each run has pools, figures
/// and an end of its own.
///
/// ```swift
/// let thumbnails = Pipeline("thumbnails", of: URL.self)
///     .stage("fetch", workers: 8, retry: RetryPolicy(maxAttempts: 3)) { try await download($0) }
///     .stage("scale", workers: 2, onFailure: .skip) { try scale($0) }
///     .stage("store", workers: 1) { try await store($0) }
///
/// try await thumbnails.run(over: urls)
/// ```
///
/// What is promised of every run:
/// - An item is worked on by one stage after the other. A stage whose successor's buffer is full waits, and so does
///   the stage before it, up to the source: this is backpressure.
/// - Every item that enters a stage leaves it once, or is skipped or cancelled there and counted as such. Only an
///   item that is tried again (``RetryPolicy``) meets the same function twice, and never because the next stage had
///   no room.
/// - Items overtake one another wherever a stage has more than one worker, unless it keeps their order
///   (``StageOrder/kept(window:)``).
/// - When the source is closed, every stage finishes what it has, the first one first.
/// - The first error of a stage that fails the pipeline (``StageFailure/fail``, the default), or a cancel, stops all
///   stages in both directions: nothing is taken in any more, what waits is cancelled, what runs is told to stop. That
///   error is what the run throws.
/// - After the end of a run no task, timer or item of it is left.
public struct Pipeline<Input: Sendable, Output: Sendable>: Sendable {
    /// What screens and logs call it.
    public let name: String
    let stages: [any StageBlueprint]

    init(name: String, stages: [any StageBlueprint]) {
        self.name = name
        self.stages = stages
    }

    /// The names of its stages, from the source on.
    public var stageNames: [String] { stages.map(\.name) }
}

extension Pipeline where Input == Output {
    /// A pipeline without stages: what goes in comes out.
    public init(_ name: String, of type: Input.Type) { self.init(name: name, stages: []) }
}

extension Pipeline {
    /// Adds a stage.
    ///
    /// - Parameters:
    ///   - name: What screens, logs and ``replacing(_:with:)-(_,(Item)->Result)`` call it; a name that is taken gets a number
    ///     added, such as `parse-2`.
    ///   - workers: How many items it works on at once at first, brought into 0 ... 100,000; 0 means none until its
    ///     pool is resized.
    ///   - buffer: How many items may wait for a worker, brought to at least 1. The default is 100.
    ///   - onFailure: What becomes of an item whose attempts are used up, and of the pipeline. The default is
    ///     ``StageFailure/fail``.
    ///   - retry: How often an item is tried. The default is once.
    ///   - order: Whether items leave in the order in which they came. The default is ``StageOrder/free``.
    ///   - describe: Name, kind, priority, timeout and so on of an item; what there is of a key is not used. `nil`
    ///     (the default) costs an item less.
    ///   - configure: Changes anything else about the stage's pool: executor, limits, rate, overflow, adaptive size.
    ///     Its name is the stage's.
    ///   - work: The function. May be called by all workers at once. Is told to stop by the cancellation of its task.
    public func stage<Next: Sendable>(
        _ name: String, workers: Int, buffer: Int = 100, onFailure: StageFailure = .fail,
        retry: RetryPolicy = .none, order: StageOrder = .free,
        describe: (@Sendable (Output) -> JobOptions)? = nil,
        configure: (inout PoolConfiguration) -> Void = { _ in },
        _ work: @escaping @Sendable (Output) async throws -> Next
    ) -> Pipeline<Input, Next> {
        var pool = PoolConfiguration(workers: workers, capacity: buffer, retry: retry)
        configure(&pool)
        return adding(name, pool, onFailure, order, describe, .suspending(work))
    }

    /// Adds a stage whose function awaits nothing.
    ///
    /// Everything else is as with the form whose function may await. Where it computes for long or blocks, give the
    /// stage threads of its own: ``WorkerExecutor/dedicatedThreads``.
    public func stage<Next: Sendable>(
        _ name: String, workers: Int, buffer: Int = 100, onFailure: StageFailure = .fail,
        retry: RetryPolicy = .none, order: StageOrder = .free,
        describe: (@Sendable (Output) -> JobOptions)? = nil,
        configure: (inout PoolConfiguration) -> Void = { _ in },
        _ work: @escaping @Sendable (Output) throws -> Next
    ) -> Pipeline<Input, Next> {
        var pool = PoolConfiguration(workers: workers, capacity: buffer, retry: retry)
        configure(&pool)
        return adding(name, pool, onFailure, order, describe, .plain(work))
    }

    /// Adds a stage whose function gets the context of the attempt: its number, worker, logger and progress.
    ///
    /// Everything else is as with the form whose function takes the item alone.
    public func stage<Next: Sendable>(
        _ name: String, workers: Int, buffer: Int = 100, onFailure: StageFailure = .fail,
        retry: RetryPolicy = .none, order: StageOrder = .free,
        describe: (@Sendable (Output) -> JobOptions)? = nil,
        configure: (inout PoolConfiguration) -> Void = { _ in },
        _ work: @escaping @Sendable (Output, JobContext) async throws -> Next
    ) -> Pipeline<Input, Next> {
        var pool = PoolConfiguration(workers: workers, capacity: buffer, retry: retry)
        configure(&pool)
        return adding(name, pool, onFailure, order, describe, .contextual(work))
    }

    private func adding<Next: Sendable>(
        _ name: String, _ pool: PoolConfiguration, _ onFailure: StageFailure, _ order: StageOrder,
        _ describe: (@Sendable (Output) -> JobOptions)?, _ work: StageWork<Output, Next>
    ) -> Pipeline<Input, Next> {
        var pool = pool
        // Not where it is right already: to set it would make a size fixed that is adaptive.
        if !(0...PoolConfiguration.workerLimit).contains(pool.workers) {
            pool.workers = min(max(pool.workers, 0), PoolConfiguration.workerLimit)
        }
        pool.capacity = pool.capacity.map { max($0, 1) }
        let settings = StageSettings(pool: pool, onFailure: onFailure, order: order)
        let stage = TypedBlueprint(name: name, settings: settings, describe: describe, work: work)
        return Pipeline<Input, Next>(name: self.name, stages: named([stage]))
    }

    /// A pipeline that goes on with the stages of another one.
    ///
    /// It keeps its own name; stages whose names are taken get a number added.
    public func appending<Next: Sendable>(_ other: Pipeline<Output, Next>) -> Pipeline<Input, Next> {
        Pipeline<Input, Next>(name: name, stages: named(other.stages))
    }

    /// The stages, and more of them under names that are not taken.
    private func named(_ more: [any StageBlueprint]) -> [any StageBlueprint] {
        var all = stages
        var taken = Set(stageNames)
        for var stage in more {
            var name = stage.name
            var number = 2
            while !taken.insert(name).inserted {
                name = "\(stage.name)-\(number)"
                number += 1
            }
            stage.name = name
            all.append(stage)
        }
        return all
    }
}
