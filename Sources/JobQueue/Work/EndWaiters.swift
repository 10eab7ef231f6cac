import Monitoring
import Synchronization

/// Those who wait for jobs to end.
final class EndWaiters: Sendable {
    private struct State {
        var bells: [JobID: [Int: Bell]] = [:]
        var last = 0
        /// Where the last look at the store left off.
        var cursor = JobID(rawValue: 0)
    }

    private let state = Locked(State())

    /// Whether anybody waits.
    var isEmpty: Bool { state.withLock { $0.bells.isEmpty } }

    /// How many wait.
    var count: Int { state.withLock { $0.bells.values.reduce(0) { $0 + $1.count } } }

    func add(_ bell: Bell, for id: JobID) -> Int {
        state.withLock { state in
            state.last += 1
            state.bells[id, default: [:]][state.last] = bell
            return state.last
        }
    }

    func remove(_ number: Int, for id: JobID) {
        state.withLock { state in
            state.bells[id]?[number] = nil
            if state.bells[id]?.isEmpty ?? false { state.bells[id] = nil }
        }
    }

    /// These jobs may have ended.
    func ring(_ ids: some Sequence<JobID>) {
        let bells = state.withLock { state in ids.flatMap { state.bells[$0].map { Array($0.values) } ?? [] } }
        for bell in bells { bell.ring() }
    }

    /// The next jobs to look at, in turn.
    func batch(_ limit: Int) -> [JobID] {
        state.withLock { state in
            let ids = state.bells.keys.sorted()
            let cursor = state.cursor
            let batch = (ids.filter { $0 > cursor } + ids.filter { $0 <= cursor }).prefix(limit)
            if let last = batch.last { state.cursor = last }
            return Array(batch)
        }
    }
}
