import CSQLiteSettings
import Foundation
import GRDB
import JobQueue

/// Opens the database of a store, or says clearly why not. A file that is not ours is left as it is.
enum StoreFile {
    /// Up to this size, in bytes, a file is looked through for damage when it is opened: about a second at most.
    static let checkedSize = 512 << 20

    static func open(_ path: String, _ options: SQLiteJobStore.Options) throws -> DatabasePool {
        pooltop_sqlite_count_no_memory()
        do {
            try inspect(path, options)
            let pool = try DatabasePool(path: path, configuration: configuration(options))
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = \(options.durability == .full ? "FULL" : "NORMAL")")
                // Pages of the log, not the default's 1,000: those that change all the time are copied once for many commits.
                try db.execute(sql: "PRAGMA wal_autocheckpoint = 8000")
                try db.execute(sql: "PRAGMA journal_size_limit = \(64 << 20)")
                // In KiB: the ends of the indexes of a deep queue stay in memory.
                try db.execute(sql: "PRAGMA cache_size = -16000")
                try db.inTransaction(.immediate) {
                    try StoreSchema.migrate(db, path: path)
                    return .commit
                }
            }
            return pool
        } catch {
            throw JobStoreError(translating: error, path: path)
        }
    }

    static func configuration(_ options: SQLiteJobStore.Options) -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(options.patience)
        configuration.maximumReaderCount = 2
        configuration.label = "pooltop-store"
        if let pages = options.maxPages {
            configuration.prepareDatabase { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") }
        }
        return configuration
    }

    /// Looks at what is there without changing it.
    private static func inspect(_ path: String, _ options: SQLiteJobStore.Options) throws {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
            guard FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory),
                isDirectory.boolValue
            else {
                throw JobStoreError(
                    .invalid, "there is no folder \(folder) for the jobs' database: make it first")
            }
            guard FileManager.default.isWritableFile(atPath: folder) else {
                throw JobStoreError(
                    .invalid, "the folder \(folder) cannot be written to: choose another place")
            }
            return
        }
        if isDirectory.boolValue { throw JobStoreError(.invalid, "\(path) is a folder: name a file in it") }
        guard FileManager.default.isReadableFile(atPath: path),
            FileManager.default.isWritableFile(atPath: path)
        else {
            throw JobStoreError(
                .invalid, "\(path) cannot be read and written by this user: choose another file")
        }
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        guard size > 0 else { return }
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        guard try file.read(upToCount: 16) == Data("SQLite format 3\0".utf8) else {
            throw JobStoreError(.incompatible, "\(path) is no database: name another file for the jobs")
        }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(options.patience)
        let database = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? database.close() }
        try database.read { db in
            try StoreSchema.check(db, path: path)
            guard size <= checkedSize else { return }
            let complaint = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "ok"
            guard complaint == "ok" else {
                throw JobStoreError(
                    .corrupt, "\(path) is damaged (\(complaint)): restore it, or name another file")
            }
        }
    }
}

extension JobStoreError {
    /// Says what a failure of the database means to a caller.
    init(translating error: any Error, path: String) {
        if let error = error as? JobStoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.unavailable, "\(path): \(error)")
            return
        }
        let detail = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.unavailable, "\(path) is locked by another program: try again, or end that one")
        case .SQLITE_FULL:
            self.init(.full, "no room is left for \(path): free some on its disk")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(.corrupt, "\(path) is damaged (\(detail)): restore it, or name another file")
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(.invalid, "\(path) cannot be opened for writing (\(detail)): check who may write there")
        case .SQLITE_MISUSE:
            self.init(.closed, "the store \(path) is closed: open it again")
        default:
            self.init(.unavailable, "\(path): \(detail)")
        }
    }
}
