import GRDBSQLite
import Glibc

/// The yardstick of the SQLite figures: the plainest queue in SQL, 100 jobs a transaction, through SQLite's own functions.
struct PlainSQL {
    private static let batch = 100
    private let connection: OpaquePointer
    private let path: String

    init(path: String, isFull: Bool) throws {
        self.path = path
        Self.remove(path)
        var connection: OpaquePointer?
        guard sqlite3_open(path, &connection) == SQLITE_OK, let connection else {
            throw BenchmarkFailure("\(path) cannot be opened")
        }
        self.connection = connection
        for line in [
            "PRAGMA journal_mode = WAL", "PRAGMA synchronous = \(isFull ? "FULL" : "NORMAL")",
            "CREATE TABLE jobs (id INTEGER PRIMARY KEY, state INTEGER NOT NULL, payload BLOB NOT NULL)",
            "CREATE INDEX waiting ON jobs (id) WHERE state = 0",
        ] { try execute(line) }
    }

    /// Microseconds a job: inserted, taken and ended.
    func measure(jobs: Int) throws -> Double {
        let insert = try prepare("INSERT INTO jobs (state, payload) VALUES (0, zeroblob(64))")
        let first = try prepare(
            "SELECT id, payload FROM jobs WHERE state = 0 ORDER BY id LIMIT \(Self.batch)")
        let take = try prepare("UPDATE jobs SET state = 1 WHERE id = ?")
        let end = try prepare("UPDATE jobs SET state = 2 WHERE id = ?")
        defer {
            for statement in [insert, first, take, end] { sqlite3_finalize(statement) }
            sqlite3_close(connection)
            Self.remove(path)
        }
        let start = ContinuousClock.now
        for _ in 0..<(jobs / Self.batch) {
            try execute("BEGIN IMMEDIATE")
            for _ in 0..<Self.batch { try run(insert) }
            try execute("COMMIT")
            try execute("BEGIN IMMEDIATE")
            var taken: [Int64] = []
            while sqlite3_step(first) == SQLITE_ROW { taken.append(sqlite3_column_int64(first, 0)) }
            sqlite3_reset(first)
            for id in taken { try run(take, id) }
            try execute("COMMIT")
            try execute("BEGIN IMMEDIATE")
            for id in taken { try run(end, id) }
            try execute("COMMIT")
        }
        return nanoseconds(start.duration(to: .now)) / 1_000 / Double(jobs)
    }

    static func remove(_ path: String) { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }

    private func execute(_ sql: String) throws {
        guard sqlite3_exec(connection, sql, nil, nil, nil) == SQLITE_OK else {
            throw BenchmarkFailure("\(sql): \(String(cString: sqlite3_errmsg(connection)))")
        }
    }

    private func prepare(_ sql: String) throws -> OpaquePointer {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(connection, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
            throw BenchmarkFailure("\(sql): \(String(cString: sqlite3_errmsg(connection)))")
        }
        return statement
    }

    private func run(_ statement: OpaquePointer, _ id: Int64? = nil) throws {
        if let id { sqlite3_bind_int64(statement, 1, id) }
        guard sqlite3_step(statement) == SQLITE_DONE else {
            throw BenchmarkFailure(String(cString: sqlite3_errmsg(connection)))
        }
        sqlite3_reset(statement)
    }
}
