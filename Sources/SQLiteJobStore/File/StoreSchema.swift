import GRDB
import JobQueue

/// The tables of a store, and how older files become current ones.
enum StoreSchema {
    /// Marks a database as one of ours: "pltq" in ASCII.
    static let applicationID = 0x706C_7471
    /// The version this code writes; SQLite keeps it as `user_version`.
    static let version = 1

    /// Makes a new file current; does nothing to one that is.
    ///
    /// - Throws: ``JobStoreError`` where the file is not ours or newer than this code.
    static func migrate(_ db: Database, path: String) throws {
        let found = try check(db, path: path)
        guard found < version else { return }
        // Each step takes a file from one version to the next; a published step is never changed.
        if found < 1 { try createFirst(db) }
        try db.execute(sql: "PRAGMA application_id = \(applicationID)")
        try db.execute(sql: "PRAGMA user_version = \(version)")
    }

    /// The version of the file, 0 for an empty one; changes nothing.
    ///
    /// - Throws: as ``migrate(_:path:)``.
    @discardableResult
    static func check(_ db: Database, path: String) throws -> Int {
        let owner = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let found = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        if owner == 0, found == 0, try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0 {
            return 0
        }
        guard owner == applicationID else {
            throw JobStoreError(
                .incompatible, "\(path) is another program's database: name a file of its own for the jobs")
        }
        guard found <= version else {
            throw JobStoreError(
                .incompatible,
                "\(path) was written by a newer pooltop (version \(found) of its tables, this one knows \(version)): "
                    + "use that one, or another file")
        }
        return found
    }

    /// Times are milliseconds since 1970; states are those of ``StateCode``.
    private static func createFirst(_ db: Database) throws {
        try db.execute(
            sql: """
                -- No job that was ever deleted has a higher number.
                CREATE TABLE deleted (id INTEGER PRIMARY KEY CHECK (id = 1), last_job INTEGER NOT NULL) STRICT;
                INSERT INTO deleted VALUES (1, 0);
                CREATE TABLE queues (
                    id INTEGER PRIMARY KEY,
                    name TEXT NOT NULL UNIQUE,
                    settings TEXT NOT NULL,
                    next_start REAL NOT NULL DEFAULT 0,
                    submitted INTEGER NOT NULL DEFAULT 0,
                    scheduled INTEGER NOT NULL DEFAULT 0,
                    queued INTEGER NOT NULL DEFAULT 0,
                    running INTEGER NOT NULL DEFAULT 0,
                    succeeded INTEGER NOT NULL DEFAULT 0,
                    failed INTEGER NOT NULL DEFAULT 0,
                    cancelled INTEGER NOT NULL DEFAULT 0,
                    rejected INTEGER NOT NULL DEFAULT 0,
                    retried INTEGER NOT NULL DEFAULT 0,
                    timed_out INTEGER NOT NULL DEFAULT 0,
                    rescued INTEGER NOT NULL DEFAULT 0,
                    kept_succeeded INTEGER NOT NULL DEFAULT 0,
                    kept_dead INTEGER NOT NULL DEFAULT 0,
                    kept_cancelled INTEGER NOT NULL DEFAULT 0
                ) STRICT;
                CREATE TABLE sessions (
                    id INTEGER PRIMARY KEY,
                    owner TEXT NOT NULL,
                    -- NULL once it is over.
                    ends INTEGER
                ) STRICT;
                CREATE TABLE jobs (
                    id INTEGER PRIMARY KEY,
                    queue INTEGER NOT NULL,
                    state INTEGER NOT NULL,
                    -- Since when it waits; when it is due, where it is scheduled.
                    since INTEGER NOT NULL,
                    priority INTEGER NOT NULL,
                    -- The fencing token of its last claim: the claim's number, and in the last 20 bits the queue.
                    token INTEGER NOT NULL,
                    -- The session that claimed it last.
                    session INTEGER,
                    attempt INTEGER NOT NULL DEFAULT 0,
                    max_attempts INTEGER NOT NULL,
                    rescues INTEGER NOT NULL DEFAULT 0,
                    cancel INTEGER NOT NULL DEFAULT 0,
                    created INTEGER NOT NULL,
                    -- Below zero as long as there is no such time: see `RoomForTime`.
                    started INTEGER,
                    ended INTEGER,
                    due INTEGER,
                    deadline INTEGER,
                    kind TEXT NOT NULL,
                    key TEXT,
                    tags TEXT,
                    payload BLOB NOT NULL,
                    -- How the last attempt ended, NULL also where the job has simply succeeded; earlier ones are in the history.
                    outcome TEXT,
                    error TEXT,
                    result BLOB,
                    progress REAL,
                    note TEXT,
                    history TEXT
                ) STRICT;
                -- The waiting jobs of a queue, a line for each priority; and the running ones, which are few. One index for all
                -- of it: each costs every job some microseconds. Only a query that says `state < 3` uses it.
                CREATE INDEX live_jobs ON jobs (state, queue, priority, since) WHERE state < 3;
                CREATE INDEX jobs_by_due ON jobs (since) WHERE state = 0;
                CREATE INDEX jobs_by_deadline ON jobs (deadline) WHERE deadline IS NOT NULL AND state < 2;
                CREATE UNIQUE INDEX jobs_by_key ON jobs (queue, key) WHERE key IS NOT NULL AND state < 3;
                CREATE INDEX jobs_by_end ON jobs (state, ended) WHERE state > 2;
                """)
    }
}
