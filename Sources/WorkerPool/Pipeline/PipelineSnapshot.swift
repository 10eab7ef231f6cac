public import Monitoring

/// All stages of a run at one instant, or nearly: the first stage was looked at first.
///
/// So no stage is said to have passed on more items than its successor is said to have taken in.
public struct PipelineSnapshot: Codable, Sendable, Equatable {
    /// The pipeline's name.
    public var name: String
    /// Whether it takes items, finishes what it has, or is over.
    public var state: PoolState
    /// What made it fail; `nil` where nothing did.
    public var failure: String?
    /// The pool of each stage, from the source on; `PoolSnapshot.stage` tells what it is in the pipeline.
    public var stages: [PoolSnapshot]
}
