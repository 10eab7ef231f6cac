import Monitoring
import Testing

@testable import WorkerPool

extension PipelineOptions {
    /// On a clock that stands still, or moves as the test says.
    static func still(
        outputBuffer: Int = 100, grace: Duration = .seconds(30), clock: ManualClock = ManualClock()
    )
        -> PipelineOptions
    {
        PipelineOptions(outputBuffer: outputBuffer, grace: grace, clock: .manual(clock), seed: 1)
    }
}

extension PoolSnapshot {
    /// What the pool does in its pipeline; a failure of the test where it is not in one.
    var figures: StageFigures {
        guard let stage else {
            Issue.record("the snapshot of \(name) has no stage figures")
            return StageFigures(pipeline: "", position: 0, count: 0)
        }
        return stage
    }

    /// Items that are in the stage.
    var held: UInt64 {
        counters.queued + counters.scheduled + counters.running + UInt64(figures.reordering)
    }

    /// Every item that entered is passed, skipped, cancelled or held.
    var isConserved: Bool {
        figures.entered == figures.passed + figures.skipped + figures.cancelled + held
    }
}

extension PipelineSnapshot {
    /// All items are accounted for, in every stage and from one to the next.
    ///
    /// What a stage has passed on the next one has taken in, or is taking in at this moment.
    var isConserved: Bool {
        stages.allSatisfy(\.isConserved)
            && zip(stages, stages.dropFirst()).allSatisfy { $0.figures.passed <= $1.figures.entered }
    }
}

extension PipelineRun {
    /// All that comes out, as it comes.
    func outputs() async throws -> [Output] {
        var outputs: [Output] = []
        for try await output in output { outputs.append(output) }
        return outputs
    }

    /// The items of each stage.
    func entered() -> [UInt64] { snapshot().stages.map(\.figures.entered) }
}

/// Lets another task run so many times, for a stage whose items shall overtake one another.
func yield(_ times: Int) async { for _ in 0..<times { await Task.yield() } }
