extension Pipeline {
    /// The same pipeline with another function in one stage, such as a test double.
    ///
    /// Workers, buffer, policies and all else about the stage stay.
    ///
    /// ```swift
    /// let offline = try thumbnails.replacing("fetch") { (url: URL) in testImage }
    /// ```
    ///
    /// - Throws: ``PipelineError`` where there is no such stage, or it takes or gives another type.
    public func replacing<Item: Sendable, Result: Sendable>(
        _ stage: String, with work: @escaping @Sendable (Item) async throws -> Result
    ) throws(PipelineError) -> Pipeline {
        try replacing(stage, with: .suspending(work))
    }

    /// The same with a function that gets the context of the attempt.
    public func replacing<Item: Sendable, Result: Sendable>(
        _ stage: String, with work: @escaping @Sendable (Item, JobContext) async throws -> Result
    ) throws(PipelineError) -> Pipeline {
        try replacing(stage, with: .contextual(work))
    }

    private func replacing<Item: Sendable, Result: Sendable>(
        _ stage: String, with work: StageWork<Item, Result>
    ) throws(PipelineError) -> Pipeline {
        guard let place = stages.firstIndex(where: { $0.name == stage }) else {
            let known = stageNames.joined(separator: ", ")
            throw PipelineError(
                .unknownStage,
                "the pipeline \(name) has no stage '\(stage)'; it has \(known.isEmpty ? "none" : known)")
        }
        guard let typed = stages[place] as? TypedBlueprint<Item, Result> else {
            let types = stages[place].types
            throw PipelineError(
                .wrongType,
                "the stage '\(stage)' makes \(types.result) of \(types.item); the function given for it makes \(Result.self) of \(Item.self)"
            )
        }
        var changed = stages
        changed[place] = TypedBlueprint(
            name: typed.name, settings: typed.settings, describe: typed.describe, work: work)
        return Pipeline(name: name, stages: changed)
    }
}
