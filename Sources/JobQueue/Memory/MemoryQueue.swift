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
    private(set) var starts = StartRate()

    /// Jobs that wait: what a capacity bounds.
    var depth: Int { Int(counters.scheduled + counters.queued) }

    /// Whether pause and limits let one more job start.
    func isOpen(at now: StoreTime) -> Bool {
        if settings.paused != nil { return false }
        if let limit = settings.concurrency, counters.running >= UInt64(max(limit, 0)) { return false }
        return starts.isOpen(settings, at: now)
    }

    /// Takes notice of a clock that was set back.
    mutating func setBack(to now: StoreTime) { starts.setBack(settings, to: now) }

    /// A job was started.
    mutating func takeToken(at now: StoreTime) { starts.start(settings, at: now) }
}

extension Counters {
    /// How many jobs are in a state; dead ones count as failed.
    package subscript(state: JobState) -> UInt64 {
        get {
            switch state {
            case .scheduled: scheduled
            case .queued: queued
            case .running: running
            case .succeeded: succeeded
            case .failed, .dead: failed
            case .cancelled: cancelled
            case .dropped: dropped
            }
        }
        set {
            switch state {
            case .scheduled: scheduled = newValue
            case .queued: queued = newValue
            case .running: running = newValue
            case .succeeded: succeeded = newValue
            case .failed, .dead: failed = newValue
            case .cancelled: cancelled = newValue
            case .dropped: dropped = newValue
            }
        }
    }
}
