import Monitoring
import Testing

@testable import Dashboard

@Suite struct LimitGaugesTests {
    private func pool(_ time: UnixTime, _ limits: LimitFigures...) -> PoolSnapshot {
        var pool = PoolSnapshot()
        pool.time = time
        pool.limits = limits
        return pool
    }

    private func rate(_ available: Double, burst: Int = 10) -> RateFigures {
        RateFigures(perSecond: 10, burst: burst, available: available, wait: 0)
    }

    @Test func order_isByLoad_heldBackFirst() {
        var gauges = LimitGauges()
        gauges.take(
            pool(
                1, Scenes.limit("idle", 0, of: 4), Scenes.limit("full", 4, of: 4),
                Scenes.limit("held", 1, of: 4, held: 3), Scenes.limit("drained", 0, of: nil, rate: rate(2))))
        #expect(gauges.order == ["held", "full", "drained", "idle"])
    }

    @Test func equalLoads_keepThePoolsOrder() {
        var gauges = LimitGauges()
        gauges.take(
            pool(1, Scenes.limit("b", 2, of: 4), Scenes.limit("a", 2, of: 4), Scenes.limit("c", 2, of: 4)))
        #expect(gauges.order == ["b", "a", "c"])
    }

    @Test func order_staysForAWhile_thenFollowsTheLoad() {
        var gauges = LimitGauges()
        gauges.take(pool(0, Scenes.limit("a", 4, of: 4), Scenes.limit("b", 0, of: 4)))
        for second in 1...4 {
            gauges.take(pool(Double(second), Scenes.limit("a", 0, of: 4), Scenes.limit("b", 4, of: 4)))
            #expect(gauges.order == ["a", "b"])
        }
        gauges.take(pool(5, Scenes.limit("a", 0, of: 4), Scenes.limit("b", 4, of: 4)))
        #expect(gauges.order == ["b", "a"])
    }

    @Test func aNewKind_isShownAtOnce_andOneThatIsGoneIsNot() {
        var gauges = LimitGauges()
        gauges.take(pool(0, Scenes.limit("a", 1, of: 4)))
        let both = [Scenes.limit("a", 1, of: 4), Scenes.limit("b", 4, of: 4)]
        gauges.take(pool(0.1, both[0], both[1]))
        #expect(gauges.arranged(both).map(\.kind) == ["b", "a"])
        gauges.take(pool(0.2, both[1]))
        #expect(gauges.order == ["b"])
    }

    @Test func pace_isWhatTheBucketLost() throws {
        var gauges = LimitGauges()
        // 10 flow in a second; what is there grows by 2 a second: 8 start.
        for second in 0...3 {
            let available = 1 + 2 * Double(second)
            gauges.take(pool(Double(second), Scenes.limit("a", 1, of: nil, rate: rate(available))))
            if second == 0 { #expect(gauges.pace(of: "a") == nil) }
        }
        #expect(abs(try #require(gauges.pace(of: "a")) - 8) < 1e-9)
    }

    @Test func pace_isUnknown_whereTheBucketWasFull_andKnownAgainLater() throws {
        var gauges = LimitGauges()
        gauges.take(pool(0, Scenes.limit("a", 1, of: nil, rate: rate(10))))
        gauges.take(pool(2, Scenes.limit("a", 1, of: nil, rate: rate(5))))
        #expect(gauges.pace(of: "a") == nil)
        for second in 3...7 {
            gauges.take(pool(Double(second), Scenes.limit("a", 1, of: nil, rate: rate(5))))
        }
        #expect(abs(try #require(gauges.pace(of: "a")) - 10) < 1e-9)
    }

    @Test func aSlowRate_isMeasuredLonger() throws {
        var gauges = LimitGauges()
        // One starts every 4 seconds; over five seconds that would be one or two.
        for second in 0...40 {
            let available = 2 + 0.5 * Double(second) - Double(second / 4)
            let slow = RateFigures(perSecond: 0.5, burst: 100, available: available, wait: 0)
            gauges.take(pool(Double(second), Scenes.limit("a", 1, of: nil, rate: slow)))
        }
        #expect(abs(try #require(gauges.pace(of: "a")) - 0.25) < 0.01)
    }

    @Test func figuresThatAreNone_spoilNothing() {
        var gauges = LimitGauges()
        for second in 0...3 {
            gauges.take(
                pool(
                    Double(second), Scenes.limit("a", 1, of: 0),
                    Scenes.limit("b", 1, of: nil, rate: rate(.nan, burst: 0)),
                    Scenes.limit("c", 1, of: nil, rate: rate(.infinity))))
        }
        #expect(
            Set(gauges.order) == ["a", "b", "c"] && gauges.pace(of: "b") == nil && gauges.pace(of: "c") == nil
        )
    }
}
