import Monitoring
import Testing

@testable import Dashboard

@Suite struct VerdictTests {
    @Test(arguments: [(9.0, 3.250), (10, 3.169), (20, 2.845), (30, 2.750), (60, 2.660), (1e9, 2.576)])
    func criticalValues_areThoseOfTheTables(freedom: Double, value: Double) {
        #expect(abs(WelchTest.critical(freedom) - value) < 0.03)
    }

    @Test func aClearDifference_isSignificant() {
        #expect(WelchTest([10, 11, 9, 10, 12, 10], [20, 21, 19, 22, 20, 18]).isSignificant)
        #expect(!WelchTest([10, 11, 9, 10, 12, 10], [11, 10, 10, 12, 9, 11]).isSignificant)
        #expect(!WelchTest([1], [100]).isSignificant)
        #expect(WelchTest([5, 5, 5], [6, 6, 6]).isSignificant)
        #expect(!WelchTest([5, 5, 5], [5, 5, 5]).isSignificant)
    }

    /// A pool that does `before` a second until second 40, and `after` from then on.
    private func verdict(
        from: Int, to: Int, before: Int, after: Int, depth: (Int) -> Int = { _ in 500 }, noise: Int = 2,
        seconds: Int = 75,
        at time: Int = 1_040
    ) -> ResizeVerdict? {
        var history = History()
        var done = 0
        for second in 0...seconds {
            var pool = PoolSnapshot()
            pool.time = 1_000 + Double(second)
            pool.workers.target = second < 40 ? from : to
            pool.workers.live = pool.workers.target
            pool.queue.depth = depth(second)
            pool.counters.succeeded = UInt64(done)
            pool.counters.submitted = UInt64(done + 100_000)
            history.record(pool)
            done += (second < 40 ? before : after) + (second * 7 % 5 - 2) * noise
        }
        return ResizeVerdict(from: from, to: to, at: time, history: history)
    }

    @Test func twiceAsManyWorkers_thatDoTwiceAsMuch_areWorthIt() {
        let verdict = verdict(from: 4, to: 8, before: 40, after: 77)
        #expect(verdict?.text == "4→8: throughput +93 %, wait −48 %")
        #expect(verdict?.judgement == .changed)
        #expect(verdict?.mark == "+93 %")
    }

    @Test func moreWorkersThatDoNoMore_arePastTheKnee() {
        #expect(verdict(from: 8, to: 16, before: 100, after: 103)?.text == "8→16: +3 %, past the knee")
    }

    @Test func moreWorkers_whereNothingWaits_cannotTell() {
        let verdict = verdict(from: 8, to: 16, before: 100, after: 100, depth: { _ in 0 })
        #expect(verdict?.judgement == .notSignificant)
        #expect(verdict?.mark == "n.s.")
    }

    @Test func fewerWorkersThatDoAsMuch_areEnough() {
        #expect(verdict(from: 8, to: 4, before: 40, after: 40)?.text == "8→4: ±0 %, 4 are enough")
        #expect(verdict(from: 2, to: 1, before: 40, after: 40)?.short == "±0 %, 1 is enough")
    }

    @Test func fewerWorkersThatDoLess_areSaidTo() {
        #expect(verdict(from: 8, to: 4, before: 80, after: 40)?.judgement == .changed)
    }

    @Test func aQueueThatIsNotSteady_isToldByItsGrowth() {
        let verdict = verdict(from: 4, to: 8, before: 40, after: 60, depth: { $0 < 40 ? $0 * 10 : 400 })
        #expect(verdict?.wait == nil)
        #expect(verdict?.text == "4→8: throughput +50 %, backlog +10.0/s → ±0/s")
    }

    @Test func moreWorkersThatEmptyTheQueue_areSaidTo() {
        let verdict = verdict(
            from: 4, to: 6, before: 40, after: 38, depth: { $0 < 42 ? 200 : $0 < 45 ? 100 : 1 })
        #expect(verdict?.text == "4→6: queue emptied, wait −99 %")
        #expect(verdict?.mark == "queue emptied")
    }

    @Test func tooFewSeconds_giveNoVerdict() {
        #expect(verdict(from: 4, to: 8, before: 40, after: 77, seconds: 51) == nil)
        #expect(verdict(from: 4, to: 8, before: 40, after: 77, seconds: 52) == nil)
        #expect(verdict(from: 4, to: 8, before: 40, after: 77, seconds: 53) != nil)
        #expect(verdict(from: 4, to: 8, before: 40, after: 77, at: 1_005) == nil)
    }
}
