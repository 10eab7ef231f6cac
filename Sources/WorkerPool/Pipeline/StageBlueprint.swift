/// A stage as part of a pipeline's value, whatever its types.
protocol StageBlueprint: Sendable {
    var name: String { get set }
    /// For messages to a person.
    var types: (item: String, result: String) { get }
    /// Makes the stage of one run. `next` is what takes its results: an inlet of their type.
    func assemble(_ place: StagePlace, before next: any Sendable) -> any RunningStage
}

/// What a stage is in its run.
struct StagePlace {
    let pipeline: String
    let position: Int
    let count: Int
    let control: RunControl
    let options: PipelineOptions
}

/// A stage with its types.
struct TypedBlueprint<Item: Sendable, Result: Sendable>: StageBlueprint {
    var name: String
    var settings: StageSettings
    var describe: (@Sendable (Item) -> JobOptions)?
    var work: StageWork<Item, Result>

    var types: (item: String, result: String) { ("\(Item.self)", "\(Result.self)") }

    func assemble(_ place: StagePlace, before next: any Sendable) -> any RunningStage {
        guard let next = next as? any Inlet<Result> else {
            preconditionFailure("stages are only ever composed where their types fit")
        }
        return Stage(self, place, next: next)
    }
}

/// The function of a stage. Apart by what they need, as each call that may suspend costs as much as a short job.
enum StageWork<Item: Sendable, Result: Sendable>: Sendable {
    case plain(@Sendable (Item) throws -> Result)
    case suspending(@Sendable (Item) async throws -> Result)
    case contextual(@Sendable (Item, JobContext) async throws -> Result)
}
