public import Logging

/// How a pipeline is started.
public struct PipelineOptions: Sendable {
    /// How many outputs may wait to be read, from 1. The default is 100.
    public var outputBuffer: Int
    /// How long cancelled items may take to stop before they are given up. The default is 30 seconds.
    public var grace: Duration
    /// Where the pools of all stages log; `nil` (the default) means where each stage is configured to.
    ///
    /// Every line names the pipeline.
    public var logger: Logger?
    /// Where the pools of all stages get their time from; `nil` (the default) means as each stage is configured.
    public var clock: PoolClock?
    /// Decides the jitter of retries; the same seed gives the same delays. Random by default.
    public var seed: UInt64

    /// Options; everything has a default. `outputBuffer` is brought to at least 1.
    public init(
        outputBuffer: Int = 100, grace: Duration = .seconds(30), logger: Logger? = nil,
        clock: PoolClock? = nil,
        seed: UInt64 = .random(in: 0...UInt64.max)
    ) {
        self.outputBuffer = max(outputBuffer, 1)
        self.grace = grace
        self.logger = logger
        self.clock = clock
        self.seed = seed
    }
}
