import Foundation
import GRDB
import JobQueue
import Monitoring

/// One queue with its books.
final class QueueRow {
    let id: Int64
    let name: String
    var settings = QueueSettings()
    var counters = Counters()
    /// Jobs kept by state, in the order of ``StateCode``.
    private var keptByCode = [Int](repeating: 0, count: JobState.allCases.count)
    private var starts = StartRate()
    /// Whether its books have to be written at the end of the transaction.
    var isChanged = false

    init(id: Int64, name: String) {
        self.id = id
        self.name = name
    }

    init(_ row: Row) throws {
        id = row["id"]
        name = row["name"]
        let text: String = row["settings"]
        if text != "{}" { settings = try JSONDecoder().decode(QueueSettings.self, from: Data(text.utf8)) }
        starts = StartRate(nextStart: row["next_start"])
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
        for (state, count) in [
            (JobState.scheduled, Int(counters.scheduled)), (.queued, Int(counters.queued)),
            (.running, Int(counters.running)), (.succeeded, row["kept_succeeded"]), (.dead, row["kept_dead"]),
            (.cancelled, row["kept_cancelled"]),
        ] { keptByCode[StateCode.of(state)] = count }
    }

    /// Jobs kept by state.
    var kept: [JobState: Int] {
        var kept: [JobState: Int] = [:]
        for state in JobState.allCases where keptByCode[StateCode.of(state)] > 0 {
            kept[state] = keptByCode[StateCode.of(state)]
        }
        return kept
    }

    /// A job was deleted that had this state.
    func forget(_ state: JobState) { keptByCode[StateCode.of(state)] -= 1 }

    private static func count(_ row: Row, _ column: String) -> UInt64 {
        UInt64(clamping: row[column] as Int64)
    }

    func write(_ statement: BoundStatement) throws {
        isChanged = false
        statement.bind(starts.nextStart)
        for count in [
            counters.submitted, counters.scheduled, counters.queued, counters.running, counters.succeeded,
            counters.failed, counters.cancelled, counters.rejected, counters.retried, counters.timedOut,
            counters.rescued,
        ] {
            statement.bind(Int64(clamping: count))
        }
        for state in [JobState.succeeded, .dead, .cancelled] {
            statement.bind(Int64(keptByCode[StateCode.of(state)]))
        }
        try statement.bind(id).run()
    }

    func writeSettings(_ transaction: StoreTransaction) throws {
        let text = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
        try transaction.run(
            "UPDATE queues SET settings = ? WHERE id = ?", [text.databaseValue, id.databaseValue])
    }

    func status(oldest: StoreTime?, at now: StoreTime) -> QueueStatus {
        QueueStatus(
            name: name, settings: settings, counters: counters, kept: kept,
            oldest: oldest, starts: starts.figures(settings, at: now))
    }

    /// Jobs go from one state to another; `nil` before they were there.
    func count(from old: JobState?, to new: JobState, _ jobs: Int = 1) {
        if let old {
            counters[old] -= UInt64(jobs)
            keptByCode[StateCode.of(old)] -= jobs
        }
        counters[new] += UInt64(jobs)
        keptByCode[StateCode.of(new)] += jobs
    }

    /// Jobs that wait: what a capacity bounds.
    var depth: Int { Int(counters.scheduled + counters.queued) }

    // MARK: Limits

    /// Whether pause and limits let one more job start.
    func isOpen(at now: StoreTime) -> Bool {
        if settings.paused != nil { return false }
        if let limit = settings.concurrency, counters.running >= UInt64(max(limit, 0)) { return false }
        return starts.isOpen(settings, at: now)
    }

    /// Whether the clock was set back since the last start.
    func isAhead(of now: StoreTime) -> Bool { starts.isAhead(settings, of: now) }

    /// Takes notice of that.
    func setBack(to now: StoreTime) { starts.setBack(settings, to: now) }

    /// A job was started.
    func takeToken(at now: StoreTime) { starts.start(settings, at: now) }
}
