import Monitoring
import Testing

@testable import Dashboard

@Suite struct HistoryTests {
    private func snapshot(_ time: Double, done: Int, depth: Int = 0, paused: Bool = false) -> PoolSnapshot {
        var pool = PoolSnapshot()
        pool.time = time
        pool.counters.succeeded = UInt64(done)
        pool.counters.submitted = UInt64(done + depth)
        pool.queue.depth = depth
        if paused { pool.paused.intake = Pause(by: "ann", since: time, elapsed: 0) }
        return pool
    }

    private func history(_ snapshots: PoolSnapshot...) -> History {
        var history = History()
        for snapshot in snapshots { history.record(snapshot) }
        return history
    }

    @Test func oneSnapshotASecond_givesTheDifferences() {
        let history = history(
            snapshot(10, done: 0), snapshot(11, done: 5), snapshot(12, done: 12), snapshot(13, done: 12))
        #expect(history.complete.map(\.time) == [10, 11, 12])
        #expect(history.complete.map(\.completed) == [5, 7, 0])
    }

    @Test func snapshotsOffTheSecond_areSharedOutByTime() {
        let history = history(snapshot(10.5, done: 0), snapshot(11.5, done: 10), snapshot(12.5, done: 10))
        #expect(history.complete.map(\.completed) == [5, 5])
    }

    @Test func severalSnapshotsASecond_addUp() {
        let history = history(
            snapshot(10, done: 0), snapshot(10.25, done: 1), snapshot(10.5, done: 4), snapshot(11, done: 6),
            snapshot(12, done: 6))
        #expect(history.complete.map(\.completed) == [6, 0])
    }

    @Test func aGap_keepsTheSum_andLeavesTheDepthBlank() {
        let history = history(
            snapshot(10, done: 0, depth: 8), snapshot(20, done: 100, depth: 2),
            snapshot(21, done: 100, depth: 2))
        #expect(abs(history.complete.reduce(0) { $0 + $1.completed } - 100) < 1e-9)
        #expect(history.complete.map(\.time) == Array(10...20))
        #expect(history.complete.filter { $0.depth == nil }.map(\.time) == Array(11...19))
    }

    @Test func aShortGap_isAStraightLine() {
        let history = history(
            snapshot(10, done: 0, depth: 10), snapshot(12, done: 0, depth: 20),
            snapshot(13, done: 0, depth: 20))
        #expect(history[11]?.depth == 17.5)
    }

    @Test func aGapInWhichNothingChanged_isNoGap() {
        let history = history(snapshot(10, done: 3), snapshot(60, done: 3), snapshot(61, done: 3))
        #expect(history.complete.count == 51)
        #expect(history.complete.allSatisfy { $0.depth == 0 && $0.completed == 0 })
    }

    @Test func countersThatGoBack_startAnew() {
        let history = history(
            snapshot(10, done: 50), snapshot(11, done: 60), snapshot(12, done: 1), snapshot(13, done: 4))
        #expect(history.complete.map(\.completed) == [3])
    }

    @Test func anOlderSnapshot_changesNothing() {
        var history = history(snapshot(10, done: 0), snapshot(12, done: 4))
        let before = history
        history.record(snapshot(11, done: 4))
        #expect(history.complete == before.complete)
    }

    @Test func anAbsurdTime_changesNothing() {
        var history = history(snapshot(10, done: 0), snapshot(12, done: 4))
        let before = history
        history.record(snapshot(.nan, done: 4))
        history.record(snapshot(1e300, done: 4))
        #expect(history.complete == before.complete)
    }

    @Test func pausedSeconds_areNotWorkingOnes() {
        let history = history(
            snapshot(10, done: 0), snapshot(11, done: 1, paused: true), snapshot(12, done: 1),
            snapshot(13, done: 2))
        #expect(history.working(from: 0, before: 100).map(\.time) == [10, 12])
        #expect(history.working(from: 12, before: 12).isEmpty)
    }

    @Test func memoryIsBounded() {
        var history = History()
        for second in 0..<12_000 { history.record(snapshot(Double(second), done: second)) }
        #expect(history.complete.count <= History.capacity * 5 / 4)
        #expect(history.complete.last?.time == 11_998)
    }
}
