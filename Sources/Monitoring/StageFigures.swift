/// What a pool does as a stage of a pipeline.
///
/// The stage's buffer is the pool's queue. The three shares add up to 1 where
/// the stage has workers.
public struct StageFigures: Codable, Sendable, Equatable {
    /// The pipeline it belongs to.
    public var pipeline: String
    /// Its place, from 0 at the source.
    public var position: Int
    /// How many stages the pipeline has.
    public var count: Int
    /// Whether items leave in the order in which they came.
    public var keepsOrder = false
    /// What a failed item does, after its retries: `skip` or `fail`.
    public var onFailure = "skip"
    /// Share of the workers' recent time (about 10 s) spent waiting for input, 0 ... 1.
    public var waiting: Double = 0
    /// Share spent working, 0 ... 1.
    public var working: Double = 0
    /// Share spent waiting for room in the next stage, 0 ... 1.
    public var blocked: Double = 0
    /// Workers that wait for room in the next stage now.
    public var blockedWorkers = 0
    /// Items that came in.
    public var entered: UInt64 = 0
    /// Items that went on to the next stage, or out.
    public var passed: UInt64 = 0
    /// Items given up after an error.
    public var skipped: UInt64 = 0
    /// Items cancelled here: by an operator, by the overflow policy, or because the pipeline ended.
    public var cancelled: UInt64 = 0
    /// Finished items that have not left: they wait for an earlier one, so that order is kept, or, where they are tiny, for
    /// the rest of a batch to leave with.
    public var reordering = 0

    /// A stage that has done nothing yet.
    public init(pipeline: String, position: Int, count: Int) {
        self.pipeline = pipeline
        self.position = position
        self.count = count
    }
}
