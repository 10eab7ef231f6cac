import Monitoring
import Synchronization

/// Ends of attempts that the store has yet to be told.
final class SettlementBox: Sendable {
    private let waiting = Locked<[Settlement]>([])
    private let count = Atomic<UInt64>(0)
    let bell = Bell()

    /// How many attempts have ended so far.
    var added: UInt64 { count.load(ordering: .relaxed) }

    func add(_ settlement: Settlement) {
        count.add(1, ordering: .relaxed)
        let isFirst = waiting.withLock { waiting in
            waiting.append(settlement)
            return waiting.count == 1
        }
        if isFirst { bell.ring() }
    }

    /// The oldest ones.
    func take(_ limit: Int) -> [Settlement] {
        waiting.withLock { waiting in
            guard waiting.count > limit else {
                defer { waiting.removeAll() }
                return waiting
            }
            let taken = Array(waiting.prefix(limit))
            waiting.removeFirst(limit)
            return taken
        }
    }

    /// Those that could not be told come first the next time.
    func putBack(_ settlements: [Settlement]) {
        waiting.withLock { $0.insert(contentsOf: settlements, at: 0) }
    }

    var isEmpty: Bool { waiting.withLock { $0.isEmpty } }
}
