/// What becomes of an item whose last attempt has failed, and of the pipeline.
public struct StageFailure: Sendable, Equatable, CustomStringConvertible {
    enum Value { case fail, skip }
    let value: Value

    /// The whole pipeline fails: the run throws the error. The default.
    public static let fail = StageFailure(value: .fail)
    /// The item is given up, recorded among the failures of the stage's pool and counted as skipped; the others go on.
    public static let skip = StageFailure(value: .skip)

    /// `fail` or `skip`.
    public var description: String {
        switch value {
        case .fail: "fail"
        case .skip: "skip"
        }
    }
}

/// In which order items leave a stage.
public struct StageOrder: Sendable, Equatable {
    /// How many items may have come in beyond the oldest one that has not left, the buffer aside; `nil` where order
    /// is not kept.
    let window: Int?

    /// As they are finished. The default.
    public static let free = StageOrder(window: nil)

    /// In the order in which they came in.
    ///
    /// A finished item waits for the earlier ones but holds no worker meanwhile, so that an item that takes long, or
    /// waits for its next attempt, holds up no work. It holds up the source in the end: at most the buffer and
    /// `window` items are in the stage, finished ones included. Skipped and cancelled items leave no gap. An item
    /// that an operator retries comes in anew.
    ///
    /// - Parameter window: Brought to at least 1. The default is 64. Less than the number of workers leaves some idle.
    public static func kept(window: Int = 64) -> StageOrder { StageOrder(window: max(window, 1)) }

    /// In the order in which they came in, with a window of 64. See ``kept(window:)``.
    public static var kept: StageOrder { kept() }
}

/// What is set about a stage, whatever its types.
struct StageSettings: Sendable {
    var pool: PoolConfiguration
    var onFailure: StageFailure
    var order: StageOrder
}
