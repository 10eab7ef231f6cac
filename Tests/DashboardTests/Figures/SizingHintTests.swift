import Monitoring
import Testing

@testable import Dashboard

@Suite struct SizingHintTests {
    /// A pool with this load for half a minute.
    private func hint(
        arrivals: Double, service: Double, workers: Int, waiting: Int = 0, producers: Int? = nil,
        refused: Double = 0,
        runs: UInt64 = 500, seconds: Int = 40, knee: Int? = nil, depth: Int = 0,
        _ change: (inout PoolSnapshot) -> Void = { _ in }
    ) -> SizingHint {
        var history = History()
        var pool = PoolSnapshot()
        for second in 0...seconds {
            pool.time = 1_000 + Double(second)
            pool.workers.target = workers
            pool.workers.live = workers
            pool.queue.capacity = 1_000
            pool.queue.depth = depth
            pool.producers.waiting = waiting
            pool.producers.known = producers
            pool.counters.submitted = UInt64((arrivals * Double(second)).rounded())
            pool.counters.rejected = UInt64((refused * Double(second)).rounded())
            pool.counters.succeeded = pool.counters.submitted
            pool.rates.completions = arrivals
            var run = LatencyFigures()
            (run.count, run.mean) = (runs, service)
            pool.latencies.run = run
            change(&pool)
            history.record(pool)
        }
        return SizingHint(pool, history: history, resized: nil, knee: knee)
    }

    private func advice(_ hint: SizingHint) throws -> SizingAdvice {
        guard case .advice(let advice) = hint else { throw Missing() }
        return advice
    }

    private struct Missing: Error {}

    @Test func moreWorkThanWorkers_advisesMore() throws {
        let advice = try advice(hint(arrivals: 41, service: 0.118, workers: 4))
        #expect(abs(advice.load - 4.838) < 0.01)
        #expect(advice.suggestion == 6)
        #expect(abs(advice.growth - (41 - 4 / 0.118)) < 0.01)
        #expect(Format.percent(advice.utilisation(with: 6)) == "81 %")
    }

    @Test func enoughWorkers_areLeftAsTheyAre() {
        #expect(hint(arrivals: 41, service: 0.118, workers: 6).suggestion == nil)
    }

    @Test func farTooManyWorkers_adviseFewer() {
        #expect(hint(arrivals: 41, service: 0.118, workers: 16).suggestion == 6)
    }

    @Test func producersThatWait_countForWhatTheyWouldOffer() throws {
        // Two of four held back all the time: unhindered they would offer twice as much.
        let advice = try advice(hint(arrivals: 40, service: 0.1, workers: 4, waiting: 2, producers: 4))
        #expect(abs(advice.arrivals - 80) < 0.5)
        #expect(advice.suggestion == 8)
        #expect(!advice.isAtLeast)
    }

    @Test func producersHeldBackAllTheTime_giveALowerBound() throws {
        let advice = try advice(hint(arrivals: 40, service: 0.1, workers: 4, waiting: 1, producers: 1))
        #expect(advice.isAtLeast)
        // Never more than twice as many at once.
        #expect(advice.suggestion == 8)
    }

    @Test func refusedJobs_areDemandToo() throws {
        #expect(
            abs(try advice(hint(arrivals: 40, service: 0.1, workers: 4, refused: 20)).arrivals - 60) < 0.5)
    }

    @Test func pastTheKnee_nothingIsAdvised() throws {
        let advice = try advice(hint(arrivals: 41, service: 0.118, workers: 4, knee: 4))
        #expect(advice.suggestion == nil)
        #expect(advice.isPastTheKnee)
    }

    @Test func tooFewSamples_areMeasuredFirst() {
        #expect(hint(arrivals: 41, service: 0.118, workers: 4, runs: 19) == .measuring)
        #expect(hint(arrivals: 41, service: 0.118, workers: 4, seconds: 6) == .measuring)
    }

    @Test func whereNothingArrives_theRestIsTold() {
        let hint = hint(arrivals: 0, service: 0.1, workers: 4) {
            $0.counters.submitted = 100
            $0.counters.succeeded = 60
            $0.counters.queued = 40
            $0.rates.completions = 10
        }
        #expect(hint == .finishing(left: 40, in: 4))
    }

    @Test func aPausedPool_hasNoHint() {
        let hint = hint(arrivals: 41, service: 0.118, workers: 4) {
            $0.paused.intake = Pause(by: "", since: 0, elapsed: 0)
        }
        #expect(hint == .none("paused"))
    }

    @Test func anAbsurdServiceTime_isNotAdvisedUpon() {
        #expect(hint(arrivals: 41, service: .infinity, workers: 4) == .measuring)
        #expect(hint(arrivals: 41, service: .nan, workers: 4) == .measuring)
    }

    @Test(arguments: [(0.0, 1), (0.5, 1), (4.9, 6), (5.5, 7), (30, 36), (100, 110), (900, 930), (.nan, 1)])
    func staffing_isTheSmallerOfBothRules(load: Double, workers: Int) {
        #expect(SizingAdvice.staffing(for: load) == workers)
    }
}
