import Monitoring
import Testing

@testable import WorkerPool

@Suite struct PriorityTests {
    private static let step: UInt64 = 5_000_000_000

    private func job(_ priority: Int) -> Job { Job(JobOptions(priority: priority)) { _ in } }

    @Test func higherPriorities_comeFirst_andWithinOneTheOldest() {
        let floor = Floor(workers: 1, aging: .seconds(5))
        for priority in [0, -3, 10, 0, 10, -3] { floor.admit(job(priority)) }
        #expect((0..<6).compactMap { _ in finishNext(on: floor) } == [3, 5, 1, 4, 2, 6])
    }

    @Test func priorities_areBroughtIntoTheirRange() {
        #expect(JobOptions(priority: 99).priority == 10)
        #expect(JobOptions(priority: -99).priority == -10)
    }

    @Test func aJobThatHasWaitedLongEnough_comesBeforeMoreUrgentOnes() {
        let floor = Floor(workers: 1, aging: .seconds(5))
        floor.admit(job(0))
        floor.now += 3 * PriorityTests.step - 1
        floor.admit(job(3))
        #expect(finishNext(on: floor) == 2)
        floor.now += 1
        floor.admit(job(3))
        // Equal rank: the more urgent one is ahead, the next one to come is not.
        #expect(finishNext(on: floor) == 3)
        floor.now += 1
        floor.admit(job(3))
        #expect(finishNext(on: floor) == 1)
    }

    @Test func withoutAging_aHigherPriorityAlwaysComesFirst() {
        let floor = Floor(workers: 1, aging: nil)
        floor.admit(job(-1))
        floor.now += 1_000 * PriorityTests.step
        floor.admit(job(0))
        #expect(finishNext(on: floor) == 2)
    }

    @Test func aJobThatComesBack_keepsItsPriority() {
        let floor = Floor(workers: 1, retry: RetryPolicy(maxAttempts: 2, base: .zero), aging: .seconds(5))
        floor.admit(job(5))
        floor.startNext(1)
        let record = floor.slot(1).held(0)
        floor.settle(1, error: Broken())
        floor.admit(job(0))
        floor.admit(job(7))
        if let record { floor.machine.due(record, now: floor.now)?.resume() }
        #expect((0..<3).compactMap { _ in finishNext(on: floor) } == [3, 1, 2])
    }

    @Test func cancelAndFind_reachEveryLane() {
        let floor = Floor(workers: 1, aging: .seconds(5))
        for priority in [4, 0, -4, 4] { floor.admit(job(priority)) }
        #expect(floor.cancel(1) == .removed(1))
        #expect(floor.cancel(3) == .removed(3))
        #expect(floor.cancel(3) == .notFound)
        #expect(floor.counters.queued == 2)
        #expect(floor.machine.queue.slice(from: 0, limit: 1).map(\.id.rawValue) == [4])
        #expect((0..<3).compactMap { _ in finishNext(on: floor) } == [4, 2])
    }

    /// For any arrivals: a job starts before every one that is younger by more than the difference of their
    /// priorities is worth, and before every one that is no more urgent and younger.
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func order_isThatOfRank_forAnyArrivals(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        let floor = Floor(workers: 1, capacity: nil, aging: .seconds(5))
        var submitted: [UInt64: (time: UInt64, priority: Int)] = [:]
        var waiting: Set<UInt64> = []
        for _ in 0..<2_000 {
            floor.now += UInt64.random(in: 0...2_000_000_000, using: &generator)
            if Int.random(in: 0..<100, using: &generator) < 55 {
                let priority = Int.random(in: -10...10, using: &generator)
                guard case .admitted(let id) = floor.admit(job(priority)) else { continue }
                submitted[id] = (floor.now, priority)
                waiting.insert(id)
            } else if let id = finishNext(on: floor), let mine = submitted[id] {
                waiting.remove(id)
                for other in waiting {
                    guard let theirs = submitted[other] else { continue }
                    let myRank = Int64(mine.time) - Int64(mine.priority) * Int64(PriorityTests.step)
                    let theirRank = Int64(theirs.time) - Int64(theirs.priority) * Int64(PriorityTests.step)
                    #expect(myRank <= theirRank, "seed \(seed): #\(id) before #\(other)")
                }
            }
        }
    }

    /// Runs the next job to its end; returns its ID.
    private func finishNext(on floor: Floor) -> UInt64? {
        let id = floor.startNext(1)
        if id != nil { floor.succeed(1) }
        return id
    }

    @Test func aPool_startsTheUrgentFirst_andShowsTheirPriority() async throws {
        let pool = Pool(.still(workers: 1))
        let (held, _) = try await pool.hold()
        let order = Journal<Int>()
        for priority in [0, 2, -1, 2] {
            try await pool.submit(JobOptions(priority: priority)) { _ in order.note(priority) }
        }
        var query = JobQuery()
        query.states = [.queued]
        #expect(pool.jobs(query).jobs.map(\.priority) == [2, 2, 0, -1])
        held.release.fire()
        await pool.drain()
        #expect(order.lines == [2, 2, 0, -1])
    }
}
