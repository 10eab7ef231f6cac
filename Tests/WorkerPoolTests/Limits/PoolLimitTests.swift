import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

@Suite struct PoolLimitTests {
    @Test(arguments: [1, 8])
    func noMoreOfAKindRun_thanItsLimitSays(burst: Int) async throws {
        var configuration = PoolConfiguration(workers: 8, capacity: nil)
        configuration.limits = ["db": KindLimit(concurrency: 2)]
        let now = Atomic(0)
        let most = Atomic(0)
        try await Pool.with(configuration) { pool in
            for number in 0..<400 {
                try await pool.submit(JobOptions(kind: number % 3 == 0 ? "" : "db")) { _ in
                    guard number % 3 != 0 else { return }
                    most.max(now.add(1, ordering: .relaxed).newValue, ordering: .relaxed)
                    for _ in 0..<burst { await Task.yield() }
                    now.subtract(1, ordering: .relaxed)
                }
            }
        }
        #expect(most.load(ordering: .relaxed) <= 2)
    }

    @Test func aRate_spreadsTheStarts_onTheClock() async throws {
        let clock = ManualClock()
        var configuration = PoolConfiguration.still(workers: 4, capacity: nil, clock: clock)
        configuration.rate = RateLimit(10, burst: 1)
        let pool = Pool(configuration)
        let done = Counter()
        for _ in 0..<21 { try await pool.submit { _ in done.add() } }
        for count in 1...21 {
            await until("\(count) jobs have run and the next waits for its token") {
                done.count == count && (count == 21 || clock.sleeperCount == 1)
            }
            #expect(done.count == count)
            clock.advance(by: .milliseconds(100))
        }
        await pool.drain()
    }

    @Test func limitsAndRates_areInTheSnapshot() async throws {
        var configuration = PoolConfiguration.still(workers: 2)
        configuration.rate = RateLimit(100, burst: 5)
        configuration.limits = ["db": KindLimit(concurrency: 1), "api": KindLimit(rate: RateLimit(1))]
        let pool = Pool(configuration)
        let (held, _) = try await pool.hold(JobOptions(kind: "db"))
        try await pool.submit(JobOptions(kind: "db")) { _ in }
        await until("the second is held back") { pool.snapshot().limits.first { $0.kind == "db" }?.held == 1 }
        let limits = pool.snapshot().limits
        #expect(limits.map(\.kind) == ["", "api", "db"])
        #expect(limits[0].rate?.burst == 5)
        #expect(limits[0].rate?.perSecond == 100)
        #expect(limits[1].concurrency == nil)
        #expect((limits[2].running, limits[2].concurrency) == (1, 1))
        #expect(pool.jobs(JobQuery()).jobs.map(\.state) == [.running, .queued])
        held.release.fire()
        await pool.drain()
        #expect(pool.counters.succeeded == 2)
    }
}
