import GRDB
import JobQueue
import Monitoring

/// What the writer knows while it works on a transaction, and from one to the next as long as nobody else writes:
/// queues with their counters, and the numbers given out. Used by the writer's thread alone.
final class StoreTransaction {
    private var database: Database?
    /// What SQLite counts up when another connection has written.
    private var dataVersion: Int64?
    private var queues: [String: QueueRow] = [:]
    private var names: [Int64: String] = [:]
    private var changedQueues: Set<String> = []
    private var numbers = Numbers()
    private var keptNumbers = Numbers()
    /// Whether it has changed anything.
    private(set) var hasChanged = false

    /// The last numbers that were given out.
    struct Numbers: Equatable {
        var job: Int64 = 0
        var session: Int64 = 0
        var token: Int64 = 0
    }

    // MARK: From begin to finish

    func begin(_ db: Database) throws {
        database = db
        hasChanged = false
        changedQueues = []
        let version = try Int64.fetchOne(try db.cachedStatement(sql: "PRAGMA data_version"))
        guard version != dataVersion else { return }
        queues = [:]
        names = [:]
        for row in try Row.fetchAll(try db.cachedStatement(sql: "SELECT * FROM queues")) {
            let queue = try QueueRow(row)
            queues[queue.name] = queue
            names[queue.id] = queue.name
        }
        if let row = try Row.fetchOne(try db.cachedStatement(sql: "SELECT job, session, token FROM counters"))
        {
            numbers = Numbers(job: row[0], session: row[1], token: row[2])
        }
        keptNumbers = numbers
        dataVersion = version
    }

    /// Writes down what has changed about queues and numbers.
    func finish() throws {
        for name in changedQueues { try queues[name]?.write(self) }
        if numbers != keptNumbers {
            try run(
                "UPDATE counters SET job = ?, session = ?, token = ?",
                [numbers.job.databaseValue, numbers.session.databaseValue, numbers.token.databaseValue])
            keptNumbers = numbers
        }
    }

    /// The transaction was undone: what is known is read again.
    func forget() { dataVersion = nil }

    // MARK: Statements

    private var db: Database {
        guard let database else { preconditionFailure("used before it began") }
        return database
    }

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

    /// Runs a statement that changes rows and answers with them.
    func change(_ sql: String, _ arguments: [DatabaseValue]) throws -> Row? {
        hasChanged = true
        return try row(sql, arguments)
    }

    // MARK: Queues and numbers

    /// All queues by name.
    var allQueues: [String: QueueRow] { queues }

    func queue(_ name: String) -> QueueRow? { queues[name] }

    func name(of queue: Int64) -> String { names[queue] ?? "" }

    /// Changes a queue, which is made where there is none.
    @discardableResult
    func changeQueue<Result>(_ name: String, _ change: (inout QueueRow) throws -> Result) throws -> Result {
        if queues[name] == nil {
            try run("INSERT INTO queues (name, settings) VALUES (?, '{}')", [name.databaseValue])
            let id = db.lastInsertedRowID
            queues[name] = QueueRow(id: id, name: name)
            names[id] = name
        }
        hasChanged = true
        changedQueues.insert(name)
        guard var queue = queues.removeValue(forKey: name) else { preconditionFailure("it was just made") }
        defer { queues[name] = queue }
        return try change(&queue)
    }

    /// A job goes from one state to another, in the books of its queue.
    func count(_ name: String, from old: JobState?, to new: JobState?) throws {
        try changeQueue(name) { queue in
            if let old {
                queue.counters[old] -= 1
                queue.kept[old, default: 0] -= 1
            }
            if let new {
                queue.counters[new] += 1
                queue.kept[new, default: 0] += 1
            }
        }
    }

    func nextJob() -> Int64 {
        numbers.job += 1
        return numbers.job
    }

    func nextSession() -> Int64 {
        numbers.session += 1
        return numbers.session
    }

    func nextToken() -> Int64 {
        numbers.token += 1
        return numbers.token
    }
}
