import Foundation
import GRDB
import JobQueue
import Synchronization

/// The one connection that writes, on a thread of its own.
///
/// What is asked of it while it writes waits, and is then done together in one transaction: what costs is the
/// commit, most of all one that waits for the disk. Where a request of such a group fails, the group is undone and each
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

    private struct State {
        var waiting: [Request] = []
        var isClosed = false
    }

    // Requests cross to the writer's thread once, through the lock.
    private struct Box: @unchecked Sendable {
        var state = State()
    }

    private let box = Mutex(Box())
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
        let thread = Thread { self.work() }
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
            let isTaken = box.withLock { box in
                guard !box.state.isClosed else { return false }
                box.state.waiting.append(request)
                return true
            }
            if isTaken { wake.signal() } else { request.answer(closed) }
        }
    }

    private var closed: JobStoreError { JobStoreError(.closed, "the store \(path) is closed: open it again") }

    /// Finishes what was asked of it and ends the thread; returns once it has.
    func close() async {
        let isFirst = box.withLock { box in
            defer { box.state.isClosed = true }
            return !box.state.isClosed
        }
        guard isFirst else { return }
        wake.signal()
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
        while true {
            wake.wait()
            let (group, isClosed) = box.withLock { box -> ([Request], Bool) in
                let group = Array(box.state.waiting.prefix(Self.groupLimit))
                box.state.waiting.removeFirst(group.count)
                return (group, box.state.isClosed)
            }
            if !group.isEmpty { perform(group, transaction) }
            // Its signals are those of requests that were done with others before.
            if group.isEmpty, isClosed { break }
        }
        ended.signal()
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
