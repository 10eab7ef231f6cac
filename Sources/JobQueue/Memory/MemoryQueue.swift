package import Monitoring

/// One queue of a store in memory.
struct MemoryQueue {
    var settings = QueueSettings()
    var counters = Counters()
    var kept: [JobState: Int] = [:]
    /// Queued jobs by rank.
    var ready = LazyHeap()
    /// Queued jobs by the time since when they wait.
    var waiting = LazyHeap()
    /// Jobs that have not ended, by key.
    var keys: [String: JobID] = [:]
    /// When the next start would be due, in milliseconds, had all been evenly spaced (the generic cell rate
    /// algorithm, ITU-T I.371).
    private var nextStart = 0.0

    /// Jobs that wait: what a capacity bounds.
    var depth: Int { Int(counters.scheduled + counters.queued) }

    /// Whether pause and limits let one more job start.
    mutating func isOpen(at now: StoreTime) -> Bool {
        if settings.paused != nil { return false }
        if let limit = settings.concurrency, counters.running >= UInt64(max(limit, 0)) { return false }
        guard let interval else { return true }
        // Where the clock was set back, nobody waits for longer than a burst takes.
        nextStart = min(nextStart, Double(now.milliseconds) + interval * Double(burst))
        return nextStart - interval * Double(burst - 1) <= Double(now.milliseconds)
    }

    /// A job was started.
    mutating func takeToken(at now: StoreTime) {
        guard let interval else { return }
        nextStart = max(nextStart, Double(now.milliseconds)) + interval
    }

    private var burst: Int { max(settings.burst, 1) }

    /// Milliseconds between two starts; `nil` where there is no rate.
    private var interval: Double? {
        guard let rate = settings.rate else { return nil }
        return rate > 0 ? 1_000 / rate : .infinity
    }
}

extension Counters {
    /// How many jobs are in a state; dead ones count as failed.
    package subscript(state: JobState) -> UInt64 {
        get { self[keyPath: Counters.path(state)] }
        set { self[keyPath: Counters.path(state)] = newValue }
    }

    private static func path(_ state: JobState) -> WritableKeyPath<Counters, UInt64> {
        switch state {
        case .scheduled: \.scheduled
        case .queued: \.queued
        case .running: \.running
        case .succeeded: \.succeeded
        case .failed, .dead: \.failed
        case .cancelled: \.cancelled
        case .dropped: \.dropped
        }
    }
}
