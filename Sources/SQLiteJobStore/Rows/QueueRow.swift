import Foundation
import GRDB
import JobQueue
import Monitoring

/// One queue with its books.
struct QueueRow {
    let id: Int64
    let name: String
    var settings = QueueSettings()
    var counters = Counters()
    /// Jobs kept by state.
    var kept: [JobState: Int] = [:]
    /// When the next start would be due, in milliseconds, had all been evenly spaced (the generic cell rate algorithm,
    /// ITU-T I.371).
    private var nextStart = 0.0

    init(id: Int64, name: String) {
        self.id = id
        self.name = name
    }

    init(_ row: Row) throws {
        id = row["id"]
        name = row["name"]
        let text: String = row["settings"]
        if text != "{}" { settings = try JSONDecoder().decode(QueueSettings.self, from: Data(text.utf8)) }
        nextStart = row["next_start"]
        counters.submitted = Self.count(row, "submitted")
        counters.scheduled = Self.count(row, "scheduled")
        counters.queued = Self.count(row, "queued")
        counters.running = Self.count(row, "running")
        counters.succeeded = Self.count(row, "succeeded")
        counters.failed = Self.count(row, "failed")
        counters.cancelled = Self.count(row, "cancelled")
        counters.rejected = Self.count(row, "rejected")
        counters.retried = Self.count(row, "retried")
        counters.timedOut = Self.count(row, "timed_out")
        counters.rescued = Self.count(row, "rescued")
        kept = [
            .scheduled: Int(counters.scheduled), .queued: Int(counters.queued),
            .running: Int(counters.running),
            .succeeded: row["kept_succeeded"], .dead: row["kept_dead"], .cancelled: row["kept_cancelled"],
        ]
    }

    private static func count(_ row: Row, _ column: String) -> UInt64 {
        UInt64(clamping: row[column] as Int64)
    }

    func write(_ transaction: StoreTransaction) throws {
        let counts = [
            counters.submitted, counters.scheduled, counters.queued, counters.running, counters.succeeded,
            counters.failed, counters.cancelled, counters.rejected, counters.retried, counters.timedOut,
            counters.rescued,
        ]
        let kept = [JobState.succeeded, .dead, .cancelled].map { (self.kept[$0] ?? 0).databaseValue }
        try transaction.run(
            """
            UPDATE queues SET next_start = ?, submitted = ?, scheduled = ?, queued = ?, running = ?, succeeded = ?,
                failed = ?, cancelled = ?, rejected = ?, retried = ?, timed_out = ?, rescued = ?,
                kept_succeeded = ?, kept_dead = ?, kept_cancelled = ?
            WHERE id = ?
            """,
            [nextStart.databaseValue] + counts.map { Int64(clamping: $0).databaseValue } + kept
                + [id.databaseValue])
    }

    func writeSettings(_ transaction: StoreTransaction) throws {
        let text = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
        try transaction.run(
            "UPDATE queues SET settings = ? WHERE id = ?", [text.databaseValue, id.databaseValue])
    }

    func status(oldest: StoreTime?) -> QueueStatus {
        QueueStatus(
            name: name, settings: settings, counters: counters, kept: kept.filter { $0.value > 0 },
            oldest: oldest)
    }

    /// Jobs that wait: what a capacity bounds.
    var depth: Int { Int(counters.scheduled + counters.queued) }

    // MARK: Limits

    /// Whether pause and limits let one more job start.
    func isOpen(at now: StoreTime) -> Bool {
        if settings.paused != nil { return false }
        if let limit = settings.concurrency, counters.running >= UInt64(max(limit, 0)) { return false }
        guard let interval else { return true }
        return nextStart - interval * Double(burst - 1) <= Double(now.milliseconds)
    }

    /// When the next start is due at the latest: where the clock was set back, nobody waits for longer than a burst
    /// takes.
    private func latestStart(at now: StoreTime) -> Double? {
        interval.map { Double(now.milliseconds) + $0 * Double(burst) }
    }

    /// Whether the clock was set back since the last start.
    func isAhead(of now: StoreTime) -> Bool { latestStart(at: now).map { nextStart > $0 } ?? false }

    /// Takes notice of that.
    mutating func setBack(to now: StoreTime) { nextStart = latestStart(at: now) ?? nextStart }

    /// A job was started.
    mutating func takeToken(at now: StoreTime) {
        guard let interval else { return }
        nextStart = max(nextStart, Double(now.milliseconds)) + interval
    }

    private var burst: Int { max(settings.burst, 1) }

    /// Milliseconds between two starts; `nil` where there is no rate.
    private var interval: Double? {
        guard let rate = settings.rate else { return nil }
        // No row can hold infinity for good reason: this is longer than any store lives.
        return rate > 0 ? 1_000 / rate : 1e15
    }
}
