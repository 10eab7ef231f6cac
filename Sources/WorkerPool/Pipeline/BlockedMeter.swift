import Monitoring
import Synchronization

/// Measures how long the workers of a stage wait for room in the next one.
///
/// Touched only where a worker has to wait.
final class BlockedMeter: Sendable {
    private struct State {
        /// Workers that wait now, and the sum of the times since when they do.
        var waiting = 0
        var sinceSum: UInt64 = 0
        /// Time spent on waits that are over.
        var past: UInt64 = 0
        /// Two earlier readings, 5 to 10 seconds apart.
        var older: (time: UInt64, blocked: UInt64)?
        var newer: (time: UInt64, blocked: UInt64)?

        func blocked(at now: UInt64) -> UInt64 { past + elapsed(from: sinceSum, to: now * UInt64(waiting)) }

        /// Blocked time per time passed since the older reading, summed over all workers.
        mutating func rate(at now: UInt64) -> Double {
            let blocked = blocked(at: now)
            guard let first = newer else {
                newer = (now, blocked)
                return 0
            }
            if elapsed(from: first.time, to: now) > 5_000_000_000 {
                older = first
                newer = (now, blocked)
            }
            let base = older ?? first
            guard now > base.time else { return 0 }
            return Double(elapsed(from: base.blocked, to: blocked)) / Double(now - base.time)
        }
    }

    private let clock: PoolClock
    /// When the stage was made: waits are counted from there, so that their sum stays small.
    private let born: UInt64
    private let state = Locked(State())

    init(clock: PoolClock) {
        self.clock = clock
        born = clock.now()
    }

    private var now: UInt64 { elapsed(from: born, to: clock.now()) }

    /// A worker begins to wait; returns what ``ended(_:)`` is to be told.
    func began() -> UInt64 {
        let now = now
        state.withLock { state in
            state.waiting += 1
            state.sinceSum += now
        }
        return now
    }

    /// A worker waits no more. Called in its task.
    func ended(_ since: UInt64) {
        let now = now
        Seat.current?.slot?.waited += elapsed(from: since, to: now)
        state.withLock { state in
            state.waiting -= 1
            state.sinceSum -= since
            state.past += elapsed(from: since, to: now)
        }
    }

    /// How many workers wait now, and how many have waited on average in about the last 10 seconds.
    func reading() -> (waiting: Int, average: Double) {
        let now = now
        return state.withLock { ($0.waiting, $0.rate(at: now)) }
    }
}
