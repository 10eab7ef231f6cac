import Monitoring

/// One line of the log: an event of the pool, or something the cockpit found out itself.
struct LogEntry: Sendable, Equatable, Identifiable {
    /// Counts the lines from 1 in the order in which they came.
    var id: UInt64
    var time: UnixTime
    /// What it is about, in one word.
    var kind: String
    var level: PoolEvent.Level
    var worker: WorkerID?
    var job: JobID?
    var message: String
}

/// The latest lines of the log.
struct EventLog: Sendable, Equatable {
    /// How many are kept.
    static let capacity = 2_000

    /// Oldest first.
    private(set) var entries: [LogEntry] = []
    /// The number of the newest event read.
    private(set) var lastEvent: UInt64 = 0
    /// Events that the pool dropped before they could be read.
    private(set) var skipped: UInt64 = 0
    private var lines: UInt64 = 0

    /// Adds a line.
    mutating func add(
        _ message: String, kind: String, level: PoolEvent.Level = .info, worker: WorkerID? = nil,
        job: JobID? = nil, time: UnixTime
    ) {
        lines += 1
        entries.append(
            LogEntry(
                id: lines, time: time, kind: kind, level: level, worker: worker, job: job, message: message))
        if entries.count > Self.capacity + Self.capacity / 4 {
            entries.removeFirst(entries.count - Self.capacity)
        }
    }

    /// Adds a page of events; says where some are missing.
    mutating func add(_ page: EventPage) -> [PoolEvent] {
        let fresh = page.events.filter { $0.id > lastEvent }
        guard let first = fresh.first, let last = fresh.last else { return [] }
        if page.skipped > 0 {
            skipped += page.skipped
            add(
                "\(Format.many(page.skipped, "event was", "events were")) dropped unread", kind: "skipped",
                level: .warning, time: first.time)
        }
        for event in fresh {
            add(
                event.message, kind: Self.word(event.kind), level: event.level, worker: event.worker,
                job: event.job, time: event.time)
        }
        lastEvent = last.id
        return fresh
    }

    /// Starts anew: the source counts its events from 1 again.
    mutating func restart() { lastEvent = 0 }

    private static func word(_ kind: PoolEvent.Kind) -> String {
        switch kind {
        case .failed: "failed"
        case .retrying: "retrying"
        case .timedOut: "timed out"
        case .cancelled: "cancelled"
        case .recovered: "recovered"
        case .overflow: "overflow"
        case .operated: "operator"
        case .lifecycle: "pool"
        case .note: "note"
        }
    }
}
