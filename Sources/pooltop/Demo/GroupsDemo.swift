import Dashboard
import Monitoring
import Synchronization
import WorkerPool

/// Two programs that are built again and again on one pool: `main`, where the first error ends a build, and `nightly`,
/// where all errors are collected.
final class GroupsDemo: Sendable {
    /// How the builds of one branch went.
    struct Record: Sendable {
        var whole = 0
        var withErrors = 0
    }

    private struct Branch {
        let name: String
        let errors: GroupErrors
    }

    private static let branches = [
        Branch(name: "main", errors: .firstWins), Branch(name: "nightly", errors: .collectAll),
    ]

    let pool: Pool
    private let limit: Int
    private let service: Duration
    private let failures: Double
    private let seed: UInt64
    private let records = Locked<[String: Record]>([:])

    init(workers: Int, limit: Int, service: Duration, failures: Double, seed: UInt64) {
        pool = Pool(
            PoolConfiguration(
                name: "groups demo", workers: workers, capacity: 200,
                limits: [
                    "link": KindLimit(concurrency: 1), "test": KindLimit(concurrency: 3),
                    "fetch": KindLimit(rate: RateLimit(20)),
                ],
                producers: GroupsDemo.branches.count, seed: seed))
        self.limit = limit
        self.service = service
        self.failures = failures
        self.seed = seed
    }

    /// Builds until the task is cancelled or the pool takes no more.
    func build() async {
        await withDiscardingTaskGroup { group in
            for (number, branch) in GroupsDemo.branches.enumerated() {
                group.addTask {
                    await self.build(branch, SplitMix(seed: self.seed &* 31 &+ UInt64(number)))
                }
            }
        }
    }

    private func build(_ branch: Branch, _ generator: SplitMix) async {
        var generator = generator
        while !Task.isCancelled {
            let group = JobGroup(branch.name, limit: limit, errors: branch.errors)
            let plan = BuildPlan(branch: branch.name, service: service, failures: failures)
            do {
                try plan.declare(in: group, using: &generator)
                let results = try await group.run(on: pool)
                note(branch, isWhole: results.failures.isEmpty && results.cancelled.isEmpty)
            } catch let failure as GroupFailure where (failure.error as? PoolError)?.code != .closed {
                note(branch, isWhole: false)
            } catch {
                return
            }
            guard (try? await ContinuousClock().sleep(for: service)) != nil else { return }
        }
    }

    private func note(_ branch: Branch, isWhole: Bool) {
        records.withLock { records in
            if isWhole {
                records[branch.name, default: Record()].whole += 1
            } else {
                records[branch.name, default: Record()].withErrors += 1
            }
        }
    }

    /// A line on how the builds of each branch went.
    var summary: String {
        GroupsDemo.branches.map { branch in
            let record = records.withLock { $0[branch.name] } ?? Record()
            let ending = branch.errors == .firstWins ? "ended by their first error" : "finished with errors"
            return
                "\(branch.name): \(Format.many(record.whole, "build")) whole, \(record.withErrors) \(ending)"
        }.joined(separator: "; ")
    }
}
