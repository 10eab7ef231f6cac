extension Pipeline {
    /// Starts a run that lives until it is over: see ``PipelineRun``.
    ///
    /// Each start gives a run of its own. Where the run is not to outlive a scope, use
    /// ``run(over:_:into:)-(SendableSequence<Input>,_,_)`` or ``withRun(_:_:)``.
    public func start(_ options: PipelineOptions = PipelineOptions()) -> PipelineRun<Input, Output> {
        PipelineRun(self, options)
    }

    /// Runs `body` with a run, then closes the source and waits for the end.
    ///
    /// Where `body` throws, or the task is cancelled, the run is cancelled. When this returns or throws, nothing of
    /// the run is left. `body` has to see to it that the outputs are read.
    ///
    /// - Throws: what `body` throws, or what has failed the run, whichever came first.
    public func withRun<Value>(
        _ options: PipelineOptions = PipelineOptions(),
        _ body: (PipelineRun<Input, Output>) async throws -> Value
    ) async throws -> Value {
        let run = start(options)
        return try await withTaskCancellationHandler {
            let value: Value
            do {
                value = try await body(run)
            } catch {
                run.fail(error)
                await run.waitUncancelled()
                try await run.wait()
                throw error
            }
            try await run.drain()
            return value
        } onCancel: {
            run.cancel()
        }
    }

    /// Sends every item of a sequence through the pipeline, and returns once all have left.
    ///
    /// The sequence is read no faster than the first stage takes items. Cancelling the task cancels the run.
    ///
    /// - Parameters:
    ///   - items: Read in a task of its own.
    ///   - options: Output buffer, grace, clock and so on; everything has a default.
    ///   - sink: Takes the outputs one after the other, in this task; the pipeline waits for it. Throws them away by
    ///     default. Not called where outputs are `Void`.
    /// - Returns: The final figures.
    /// - Throws: the first error of a stage that fails the pipeline, of the sequence or of the sink. Nothing of the
    ///   run is left then.
    @discardableResult
    public func run(
        over items: some Sequence<Input> & Sendable, _ options: PipelineOptions = PipelineOptions(),
        into sink: (Output) async throws -> Void = { _ in }
    ) async throws -> PipelineSnapshot {
        try await run(options, into: sink) { run in
            for item in items { try await run.send(item) }
        }
    }

    /// The same with a sequence whose items come in time, such as the lines of a file or requests.
    @discardableResult
    public func run<Items: AsyncSequence & Sendable>(
        over items: Items, _ options: PipelineOptions = PipelineOptions(),
        into sink: (Output) async throws -> Void = { _ in }
    ) async throws -> PipelineSnapshot where Items.Element == Input {
        try await run(options, into: sink) { run in
            for try await item in items { try await run.send(item) }
        }
    }

    /// Sends every item of a sequence through the pipeline and returns what comes out, in the order in which it does.
    ///
    /// Everything else is as with ``run(over:_:into:)-(SendableSequence<Input>,_,_)``.
    public func collect(
        _ items: some Sequence<Input> & Sendable, _ options: PipelineOptions = PipelineOptions()
    ) async throws -> [Output] {
        var outputs: [Output] = []
        try await run(over: items, options) { outputs.append($0) }
        return outputs
    }

    /// The same with a sequence whose items come in time.
    public func collect<Items: AsyncSequence & Sendable>(
        _ items: Items, _ options: PipelineOptions = PipelineOptions()
    ) async throws -> [Output] where Items.Element == Input {
        var outputs: [Output] = []
        try await run(over: items, options) { outputs.append($0) }
        return outputs
    }

    private func run(
        _ options: PipelineOptions, into sink: (Output) async throws -> Void,
        from feed: @escaping @Sendable (PipelineRun<Input, Output>) async throws -> Void
    ) async throws -> PipelineSnapshot {
        try await withRun(options) { run in
            try await withThrowingTaskGroup(of: PipelineError?.self) { group in
                group.addTask {
                    defer { run.finish() }
                    do {
                        try await feed(run)
                    } catch let error as PipelineError where error.code == .closed {
                        // Someone else closed the source: what went in is finished all the same.
                        return error
                    } catch {
                        run.fail(error)
                    }
                    return nil
                }
                do {
                    for try await output in run.output { try await sink(output) }
                } catch {
                    run.fail(error)
                    throw error
                }
                let snapshot = try await run.wait()
                if let refusal = try await group.next() ?? nil { throw refusal }
                return snapshot
            }
        }
    }
}
