import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

/// A router under random load, cancels, shifts, pauses and changes of policy. A failure names its seed.
@Suite struct RouterModelTests {
    private static let policies: [RoutingPolicy] = [
        .leastBusy, .weighted(["a": 3, "b": 1, "c": 2]), .byKind(["x": "a", "y": "b"], otherwise: "c"),
        .byHash { $0.name },
    ]

    /// What producers and jobs have seen.
    private struct Tally {
        var admitted: [JobID] = []
        var started: Set<JobID> = []
        var startedTwice = 0
        var handles: [JobHandle<Int>] = []
    }

    private final class Ledger: Sendable {
        private let state = Locked(Tally())

        func withLock<Result: Sendable>(_ body: (inout Tally) -> Result) -> Result {
            state.withLock { body(&$0) }
        }
    }

    @Test(arguments: 1...25) func everyJobIsInOnePlace_andEndsOnce(seed: UInt64) async throws {
        var generator = SplitMix(seed: seed)
        let router = try Router.still(
            (0..<3).map { _ in Int.random(in: 1...4, using: &generator) },
            policy: RouterModelTests.policies[Int(seed) % 4],
            capacity: Int.random(in: 1...20, using: &generator),
            overflow: [.wait, .reject, .dropOldest, .dropNewest, .callerRuns][Int(seed) % 5])
        let tally = Ledger()
        let isOver = Signal()
        // Looks on from outside the whole time.
        let observer = Task {
            var looks = 0
            while !isOver.hasFired {
                let counters = router.snapshot().counters
                if !counters.isBalanced { Issue.record("seed \(seed): \(counters)") }
                // A job of the router runs there as long as it is in a pool.
                let inPools = router.pools.reduce(0) { $0 + $1.snapshot().counters.finished }
                if inPools > router.snapshot().counters.submitted {
                    Issue.record("seed \(seed): \(inPools) twice")
                }
                looks += 1
                await Task.yield()
            }
            return looks
        }
        await withTaskGroup(of: Void.self) { producers in
            for producer in 0..<3 {
                producers.addTask {
                    var generator = SplitMix(seed: seed &* 100 &+ UInt64(producer))
                    for _ in 0..<60 {
                        let options = JobOptions(
                            name: "key \(Int.random(in: 0..<9, using: &generator))",
                            kind: ["x", "y", "z"].randomElement(using: &generator) ?? "")
                        let fails = Int.random(in: 0..<10, using: &generator) == 0
                        let turns = Int.random(in: 0..<4, using: &generator)
                        let handle = try? await router.submit(options, returning: Int.self) { context in
                            tally.withLock {
                                if !$0.started.insert(context.id).inserted { $0.startedTwice += 1 }
                            }
                            for _ in 0..<turns { await Task.yield() }
                            if fails { throw Broken() }
                            return Int(context.id.rawValue)
                        }
                        if let handle {
                            tally.withLock {
                                $0.admitted.append(handle.id)
                                $0.handles.append(handle)
                            }
                        }
                    }
                }
            }
            for _ in 0..<80 {
                RouterModelTests.disturb(router, tally.withLock { $0.admitted }, &generator)
                await Task.yield()
            }
            for pool in router.pools {
                pool.resumeDispatch()
                pool.adjust(by: 1)
            }
            router.resumeDispatch()
            router.resumeIntake()
            await producers.waitForAll()
        }
        let report = await router.drain()
        isOver.fire()
        #expect(await observer.value > 0)
        let (admitted, handles, twice) = tally.withLock { ($0.admitted, $0.handles, $0.startedTwice) }
        let counters = report.counters
        #expect(twice == 0, "seed \(seed)")
        #expect(counters.submitted == UInt64(admitted.count), "seed \(seed)")
        #expect(counters.isBalanced && counters.unfinished == 0, "seed \(seed): \(counters)")
        // Each handle tells the same as the counters do.
        var ends: [String: UInt64] = [:]
        for handle in handles {
            do {
                #expect(try await handle.value == Int(handle.id.rawValue), "seed \(seed)")
                ends["succeeded", default: 0] += 1
            } catch is Broken {
                ends["failed", default: 0] += 1
            } catch is CancellationError {
                ends["cancelled", default: 0] += 1
            } catch { ends["dropped", default: 0] += 1 }
        }
        #expect(ends["succeeded", default: 0] == counters.succeeded, "seed \(seed)")
        #expect(ends["failed", default: 0] == counters.failed, "seed \(seed)")
        #expect(ends["cancelled", default: 0] == counters.cancelled, "seed \(seed)")
        #expect(ends["dropped", default: 0] == counters.dropped, "seed \(seed)")
        let targets = router.pools.map { $0.snapshot().counters }
        #expect(targets.allSatisfy { $0.isBalanced && $0.unfinished == 0 }, "seed \(seed)")
        #expect(router.doors.loads == [0, 0, 0] && router.doors.standing == 0, "seed \(seed)")
        #expect(router.pools.map(\.liveTasks) == [0, 0, 0] && router.intake.liveTasks == 0, "seed \(seed)")
    }

    private static func disturb(_ router: Router, _ jobs: [JobID], _ generator: inout SplitMix) {
        let pool = router.pools.randomElement(using: &generator) ?? router.pools[0]
        let names = router.pools.map(\.configuration.name).shuffled(using: &generator)
        switch Int.random(in: 0..<9, using: &generator) {
        case 0, 1: if let job = jobs.randomElement(using: &generator) { router.cancel(job) }
        case 2, 3:
            _ = try? router.shift(Int.random(in: 1...3, using: &generator), from: names[0], to: names[1])
        case 4: pool.pauseDispatch()
        case 5: pool.resumeDispatch()
        case 6: try? router.setPolicy(policies[Int.random(in: 0..<4, using: &generator)])
        case 7: Bool.random(using: &generator) ? router.pauseDispatch() : router.resumeDispatch()
        default: Bool.random(using: &generator) ? router.pauseIntake() : router.resumeIntake()
        }
    }

    @Test(arguments: 1...10) func weights_areMetByAWholeRouter(seed: UInt64) async throws {
        var generator = SplitMix(seed: seed)
        let weights = ["a", "b", "c"].map { ($0, Int.random(in: 1...5, using: &generator)) }
        let router = try Router.still(
            [1, 1, 1], policy: .weighted(Dictionary(uniqueKeysWithValues: weights)))
        let rounds = 5
        let total = weights.reduce(0) { $0 + $1.1 }
        // One after the other, so that no pool is ever passed over.
        for _ in 0..<(rounds * total) { try await router.submit(returning: Void.self) { _ in }.value }
        #expect(
            router.pools.map { Int($0.counters.submitted) } == weights.map { $0.1 * rounds }, "seed \(seed)")
        await router.drain()
    }
}
