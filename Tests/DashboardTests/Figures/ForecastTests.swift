import Monitoring
import Testing

@testable import Dashboard

@Suite struct ForecastTests {
    /// A history of a queue with these depths, one a second.
    static func history(_ depths: [Int], done: (Int) -> Int = { $0 * 10 }) -> History {
        var history = History()
        for (second, depth) in depths.enumerated() {
            var pool = PoolSnapshot()
            pool.time = 1_000 + Double(second)
            pool.queue.depth = depth
            pool.counters.succeeded = UInt64(done(second))
            pool.counters.submitted = UInt64(done(second) + depth)
            history.record(pool)
        }
        return history
    }

    private func forecast(_ depths: [Int], capacity: Int? = 1_000, done: (Int) -> Int = { $0 * 10 })
        -> QueueForecast
    {
        QueueForecast(depth: depths.last ?? 0, capacity: capacity, history: Self.history(depths, done: done))
    }

    @Test func aGrowingQueue_fillsInTheTimeTheSlopeSays() {
        #expect(forecast((0..<20).map { 400 + $0 * 10 }).text == "fills in 41 s")
    }

    @Test func manyJobsAtOnce_areNoTrend() {
        #expect(forecast([0] + (0..<5).map { 481 - $0 * 6 }).text == "drains in 1 m 16")
        #expect(forecast((0..<6).map { 100 - $0 * 6 } + [550, 544, 538]).text == "drains in 1 m 30")
    }

    @Test func aShrinkingQueue_drains() {
        #expect(forecast((0..<20).map { 545 - $0 * 10 }).text == "drains in 36 s")
    }

    @Test func aQueueWithoutBound_growsAtASpeed() {
        #expect(forecast((0..<20).map { $0 * 7 }, capacity: nil).text == "grows 7.0/s")
    }

    @Test func aFullQueue_isFull() { #expect(forecast(Array(repeating: 1_000, count: 20)) == .full) }

    @Test func anUnchangedQueue_isSteady() { #expect(forecast(Array(repeating: 300, count: 20)) == .steady) }

    @Test func anEmptyQueue_isEmpty() { #expect(forecast([5, 3, 0]) == .empty) }

    @Test func aYoungQueue_isMeasured() { #expect(forecast([5, 6]) == .unknown) }

    @Test func aQueueFromWhichNothingEnds_isStalled() {
        #expect(forecast(Array(repeating: 300, count: 30), done: { _ in 7 }) == .stalled)
    }

    @Test func aTimeBeyondTheHorizon_isASpeed() {
        #expect(forecast((0..<20).map { 100 + $0 }, capacity: 100_000_000).text == "grows 1.0/s")
    }
}
