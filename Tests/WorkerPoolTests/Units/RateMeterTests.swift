import Testing

@testable import WorkerPool

@Suite struct RateMeterTests {
    private let second: UInt64 = 1_000_000_000
    private let start: UInt64 = 50_000_000_000

    @Test func rate_beforeAnyEvent_isNone() {
        var meter = RateMeter()
        #expect(meter.rate(at: start) == (0, 0))
    }

    @Test func rate_inTheFirstHalfSecond_isWhatThereIs_overTheTimePassed() {
        var meter = RateMeter()
        meter.mark(10, at: start)
        #expect(meter.rate(at: start + second / 4) == (40, 0.25))
    }

    @Test func rate_atTheVeryFirstEvent_isTakenOverATwentiethOfASecondAtLeast() {
        var meter = RateMeter()
        meter.mark(1, at: start)
        #expect(meter.rate(at: start).perSecond == 20)
    }

    @Test func rate_isTakenOverFullBuckets_andGrowsToFiveSeconds() {
        var meter = RateMeter()
        for step in UInt64(0)..<40 { meter.mark(5, at: start + step * second / 4) }
        let young = RateMeter.sample(events: 5, every: second / 4, for: second, from: start)
        #expect(young == (20, 0.5))
        #expect(meter.rate(at: start + 10 * second - 1) == (20, 5))
    }

    @Test func rate_afterFiveSecondsOfSilence_isExactlyZero() {
        var meter = RateMeter()
        for step in UInt64(0)..<40 { meter.mark(5, at: start + step * second / 4) }
        #expect(meter.rate(at: start + 12 * second).perSecond > 0)
        #expect(meter.rate(at: start + 15 * second + second / 2).perSecond == 0)
        #expect(meter.rate(at: start + 1_000_000 * second).perSecond == 0)
    }

    @Test func rate_afterALongSilence_countsNewEventsAgain() {
        var meter = RateMeter()
        meter.mark(1_000, at: start)
        let later = start + 3_600 * second
        meter.mark(10, at: later)
        #expect(meter.rate(at: later + second / 2).perSecond == 2)
    }

    @Test func mark_withAnEarlierReading_countsAllTheSame() {
        var meter = RateMeter()
        meter.mark(1, at: start)
        meter.mark(1, at: start + second)
        meter.mark(1, at: start + second / 2)
        meter.mark(1, at: 0)
        #expect(meter.rate(at: start + 2 * second).perSecond * meter.rate(at: start + 2 * second).window == 4)
    }

    @Test func rate_withAnEarlierReading_trapsNobody() {
        var meter = RateMeter()
        meter.mark(1, at: start)
        #expect(meter.rate(at: start - second).window == 0.05)
    }
}

extension RateMeter {
    fileprivate static func sample(
        events: Int, every gap: UInt64, for length: UInt64, from start: UInt64
    ) -> (perSecond: Double, window: Double) {
        var meter = RateMeter()
        for time in stride(from: start, to: start + length, by: UInt64.Stride(gap)) {
            meter.mark(events, at: time)
        }
        return meter.rate(at: start + length - 1)
    }
}
