import Foundation
import GRDB
import JobQueue
import Monitoring

/// What the writer has to know of a job to move it on.
struct JobRow {
    static let columns =
        "id, queue, state, since, priority, token, session, attempt, rescues, cancel, started, deadline, key, outcome, "
        + "error, history, ended"

    let id: Int64
    let queue: Int64
    let state: JobState
    let since: Int64
    let priority: Int
    let token: Int64
    let session: Int64?
    let attempt: Int
    let rescues: Int
    let isCancelRequested: Bool
    let started: StoreTime?
    let deadline: StoreTime?
    let key: String?
    let outcome: String?
    let error: String?
    let history: String?
    let ended: StoreTime?

    init(_ row: Row) throws {
        id = row[0]
        queue = row[1]
        state = try StateCode.state(row[2])
        since = row[3]
        priority = row[4]
        token = row[5]
        session = row[6]
        attempt = row[7]
        rescues = row[8]
        isCancelRequested = row[9]
        started = StoreTime(ofJob: row[10])
        deadline = (row[11] as Int64?).map { StoreTime(milliseconds: $0) }
        key = row[12]
        outcome = JobRow.outcome(row[13], state)
        error = row[14]
        history = row[15]
        ended = StoreTime(ofJob: row[16])
    }

    /// How the last attempt ended. Of most jobs there is nothing to be told that their state does not.
    static func outcome(_ column: String?, _ state: JobState) -> String? {
        column ?? (state == .succeeded ? "succeeded" : nil)
    }

    /// Whether it has run out of time.
    func isExpired(at now: StoreTime) -> Bool { deadline.map { $0 <= now } ?? false }

    /// The history with the last attempt in it.
    ///
    /// - Parameters:
    ///   - outcome: how that attempt ended; `nil` where it ended before and the row says how.
    func history(
        _ transaction: StoreTransaction, adding outcome: String? = nil, error: String? = nil,
        at now: StoreTime? = nil
    ) throws -> DatabaseValue {
        guard let outcome = outcome ?? self.outcome, let started else { return history.text }
        var attempt = StoredAttempt(
            number: self.attempt, owner: try transaction.owner(of: session), started: started,
            outcome: outcome)
        attempt.ended = now ?? ended
        attempt.error = now == nil ? self.error : error
        let attempts = (try History.read(history) + [attempt]).suffix(StoredJob.maxHistory)
        return try History.write(Array(attempts)).databaseValue
    }
}

/// Attempts as text.
enum History {
    static func read(_ text: String?) throws -> [StoredAttempt] {
        guard let text else { return [] }
        return try JSONDecoder().decode([StoredAttempt].self, from: Data(text.utf8))
    }

    static func write(_ attempts: [StoredAttempt]) throws -> String {
        String(decoding: try JSONEncoder().encode(attempts), as: UTF8.self)
    }
}

/// Labels as text.
enum Tags {
    static func read(_ text: String?) throws -> [String: String] {
        guard let text else { return [:] }
        return try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
    }

    static func write(_ tags: [String: String]) throws -> String? {
        guard !tags.isEmpty else { return nil }
        return String(decoding: try JSONEncoder().encode(tags), as: UTF8.self)
    }
}

extension StoreTransaction {
    /// The owner of a session, also of one that is over.
    func owner(of session: Int64?) throws -> String {
        guard let session else { return "" }
        return try row("SELECT owner FROM sessions WHERE id = ?", [session.databaseValue])?[0] ?? ""
    }

    func job(_ id: JobID) throws -> JobRow? {
        try row("SELECT \(JobRow.columns) FROM jobs WHERE id = ?", [id.databaseValue]).map(JobRow.init)
    }

    /// Moves a job that waits, or that has ended, to another state.
    func move(_ job: JobRow, to state: JobState, error: String?, now: StoreTime) throws {
        try run(
            "UPDATE jobs SET state = ?, ended = ?, cancel = 0, error = ? WHERE id = ?",
            [
                state.code, state.isFinal ? now.databaseValue : .null, error.text, job.id.databaseValue,
            ])
        try books(job.queue).count(from: job.state, to: state)
    }

    /// Gives up a job that has not ended by its deadline.
    func expire(_ job: JobRow, now: StoreTime) throws {
        try move(job, to: .dead, error: "did not end by its deadline", now: now)
    }

    /// Has a running job wait again, as if it had never been claimed; or ends it where an operator wants that.
    ///
    /// - Returns: its state.
    @discardableResult
    func handBack(_ job: JobRow, as outcome: String, rescues: Int? = nil, now: StoreTime) throws -> JobState {
        let state: JobState = job.isCancelRequested ? .cancelled : .queued
        try run(
            """
            UPDATE jobs SET state = ?, ended = ?, cancel = 0, attempt = attempt - 1, rescues = ?, progress = NULL,
                note = NULL, outcome = NULL, history = ?
            WHERE id = ?
            """,
            [
                state.code, state.isFinal ? now.databaseValue : .null, (rescues ?? job.rescues).databaseValue,
                try job.history(self, adding: outcome, at: now), job.id.databaseValue,
            ])
        try books(job.queue).count(from: .running, to: state)
        return state
    }
}
