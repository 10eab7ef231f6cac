import CommandRunner
import Glibc
import JobQueue
import Monitoring
import SQLiteJobStore
import Synchronization

/// Keeps the state of a run in a database, for `--state`: a run that was killed goes on where it stopped.
///
/// Each line is a durable job of a queue that the run's template and directory name. The run has the file for itself,
/// so that whatever an earlier one had in its hands is known to be free when it begins.
final class DurableRun: RunState {
    private let store: SQLiteJobStore
    /// Held as long as the process lives: closing it would take SQLite's own locks away.
    private let lock: Int32
    private let state = Locked(State())
    private let ends: AsyncStream<Void>.Continuation
    private let settling: Task<Void, Never>
    private let box: Ends

    private struct State {
        var queue = ""
        var key: JobKey?
        var session = SessionID(rawValue: 0)
        /// How many jobs of each fingerprint an earlier run has read.
        var known: [String: Int] = [:]
        /// How many there are of each by now: the next one's number.
        var counts: [String: Int] = [:]
    }

    /// The claims of running jobs, and how those fared that have ended.
    private final class Ends: Sendable {
        let leases = Locked<[JobKey: [Lease]]>([:])
        let waiting = Locked<[Settlement]>([])
    }

    /// How many lines are taken in one step.
    private static let chunk = 256

    /// Opens a state file, which is made where there is none.
    ///
    /// - Throws: ``JobStoreError`` with what is wrong and what to do.
    static func open(_ path: String) async throws -> DurableRun {
        var options = SQLiteJobStore.Options()
        // The death of the process is what it is for; a power failure may have the last jobs run again.
        options.durability = .normal
        let store = try await SQLiteJobStore(path: path, options: options)
        let lock = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            throw JobStoreError(
                .unavailable,
                "\(path) is the state of a run that is under way: wait for it, or name another file")
        }
        return DurableRun(store, lock: lock)
    }

    private init(_ store: SQLiteJobStore, lock: Int32) {
        self.store = store
        self.lock = lock
        let box = Ends()
        self.box = box
        let (stream, ends) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.ends = ends
        // Ends with `close()`.
        settling = Task.detached {
            for await _ in stream { await Self.settle(box, store) }
            await Self.settle(box, store)
        }
    }

    /// Writes down what has ended, and closes the file. What had not ended is left for the next run.
    func close() async {
        ends.finish()
        await settling.value
        let session = state.withLock { $0.session }
        try? await store.closeSession(session, now: Self.now)
        try? await store.close()
    }

    // MARK: RunState

    func begin(_ key: JobKey) async throws {
        let queue = "run-\(key)"
        // Nobody else has the file, so every session in it is over, whatever its lease says.
        let end = StoreTime(milliseconds: .max / 4)
        _ = try await store.rescue(allowed: .max, lease: .seconds(1), limit: .max, now: end)
        for state in [JobState.dead, .cancelled] {
            _ = try await store.retry(.all(state, queue: queue, limit: .max), now: Self.now)
        }
        var known: [String: Int] = [:]
        var query = StoreQuery()
        query.queue = queue
        query.limit = StoreQuery.maxLimit
        repeat {
            let page = try await store.jobs(query)
            for job in page.jobs {
                if let mark = job.job.key?.split(separator: "#").first {
                    known[String(mark), default: 0] += 1
                }
            }
            query.after = page.next
        } while query.after != nil
        // A day at a time is what a lease may last; nobody takes these over while the lock is held.
        let session = try await store.openSession("pid \(getpid())", lease: .seconds(86_400), now: Self.now)
        state.withLock { [known] state in
            state.queue = queue
            state.key = key
            state.session = session
            state.known = known
            state.counts = known
        }
    }

    func left() async throws -> [[UInt8]] { try await claim(Self.chunk) }

    func take(_ lines: [[UInt8]]) async throws -> [Bool] {
        let now = Self.now
        var added: [NewJob] = []
        let isNew = state.withLock { state in
            lines.map { line -> Bool in
                guard let key = state.key?.adding(line: line) else { return true }
                let mark = "\(key)"
                if let count = state.known[mark] {
                    state.known[mark] = count == 1 ? nil : count - 1
                    return false
                }
                let count = state.counts[mark, default: 0] + 1
                state.counts[mark] = count
                var job = NewJob(queue: state.queue, kind: "command", payload: line)
                job.key = "\(mark)#\(count)"
                added.append(job)
                return true
            }
        }
        guard !added.isEmpty else { return isNew }
        _ = try await store.enqueue(added, capacity: nil, now: now)
        // All before them are in our hands already: what is claimed now are these.
        _ = try await claim(added.count)
        return isNew
    }

    func ended(_ key: JobKey, succeeded: Bool) {
        let lease = box.leases.withLock { leases -> Lease? in
            guard var claims = leases[key], !claims.isEmpty else { return nil }
            let lease = claims.removeFirst()
            leases[key] = claims.isEmpty ? nil : claims
            return lease
        }
        guard let lease else { return }
        box.waiting.withLock { $0.append(Settlement(lease, succeeded ? .succeed : .die)) }
        ends.yield()
    }

    // MARK: The store

    private func claim(_ count: Int) async throws -> [[UInt8]] {
        let (session, queue, key) = state.withLock { ($0.session, $0.queue, $0.key) }
        let jobs = try await store.claim(session, from: .queues([queue]), limit: count, now: Self.now)
        box.leases.withLock { leases in
            for job in jobs {
                if let key = key?.adding(line: job.payload) { leases[key, default: []].append(job.lease) }
            }
        }
        return jobs.map(\.payload)
    }

    private static func settle(_ box: Ends, _ store: SQLiteJobStore) async {
        let batch = box.waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
        guard !batch.isEmpty else { return }
        do {
            _ = try await store.settle(batch, now: now)
        } catch {
            // They run again with the next run: that is what the state promises where it cannot be written.
            StandardStreams.tell("\(error); \(batch.count) jobs that are done will run again")
        }
    }

    private static var now: StoreTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return StoreTime(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
