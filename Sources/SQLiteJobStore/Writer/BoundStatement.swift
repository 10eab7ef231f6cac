import GRDB
import GRDBSQLite

/// A statement that is prepared once, and bound and stepped by SQLite's own functions: for what is done for every job
/// and every transaction, where arrays of values and rows would cost more than the database does.
final class BoundStatement {
    // Owns the handle.
    private let statement: Statement
    private let handle: SQLiteStatement
    private var bound: CInt = 0

    init(_ database: Database, _ sql: String) throws {
        statement = try database.makeStatement(sql: sql)
        handle = statement.sqliteStatement
    }

    // MARK: Binding, one value after the other

    @discardableResult
    func bind(_ value: Int64?) -> Self {
        bind { place in
            guard let value else { return sqlite3_bind_null(handle, place) }
            return sqlite3_bind_int64(handle, place, value)
        }
    }

    @discardableResult
    func bind(_ value: Double) -> Self { bind { sqlite3_bind_double(handle, $0, value) } }

    @discardableResult
    func bind(_ text: String?) -> Self {
        bind { place in
            guard var text else { return sqlite3_bind_null(handle, place) }
            return text.withUTF8 {
                sqlite3_bind_text64(
                    handle, place, UnsafeRawPointer($0.baseAddress)?.assumingMemoryBound(to: CChar.self),
                    sqlite3_uint64($0.count), Self.copied, UInt8(SQLITE_UTF8))
            }
        }
    }

    @discardableResult
    func bind(_ bytes: [UInt8]?) -> Self {
        bind { place in
            guard let bytes else { return sqlite3_bind_null(handle, place) }
            // No bytes at all would be bound as NULL.
            if bytes.isEmpty { return sqlite3_bind_zeroblob(handle, place, 0) }
            return bytes.withUnsafeBytes {
                sqlite3_bind_blob64(
                    handle, place, $0.baseAddress, sqlite3_uint64($0.count), Self.copied)
            }
        }
    }

    /// Binds the next value. Fails only for want of memory, or where there is no such place: the program is wrong.
    @inline(__always)
    private func bind(_ value: (CInt) -> CInt) -> Self {
        bound += 1
        let code = value(bound)
        precondition(code == SQLITE_OK, "value \(bound) was not bound: \(code)")
        return self
    }

    /// `SQLITE_TRANSIENT`: SQLite makes a copy.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    // MARK: Executing

    /// Goes to the next row; false after the last, when other values may be bound.
    func next() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            end()
            return false
        default:
            let connection = sqlite3_db_handle(handle)
            let error = DatabaseError(
                resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
                message: sqlite3_errmsg(connection).map { String(cString: $0) })
            end()
            throw error
        }
    }

    /// Executes it to its end.
    ///
    /// - Returns: how many rows it changed, if it is one that changes rows.
    @discardableResult
    func run() throws -> Int {
        while try next() {}
        return Int(sqlite3_changes(sqlite3_db_handle(handle)))
    }

    /// Looks at no more rows.
    func end() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
        bound = 0
    }

    // MARK: The values of a row, from 0

    func integer(_ column: CInt) -> Int64 { sqlite3_column_int64(handle, column) }

    func optionalInteger(_ column: CInt) -> Int64? { isNull(column) ? nil : integer(column) }

    func text(_ column: CInt) -> String {
        guard let start = sqlite3_column_text(handle, column) else { return "" }
        let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column)))
        return String(decoding: bytes, as: UTF8.self)
    }

    func optionalText(_ column: CInt) -> String? { isNull(column) ? nil : text(column) }

    func bytes(_ column: CInt) -> [UInt8] {
        let start = sqlite3_column_blob(handle, column)
        return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    private func isNull(_ column: CInt) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
}
