import Monitoring
import Synchronization

/// A pipeline at work.
///
/// Lives until all it has taken in has left after ``finish()``, a stage has failed it, or it was cancelled. May be
/// used from any task and thread.
public final class PipelineRun<Input: Sendable, Output: Sendable>: Sendable {
    /// The pipeline's name.
    public let name: String
    /// The pool of each stage, from the source on: to be watched, resized, paused, and its items cancelled.
    ///
    /// The pipeline alone submits to them and ends them.
    public let stages: [Pool]
    /// What comes out. Has to be read, or the pipeline stops when its buffers are full. Nothing where it is `Void`.
    public let output: PipelineOutput<Output>

    private let source: any Inlet<Input>
    let control: RunControl

    init(_ pipeline: Pipeline<Input, Output>, _ options: PipelineOptions) {
        let control = RunControl()
        let outlet = Output.self == Void.self ? nil : Outlet<Output>(capacity: options.outputBuffer)
        var next: any Sendable = outlet ?? (Sink<Output>() as any Sendable)
        var stages: [any RunningStage] = []
        for (position, blueprint) in pipeline.stages.enumerated().reversed() {
            let place = StagePlace(
                pipeline: pipeline.name, position: position, count: pipeline.stages.count, control: control,
                options: options)
            let stage = blueprint.assemble(place, before: next)
            stages.insert(stage, at: 0)
            next = stage
        }
        guard let source = next as? any Inlet<Input> else {
            preconditionFailure("stages are only ever composed where their types fit")
        }
        name = pipeline.name
        self.stages = stages.map(\.pool)
        output = PipelineOutput(outlet: outlet)
        self.source = source
        self.control = control
        let running = stages
        // Ends with the run.
        Task.detached {
            await PipelineRun.supervise(running, outlet, control, grace: options.grace)
        }
    }

    // MARK: The source

    /// Hands an item in, waiting while the first stage has no room.
    ///
    /// - Throws: what has failed the run; `CancellationError` where the run or this task was cancelled;
    ///   ``PipelineError/Code/closed`` after ``finish()``. In all cases the item is not in the pipeline.
    public func send(_ item: Input) async throws {
        guard control.isOpen.load(ordering: .acquiring) else { throw refusal }
        do {
            if try source.offer(item) { return }
            try await source.push(item)
        } catch let error as PoolError where error.code == .closed {
            // The first stage may have been drained by an operator: that closes the source, too.
            finish()
            throw refusal
        }
    }

    /// Closes the source: what is there is finished, stage by stage, and then the run is over.
    ///
    /// Sends that wait are refused. Called again it does nothing.
    public func finish() { control.finish() }

    private var refusal: any Error { control.failure ?? PipelineError.closed }

    // MARK: The end

    /// Ends the run at once: nothing is taken in any more, what waits is cancelled, what runs is told to stop.
    ///
    /// Returns at once; ``wait()`` returns when nothing is left, throwing `CancellationError`.
    public func cancel() { control.abort(CancellationError()) }

    /// Ends the run at once as failed.
    func fail(_ error: any Error) { control.abort(error) }

    /// Closes the source and returns once all items have left.
    ///
    /// Cancelling the waiting task cancels the run; it still returns only once nothing is left.
    ///
    /// - Returns: The final figures.
    /// - Throws: what has failed the run.
    @discardableResult
    public func drain() async throws -> PipelineSnapshot {
        finish()
        return try await settle()
    }

    /// Returns once the run is over, without closing the source.
    ///
    /// Cancelling the waiting task ends the wait with `CancellationError`, not the run.
    ///
    /// - Returns: The final figures.
    /// - Throws: what has failed the run.
    @discardableResult
    public func wait() async throws -> PipelineSnapshot {
        guard await control.waitUntilEnded() else { throw CancellationError() }
        if let failure = control.failure { throw failure }
        return snapshot()
    }

    /// Waits for the end, which it hastens where the waiting task is cancelled.
    private func settle() async throws -> PipelineSnapshot {
        if await !control.waitUntilEnded() {
            cancel()
            // Ends with the run, which is being cancelled.
            _ = await Task.detached { [control] in await control.waitUntilEnded() }.value
        }
        if let failure = control.failure { throw failure }
        return snapshot()
    }

    /// Returns once nothing of the run is left, whatever becomes of the waiting task.
    func waitUncancelled() async {
        // Ends with the run.
        _ = await Task.detached { [control] in await control.waitUntilEnded() }.value
    }

    private static func supervise(
        _ stages: [any RunningStage], _ outlet: Outlet<Output>?, _ control: RunControl, grace: Duration
    ) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                guard await control.waitUntilAborted() else { return }
                await shutDown(stages, outlet, grace: grace)
            }
            await control.waitUntilClosed()
            for stage in stages { await stage.drain() }
            control.drained()
        }
        outlet?.end(control.failure)
        control.ended()
    }

    /// Ends all stages at once.
    ///
    /// The jobs of each have been told to stop before the next one is closed, so that an item that finds it closed
    /// counts as cancelled.
    private static func shutDown(_ stages: [any RunningStage], _ outlet: Outlet<Output>?, grace: Duration)
        async
    {
        let ends = stages.map { stage in
            // Runs up to the point where it waits for its jobs; all ends are waited for below.
            Task.immediate { await stage.shutDown(grace: grace) }
        }
        outlet?.close()
        for end in ends { await end.value }
    }

    // MARK: Looking

    /// The pool of the stage of that name.
    public func stage(_ name: String) -> Pool? { stages.first { $0.configuration.name == name } }

    /// All stages, nearly at one instant. Costs O(workers).
    public func snapshot() -> PipelineSnapshot {
        let failure = control.failure
        let state: PoolState =
            switch control.phase {
            case .running: .running
            case .draining: .draining
            case .ended: .stopped
            }
        return PipelineSnapshot(
            name: name, state: state, failure: failure.map { FailureText($0).message },
            stages: stages.map { $0.snapshot() })
    }
}
