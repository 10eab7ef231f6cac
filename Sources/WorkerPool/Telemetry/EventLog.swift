import DequeModule
import Monitoring

/// The latest events of a pool, numbered without gaps.
struct EventLog {
    /// How many are kept.
    static let limit = 2_048

    private var events = Deque<PoolEvent>()
    private(set) var lastID: UInt64 = 0
    private(set) var isClosed = false
    private var lastWaiter: UInt64 = 0
    /// Those who wait for the next event.
    private var waiters: [UInt64: UnsafeContinuation<Void, Never>] = [:]

    /// Appends an event; returns it with its number, and those to be resumed.
    mutating func append(_ event: PoolEvent) -> (event: PoolEvent, waiters: [UnsafeContinuation<Void, Never>])
    {
        var event = event
        lastID += 1
        event.id = lastID
        events.append(event)
        if events.count > EventLog.limit { events.removeFirst() }
        return (event, takeWaiters())
    }

    /// No event follows.
    mutating func close() -> [UnsafeContinuation<Void, Never>] {
        isClosed = true
        return takeWaiters()
    }

    /// Events numbered above `id`, and how many of them are no longer kept.
    func page(after id: UInt64, limit: Int) -> EventPage {
        guard let oldest = events.first?.id, id < lastID else { return EventPage(events: [], skipped: 0) }
        let from = max(id + 1, oldest)
        let start = Int(from - oldest)
        let end = min(events.count, start + max(limit, 0))
        return EventPage(events: Array(events[start..<end]), skipped: from - id - 1)
    }

    /// A number for someone who is going to wait.
    mutating func nextWaiter() -> UInt64 {
        lastWaiter += 1
        return lastWaiter
    }

    /// Waits for an event numbered above `id`; false where there is no need to wait.
    mutating func wait(after id: UInt64, as waiter: UInt64, _ continuation: UnsafeContinuation<Void, Never>)
        -> Bool
    {
        guard id >= lastID, !isClosed else { return false }
        waiters[waiter] = continuation
        return true
    }

    mutating func takeWaiter(_ waiter: UInt64) -> UnsafeContinuation<Void, Never>? {
        waiters.removeValue(forKey: waiter)
    }

    private mutating func takeWaiters() -> [UnsafeContinuation<Void, Never>] {
        defer { waiters = [:] }
        return Array(waiters.values)
    }
}
