import GRDB
public import JobQueue
public import Monitoring

/// Keeps jobs in a SQLite file, for any number of processes of one machine at once.
///
/// The file is in WAL mode. Everything that changes it goes through one connection on a thread of its own, which does
/// what is asked of it at the same time in one transaction (group commit); questions are answered from other
/// connections and hold nobody up. No function blocks the calling thread.
///
/// The file must lie on a disk of this machine: WAL mode does not work over a network.
public final class SQLiteJobStore: JobStore {
    /// How a store treats its file.
    public struct Options: Sendable {
        /// What a commit survives.
        public enum Durability: Sendable {
            /// The death of the process, not a power failure: that may cost the last moments, never the file. Faster.
            case normal
            /// A power failure, too: each commit waits for the disk.
            case full
        }

        /// What a commit survives. The default is ``Durability/full``.
        public var durability = Durability.full
        /// How long to wait while another process writes before that counts as a failure, in seconds.
        package var patience = 5.0
        /// The file may not grow beyond so many pages of 4 KiB; `nil` for as large as the disk allows.
        package var maxPages: Int?

        /// The defaults.
        public init() {}
    }

    private let pool: DatabasePool
    private let writer: StoreWriter
    private let watch: ChangeWatch
    private let path: String

    /// Opens a file, which is made where there is none.
    ///
    /// A file up to 512 MiB is looked through for damage first. A file that is not ours is not touched.
    /// - Parameter path: the file; beside it are two more while it is open, with `-wal` and `-shm` after its name.
    /// - Throws: ``JobStoreError`` where it cannot be used, with what to do.
    public init(path: String, options: Options = Options()) async throws {
        self.path = path
        let signal = ChangeSignal()
        let pool = try await OwnThread.run { try StoreFile.open(path, options) }
        self.pool = pool
        watch = ChangeWatch(path: path, signal: signal)
        writer = StoreWriter(pool, path: path) { signal.raise() }
        writer.start()
    }

    private func read<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws
        -> Result
    {
        guard !watch.isClosed else { throw closed }
        do {
            return try await pool.read(body)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw watch.isClosed ? closed : JobStoreError(translating: error, path: path)
        }
    }

    private var closed: JobStoreError { JobStoreError(.closed, "the store \(path) is closed: open it again") }

    // MARK: Intake

    /// Adds jobs.
    public func enqueue(_ jobs: [NewJob], capacity: Int?, now: StoreTime) async throws -> [EnqueueOutcome] {
        for job in jobs { try job.check() }
        return try await writer.perform { try $0.enqueue(jobs, capacity: capacity, now: now) }
    }

    // MARK: Sessions and leases

    /// Begins a session.
    public func openSession(_ owner: String, lease: Duration, now: StoreTime) async throws -> SessionID {
        try await writer.perform { try $0.openSession(owner, lease: lease, now: now) }
    }

    /// Keeps a session alive.
    public func heartbeat(_ session: SessionID, lease: Duration, now: StoreTime) async throws -> [Lease]? {
        try await writer.perform { try $0.heartbeat(session, lease: lease, now: now) }
    }

    /// Ends a session.
    public func closeSession(_ session: SessionID, now: StoreTime) async throws {
        try await writer.perform { try $0.closeSession(session, now: now) }
    }

    // MARK: Work

    /// Takes queued jobs.
    public func claim(_ session: SessionID, from queues: ClaimScope, limit: Int, now: StoreTime) async throws
        -> [ClaimedJob]
    {
        try await writer.perform { try $0.claim(session, from: queues, limit: limit, now: now) }
    }

    /// Ends attempts.
    public func settle(_ settlements: [Settlement], now: StoreTime) async throws -> [Bool] {
        try await writer.perform { try $0.settle(settlements, now: now) }
    }

    /// Notes progress.
    public func report(_ progress: [Lease: JobProgress], now: StoreTime) async throws {
        try await writer.perform { try $0.report(progress) }
    }

    // MARK: Duties

    /// Queues what is due.
    public func promote(limit: Int, now: StoreTime) async throws -> Promotion {
        try await writer.perform { try $0.promote(limit: limit, now: now) }
    }

    /// Takes the jobs of dead processes over.
    public func rescue(allowed: Int, lease: Duration, limit: Int, now: StoreTime) async throws -> Rescue {
        try await writer.perform { try $0.rescue(allowed: allowed, lease: lease, limit: limit, now: now) }
    }

    /// Deletes what has been kept long enough.
    public func clean(_ retention: Retention, limit: Int, now: StoreTime) async throws -> Int {
        try await writer.perform { try $0.clean(retention, limit: limit, now: now) }
    }

    // MARK: Operators

    /// Cancels jobs.
    public func cancel(_ jobs: [JobID], by operator: String, now: StoreTime) async throws -> [CancelOutcome] {
        try await writer.perform { try $0.cancel(jobs, by: `operator`, now: now) }
    }

    /// Queues ended jobs anew.
    public func retry(_ jobs: JobSelection, now: StoreTime) async throws -> Int {
        try await writer.perform { try $0.retry(jobs, now: now) }
    }

    /// Deletes jobs.
    public func delete(_ jobs: JobSelection, now: StoreTime) async throws -> Int {
        try await writer.perform { try $0.delete(jobs) }
    }

    /// Sets how a queue is run.
    public func configure(_ queue: String, _ settings: QueueSettings, now: StoreTime) async throws {
        try await writer.perform { try $0.configure(queue, settings) }
    }

    // MARK: Looking

    /// One job.
    public func job(_ id: JobID) async throws -> StoredJob? { try await read { try StoreReader.job(id, $0) } }

    /// A page of jobs.
    public func jobs(_ query: StoreQuery) async throws -> StorePage {
        try await read { try StoreReader.jobs(query, $0) }
    }

    /// All queues.
    public func queues(now: StoreTime) async throws -> [QueueStatus] {
        try await read { try StoreReader.queues($0, now: now) }
    }

    // MARK: Waking

    /// Yields whenever something has changed: at once for changes made through this store, within 50 ms for others.
    public func changes() -> AsyncStream<Void> { watch.listen() }

    /// Commits what was asked of it, copies the log into the file and closes it.
    public func close() async throws {
        guard watch.close() else { return }
        await writer.close()
        let (pool, path) = (pool, path)
        try await OwnThread.run {
            do {
                // Fails where another process reads; the last one to close does it then.
                _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
                try pool.close()
            } catch {
                throw JobStoreError(translating: error, path: path)
            }
        }
    }
}
