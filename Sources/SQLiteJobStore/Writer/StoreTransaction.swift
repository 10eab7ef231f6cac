import GRDB
import JobQueue
import Monitoring

/// What the writer knows while it works on a transaction, and from one to the next as long as nobody else writes:
/// queues with their counters, and the number of the last job. Used by the writer's thread alone.
final class StoreTransaction {
    private var database: Database?
    private var frequent = [BoundStatement?](repeating: nil, count: FrequentStatement.allCases.count)
    /// What SQLite counts up when another connection has written.
    private var dataVersion: Int64?
    private var queues: [String: QueueRow] = [:]
    private var queuesByID: [Int64: QueueRow] = [:]
    private var changedQueues: [QueueRow] = []
    private var lastJob: Int64 = 0
    /// Whether the last number has to be remembered, as its job may be gone.
    private var hasDeleted = false
    /// Whether it has changed anything.
    private(set) var hasChanged = false

    // MARK: From begin to finish

    func begin(_ db: Database) throws {
        database = db
        hasChanged = false
        let look = try statement(.dataVersion)
        let version = try look.next() ? look.integer(0) : 0
        look.end()
        guard version != dataVersion else { return }
        queues = [:]
        queuesByID = [:]
        changedQueues = []
        for row in try Row.fetchAll(try db.cachedStatement(sql: "SELECT * FROM queues")) {
            add(try QueueRow(row))
        }
        let last = "SELECT max(last_job, (SELECT ifnull(max(id), 0) FROM jobs)) FROM deleted"
        lastJob = try Int64.fetchOne(try db.cachedStatement(sql: last)) ?? 0
        hasDeleted = false
        dataVersion = version
    }

    /// Writes down what has changed about queues, and what must not be given out again.
    func finish() throws {
        for queue in changedQueues { try queue.write(statement(.writeQueue)) }
        changedQueues = []
        if hasDeleted { try run("UPDATE deleted SET last_job = ?", [lastJob.databaseValue]) }
        hasDeleted = false
    }

    /// The transaction was undone: what is known is read again.
    func forget() { dataVersion = nil }

    // MARK: Statements

    private var db: Database {
        guard let database else { preconditionFailure("used before it began") }
        return database
    }

    /// A statement to be bound and executed.
    func statement(_ statement: FrequentStatement) throws -> BoundStatement {
        if let known = frequent[statement.rawValue] { return known }
        let made = try BoundStatement(db, statement.sql)
        frequent[statement.rawValue] = made
        return made
    }

    var lastInsertedNumber: Int64 { db.lastInsertedRowID }

    /// Runs a statement that answers nothing.
    func run(_ sql: String, _ arguments: [DatabaseValue]) throws {
        let statement = try db.cachedStatement(sql: sql)
        statement.setUncheckedArguments(StatementArguments(arguments))
        try statement.execute()
        hasChanged = true
    }

    /// Reads rows.
    func rows(_ sql: String, _ arguments: [DatabaseValue]) throws -> [Row] {
        try Row.fetchAll(try db.cachedStatement(sql: sql), arguments: StatementArguments(arguments))
    }

    /// Reads one row.
    func row(_ sql: String, _ arguments: [DatabaseValue]) throws -> Row? {
        try Row.fetchOne(try db.cachedStatement(sql: sql), arguments: StatementArguments(arguments))
    }

    // MARK: Queues and numbers

    /// All queues.
    var allQueues: Dictionary<String, QueueRow>.Values { queues.values }

    func queue(_ name: String) -> QueueRow? { queues[name] }

    /// A queue whose books are about to be changed; it is made where there is none.
    func books(_ name: String) throws -> QueueRow {
        if let queue = queues[name] { return books(queue) }
        guard queues.count < Token.queueLimit - 1 else {
            throw JobStoreError(
                .full, "a store keeps less than \(Token.queueLimit) queues: use another file for more")
        }
        try run("INSERT INTO queues (name, settings) VALUES (?, '{}')", [name.databaseValue])
        let queue = QueueRow(id: lastInsertedNumber, name: name)
        add(queue)
        return books(queue)
    }

    /// The queue of a job, whose books are about to be changed.
    func books(_ id: Int64) throws -> QueueRow {
        guard let queue = queuesByID[id] else {
            throw JobStoreError(.corrupt, "a job is in queue \(id), which is not there: restore the database")
        }
        return books(queue)
    }

    func books(_ queue: QueueRow) -> QueueRow {
        hasChanged = true
        if !queue.isChanged {
            queue.isChanged = true
            changedQueues.append(queue)
        }
        return queue
    }

    private func add(_ queue: QueueRow) {
        queues[queue.name] = queue
        queuesByID[queue.id] = queue
    }

    /// The number of a new job. None is given twice, not even that of a job that is gone.
    func nextJob() -> Int64 {
        lastJob += 1
        return lastJob
    }

    func delete(_ job: DatabaseValue) throws {
        try run("DELETE FROM jobs WHERE id = ?", [job])
        hasDeleted = true
    }
}
