import Monitoring
import Testing

@testable import WorkerPool

@Suite struct DepthMarksTests {
    private let second: UInt64 = 1_000_000_000

    @Test func high_isTheDeepestEver() {
        var marks = DepthMarks()
        for depth in [3, 9, 2] { marks.deepened(to: depth) }
        #expect(marks.high == 9)
    }

    @Test func low_isTheShallowestOfTheLastHalfMinute() {
        var marks = DepthMarks()
        let start = 100 * second
        for (place, depth) in [5, 2, 7].enumerated() {
            marks.shallowed(to: depth, now: start + UInt64(place) * second)
        }
        #expect(marks.low(depth: 6, now: start + 10 * second) == 2)
    }

    @Test func low_isKeptForAnotherHalfMinute_andThenForgotten() {
        var marks = DepthMarks()
        let start = 100 * second
        marks.shallowed(to: 2, now: start)
        #expect(marks.low(depth: 6, now: start + 31 * second) == 2)
        #expect(marks.low(depth: 6, now: start + 62 * second) == 6)
    }

    @Test func low_afterALongSilence_isThePresentDepth() {
        var marks = DepthMarks()
        marks.shallowed(to: 0, now: 100 * second)
        #expect(marks.low(depth: 4, now: 1_000 * second) == 4)
    }

    @Test func low_withAnEarlierReading_trapsNobody() {
        var marks = DepthMarks()
        marks.shallowed(to: 3, now: 100 * second)
        #expect(marks.low(depth: 5, now: 1) == 3)
    }
}

@Suite struct BusyWindowTests {
    private let second: UInt64 = 1_000_000_000

    @Test func share_atTheFirstReading_isNone() {
        var window = BusyWindow()
        #expect(window.share(at: second, busy: second) == 0)
    }

    @Test func share_isBusyTimeOverTimePassed() {
        var window = BusyWindow()
        _ = window.share(at: second, busy: 0)
        #expect(window.share(at: 3 * second, busy: second) == 0.5)
    }

    @Test func share_forgetsWhatIsOlderThanTenSeconds() {
        var window = BusyWindow()
        _ = window.share(at: 0, busy: 0)
        for step in UInt64(1)...6 { _ = window.share(at: step * second, busy: step * second) }
        for step in UInt64(7)...30 { _ = window.share(at: step * second, busy: 6 * second) }
        #expect(window.share(at: 31 * second, busy: 6 * second) == 0)
    }

    @Test func share_isNeverMoreThanOne_norLessThanNone_whateverTheReadings() {
        var window = BusyWindow()
        _ = window.share(at: 10 * second, busy: 5 * second)
        #expect(window.share(at: 11 * second, busy: 50 * second) == 1)
        #expect(window.share(at: 12 * second, busy: 0) == 0)
        #expect(window.share(at: 2 * second, busy: 60 * second) == 0)
    }
}

@Suite struct LatencyWindowTests {
    @Test func figures_ofNothing_areNone() { #expect(LatencyWindow().figures() == nil) }

    @Test func figures_areWithinOnePercent() throws {
        var window = LatencyWindow()
        for millisecond in UInt64(1)...1_000 { window.record(millisecond * 1_000_000) }
        let figures = try #require(window.figures())
        #expect(figures.count == 1_000)
        for (figure, exact) in [
            (figures.mean, 0.5005), (figures.p50, 0.5), (figures.p90, 0.9), (figures.p95, 0.95),
            (figures.p99, 0.99),
            (figures.max, 1),
        ] { #expect(abs(figure - exact) <= exact * 0.011) }
    }

    @Test func turn_keepsTheLastHalf_andForgetsTheOneBefore() throws {
        var window = LatencyWindow()
        window.record(1_000)
        window.turn()
        window.record(2_000)
        #expect(try #require(window.figures()).count == 2)
        window.turn()
        #expect(try #require(window.figures()).count == 1)
        window.turn()
        #expect(window.figures() == nil)
    }

    @Test(arguments: [0, 1, UInt64.max]) func record_ofAnyTime_counts(time: UInt64) throws {
        var window = LatencyWindow()
        window.record(time)
        #expect(try #require(window.figures()).count == 1)
    }

    @Test func telemetry_turnsItsWindows_everyHalfMinute() throws {
        var telemetry = Telemetry()
        telemetry.turnWindows(1_000)
        telemetry.measure(queuedAt: 0, startedAt: 10, endedAt: 30)
        telemetry.turnWindows(1_000 + LatencyWindow.half)
        #expect(try #require(telemetry.run.figures()).count == 1)
        telemetry.turnWindows(1_000 + 5 * LatencyWindow.half)
        #expect(telemetry.run.figures() == nil)
    }
}
