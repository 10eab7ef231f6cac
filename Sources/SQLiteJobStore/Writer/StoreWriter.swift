import Foundation
import GRDB
import JobQueue
import Monitoring
import Synchronization

/// The one connection that writes, on a thread of its own.
///
/// What is asked of it while it writes waits, and is then done together in one transaction: what costs is the
/// commit, most of all one that waits for the disk. So that those who were just answered can come back with their
/// next request before the next commit begins, it waits for them, for a small part of what a commit takes; after PostgreSQL's
/// `commit_delay`. Where a request of such a group fails, the group is undone and each
/// request done again by itself, so that it fails alone.
final class StoreWriter: Sendable {
    /// At most so many requests are done in one transaction, so that nobody else waits long for the lock.
    private static let groupLimit = 512

    private struct Request {
        /// Does it; may be called again after the transaction was undone.
        let perform: (StoreTransaction) -> Bool
        /// Answers: with what came of it, or with an error that made the transaction fail.
        let answer: ((any Error)?) -> Void
    }

    /// The part of the last commit's time for which others may be waited for, and the most of it.
    private static let patience = (part: 4, most: Duration.microseconds(500))

    private struct State {
        var waiting: [Request] = []
        /// Whether the writer's thread sleeps.
        var isIdle = false
        var isClosed = false
    }

    // Requests cross to the writer's thread once, through the lock.
    private struct Box: @unchecked Sendable {
        var state = State()
    }

    private let box = Locked(Box())
    private let wake = DispatchSemaphore(value: 0)
    private let pool: DatabasePool
    private let path: String
    private let committed: @Sendable () -> Void
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameter committed: called on the writer's thread after each transaction that changed something.
    init(_ pool: DatabasePool, path: String, committed: @escaping @Sendable () -> Void) {
        self.pool = pool
        self.path = path
        self.committed = committed
    }

    /// Starts the thread, which ends with ``close()``.
    func start() {
        let thread = Thread {
            self.work()
            self.ended.signal()
        }
        thread.name = "pooltop-store"
        thread.start()
    }

    /// Does something in a transaction, and returns once it is committed.
    func perform<Result: Sendable>(_ body: @escaping @Sendable (StoreTransaction) throws -> Result)
        async throws
        -> Result
    {
        let path = path
        return try await withCheckedThrowingContinuation { continuation in
            var outcome: Swift.Result<Result, any Error>?
            let request = Request(
                perform: { transaction in
                    let result = Swift.Result { try body(transaction) }
                    outcome = result
                    if case .failure = result { return false }
                    return true
                },
                answer: { error in
                    if let error {
                        continuation.resume(throwing: error)
                    } else if let outcome {
                        continuation.resume(
                            with: outcome.mapError { JobStoreError(translating: $0, path: path) })
                    }
                })
            let (isTaken, isIdle) = box.withLock { box in
                guard !box.state.isClosed else { return (false, false) }
                box.state.waiting.append(request)
                defer { box.state.isIdle = false }
                return (true, box.state.isIdle)
            }
            if !isTaken { request.answer(closed) }
            if isIdle { wake.signal() }
        }
    }

    private var closed: JobStoreError { JobStoreError(.closed, "the store \(path) is closed: open it again") }

    /// Finishes what was asked of it and ends the thread; returns once it has.
    func close() async {
        let (isFirst, isIdle) = box.withLock { box in
            defer { (box.state.isClosed, box.state.isIdle) = (true, false) }
            return (!box.state.isClosed, box.state.isIdle)
        }
        guard isFirst else { return }
        if isIdle { wake.signal() }
        await withCheckedContinuation { continuation in
            // Waits for the writer, which may be at it for a while: not on a thread that others need.
            Thread { [ended] in
                ended.wait()
                continuation.resume()
            }.start()
        }
    }

    // MARK: The writer's thread

    private func work() {
        let transaction = StoreTransaction()
        var answered = 0
        var last = Duration.zero
        while true {
            if answered > 1 { gather(answered, for: min(last / Self.patience.part, Self.patience.most)) }
            let (group, isClosed) = box.withLock { box -> ([Request], Bool) in
                let count = min(box.state.waiting.count, Self.groupLimit)
                box.state.isIdle = count == 0 && !box.state.isClosed
                // Nearly always all of them, which are then not moved.
                if count == box.state.waiting.count {
                    defer { box.state.waiting = [] }
                    return (box.state.waiting, box.state.isClosed)
                }
                defer { box.state.waiting.removeFirst(count) }
                return (Array(box.state.waiting.prefix(count)), box.state.isClosed)
            }
            answered = group.count
            if !group.isEmpty {
                let start = ContinuousClock.now
                perform(group, transaction)
                last = start.duration(to: .now)
            } else if isClosed {
                return
            } else {
                wake.wait()
            }
        }
    }

    /// Waits until so many more requests have come, or some time is over.
    private func gather(_ count: Int, for time: Duration) {
        let start = ContinuousClock.now
        let expected = min(box.withLock { $0.state.waiting.count } + count, Self.groupLimit)
        while start.duration(to: .now) < time {
            let (came, isClosed) = box.withLock { ($0.state.waiting.count, $0.state.isClosed) }
            if came >= expected || isClosed { return }
            sched_yield()
        }
    }

    private func perform(_ group: [Request], _ transaction: StoreTransaction) {
        do {
            if try commit(group, transaction) {
                for request in group { request.answer(nil) }
                return
            }
        } catch {
            let error = JobStoreError(translating: error, path: path)
            // Somebody else holds the file: no request of the group would fare better by itself, only later.
            guard group.count > 1, error.code != .unavailable else {
                for request in group { request.answer(error) }
                return
            }
        }
        if group.count == 1 { return group[0].answer(nil) }
        for request in group { perform([request], transaction) }
    }

    /// Does a group in one transaction; false where a request failed, and nothing has happened.
    private func commit(_ group: [Request], _ transaction: StoreTransaction) throws -> Bool {
        var succeeded = true
        do {
            try pool.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    try transaction.begin(db)
                    for request in group where !request.perform(transaction) {
                        succeeded = false
                        return .rollback
                    }
                    try transaction.finish()
                    return .commit
                }
            }
        } catch {
            transaction.forget()
            throw error
        }
        if !succeeded {
            transaction.forget()
        } else if transaction.hasChanged {
            committed()
        }
        return succeeded
    }
}
