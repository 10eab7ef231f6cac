import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

/// Random graphs of jobs on random pools: what must hold whatever happens. A failure names its seed.
@Suite struct GroupModelTests {
    /// One drawn group: which job waits for which, and what becomes of it.
    struct Plan: Sendable {
        var needs: [[Int]] = []
        var fails: Set<Int> = []
        var limit: Int?
        var workers: Int
        var capacity: Int
        let errors: GroupErrors

        init(seed: UInt64, errors: GroupErrors) {
            var generator = SplitMix(seed: seed)
            self.errors = errors
            let count = Int.random(in: 1...40, using: &generator)
            let density = Double.random(in: 0...0.4, using: &generator)
            let failures = Double.random(in: 0...0.2, using: &generator)
            for job in 0..<count {
                needs.append(
                    (0..<job).filter { _ in Double.random(in: 0..<1, using: &generator) < density })
                if Double.random(in: 0..<1, using: &generator) < failures { fails.insert(job) }
            }
            limit = Bool.random(using: &generator) ? Int.random(in: 1...5, using: &generator) : nil
            workers = Int.random(in: 1...6, using: &generator)
            capacity = Int.random(in: 1...10, using: &generator)
        }

        /// The jobs that cannot succeed: those that fail, and what hangs on them.
        var doomed: Set<Int> {
            needs.indices.reduce(into: fails) { doomed, job in
                if needs[job].contains(where: doomed.contains) { doomed.insert(job) }
            }
        }
    }

    /// Watches jobs from inside.
    final class Watch: Sendable {
        struct State {
            var started: [Int] = []
            var succeeded: Set<Int> = []
            var failed: [Int] = []
            var running = 0
            var most = 0
            var complaints: [String] = []
        }

        let state = Locked(State())
        let plan: Plan
        init(_ plan: Plan) { self.plan = plan }

        func job(_ number: Int, values: [Int]) throws -> Int {
            state.withLock { state in
                if state.started.contains(number) { state.complaints.append("\(number) started twice") }
                for needed in plan.needs[number] where !state.succeeded.contains(needed) {
                    state.complaints.append("\(number) started before \(needed) had succeeded")
                }
                if values != plan.needs[number] { state.complaints.append("\(number) got \(values)") }
                state.started.append(number)
                state.running += 1
                state.most = max(state.most, state.running)
            }
            defer { state.withLock { $0.running -= 1 } }
            if plan.fails.contains(number) {
                state.withLock { $0.failed.append(number) }
                throw Broken()
            }
            state.withLock { _ = $0.succeeded.insert(number) }
            return number
        }
    }

    private func group(_ plan: Plan, _ watch: Watch) throws -> JobGroup {
        let group = JobGroup("drawn", limit: plan.limit, errors: plan.errors)
        var steps: [Step<Int>] = []
        for (number, needs) in plan.needs.enumerated() {
            steps.append(
                try group.add("\(number)", after: needs.map { steps[$0] }) { values in
                    // Others get their turns, so that orders differ.
                    await Task.yield()
                    return try watch.job(number, values: values)
                })
        }
        return group
    }

    @Test(arguments: 1...60) func collectAll_doesAllThatCanBeDone_inOrder(seed: UInt64) async throws {
        let plan = Plan(seed: seed, errors: .collectAll)
        let watch = Watch(plan)
        let pool = Pool(.still(workers: plan.workers, capacity: plan.capacity))
        let group = try group(plan, watch)
        let results = try await group.run(on: pool)
        let state = watch.state.withLock { $0 }
        #expect(state.complaints.isEmpty, "seed \(seed)")
        #expect(state.most <= min(plan.limit ?? .max, plan.workers), "seed \(seed)")
        let all = Set(plan.needs.indices)
        let failed = plan.fails.filter { job in !plan.needs[job].contains(where: plan.doomed.contains) }
        #expect(state.succeeded == all.subtracting(plan.doomed), "seed \(seed)")
        #expect(results.failures.map(\.name) == failed.sorted().map(String.init), "seed \(seed)")
        let expected = GroupProgress(
            succeeded: all.count - plan.doomed.count, failed: failed.count,
            cancelled: plan.doomed.count - failed.count)
        #expect(group.progress == expected, "seed \(seed)")
        let counters = await pool.drain().counters
        #expect(counters.submitted == UInt64(all.count - expected.cancelled), "seed \(seed)")
        #expect(pool.liveTasks == 0)
    }

    @Test(arguments: 1...60) func firstWins_endsWithTheFirstError_orWithAllDone(seed: UInt64) async throws {
        let plan = Plan(seed: seed, errors: .firstWins)
        let watch = Watch(plan)
        let pool = Pool(.still(workers: plan.workers, capacity: plan.capacity))
        let group = try group(plan, watch)
        do {
            let results = try await group.run(on: pool)
            #expect(plan.fails.isEmpty, "seed \(seed)")
            #expect(results.outcomes.allSatisfy { $0.state == .succeeded }, "seed \(seed)")
        } catch let failure as GroupFailure {
            let state = watch.state.withLock { $0 }
            // Jobs that ran at the same time may have failed too, but it is one of those that did.
            #expect(state.failed.map(String.init).contains(failure.job), "seed \(seed)")
            if plan.workers == 1 { #expect(state.failed.count == 1, "seed \(seed)") }
            // What failed after the first error had been told to stop: it counts as cancelled.
            let succeeded = failure.results.outcomes.count { $0.state == .succeeded }
            #expect(succeeded == state.succeeded.count, "seed \(seed)")
        }
        let state = watch.state.withLock { $0 }
        #expect(state.complaints.isEmpty, "seed \(seed)")
        #expect(state.most <= min(plan.limit ?? .max, plan.workers), "seed \(seed)")
        #expect(group.progress.finished == plan.needs.count && group.progress.total == plan.needs.count)
        let counters = await pool.drain().counters
        #expect(counters.unfinished == 0 && counters.isBalanced)
        #expect(counters.failed <= UInt64(state.failed.count), "seed \(seed)")
        #expect((counters.failed == 0) == state.failed.isEmpty, "seed \(seed)")
        #expect(pool.liveTasks == 0)
    }

    @Test(arguments: 1...40) func aCancelAtAnyMoment_endsTheGroup_andNothingIsLeft(seed: UInt64) async throws
    {
        let plan = Plan(seed: seed, errors: seed % 2 == 0 ? .firstWins : .collectAll)
        let watch = Watch(plan)
        let pool = Pool(.still(workers: plan.workers, capacity: plan.capacity))
        let group = try group(plan, watch)
        let run = Task { try await group.run(on: pool) }
        var generator = SplitMix(seed: seed)
        for _ in 0..<Int.random(in: 0...30, using: &generator) {
            await Task.yield()
            #expect(group.progress.total == plan.needs.count, "seed \(seed)")
        }
        run.cancel()
        let result = await run.result
        #expect(group.progress.finished == plan.needs.count, "seed \(seed)")
        if case .success = result, plan.errors == .firstWins {
            #expect(group.progress.succeeded == plan.needs.count, "seed \(seed)")
        }
        #expect(watch.state.withLock { $0.complaints }.isEmpty, "seed \(seed)")
        #expect(pool.counters.unfinished == 0, "seed \(seed)")
        await pool.drain()
        #expect(pool.liveTasks == 0)
    }

    @Test(arguments: 1...60) func anEdgeThatWouldCloseACycle_isRefused_andNoOther(seed: UInt64) throws {
        var generator = SplitMix(seed: seed)
        var graph = GroupGraph()
        let count = Int.random(in: 2...12, using: &generator)
        for job in 0..<count { _ = try graph.add("\(job)", after: []) }
        var reaches = (0..<count).map { Set([$0]) }
        for _ in 0..<60 {
            let (job, needed) = (
                Int.random(in: 0..<count, using: &generator), Int.random(in: 0..<count, using: &generator)
            )
            let wouldClose = reaches[needed].contains(job)
            do throws(GroupError) {
                try graph.order(job, after: needed)
                #expect(!wouldClose, "seed \(seed)")
                for other in 0..<count where reaches[other].contains(job) {
                    reaches[other].formUnion(reaches[needed])
                }
            } catch {
                #expect(wouldClose && error.code == .cycle, "seed \(seed)")
            }
        }
    }
}
