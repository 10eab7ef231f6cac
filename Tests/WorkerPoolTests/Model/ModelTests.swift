import Foundation
import Testing

@testable import WorkerPool

/// Random submits, cancels, resizes, pauses, failures and time, beside a naive reference.
///
/// `POOLTOP_MODEL_SEED` repeats the run of one seed, which a failure names; `POOLTOP_MODEL_ROUNDS` and
/// `POOLTOP_MODEL_STEPS` make the test longer.
@Suite(.serialized) struct ModelTests {
    private static func setting(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment["POOLTOP_MODEL_\(name)"].flatMap(UInt64.init)
    }

    private static var seeds: [UInt64] {
        if let seed = setting("SEED") { return [seed] }
        return Array(1...(setting("ROUNDS") ?? 12))
    }

    @Test(arguments: seeds) func aPool_doesWhatTheReferenceDoes(seed: UInt64) async {
        let run = ModelRun(seed: seed)
        await run.settle()
        for _ in 0..<(ModelTests.setting("STEPS") ?? 80) where !run.hasFailed {
            run.step()
            await run.settle()
        }
        await run.finish()
    }
}
