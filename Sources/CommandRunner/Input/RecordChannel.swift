import Glibc
import Monitoring
import Synchronization

/// Hands lines from the thread that reads them to the task that makes jobs of them, a bounded number ahead.
final class RecordChannel: Sendable {
    private struct State: Sendable {
        var records: [InputRecord] = []
        var bytes = 0
        var isFinished = false
        var isCancelled = false
        var waiter: UnsafeContinuation<Void, Never>?
    }

    private let limit: Int
    private let state = Locked(State())
    private let room: WakeEvent

    /// `limit` is how many bytes may lie ready, each line counted with 64 more.
    init(limit: Int) throws(SystemError) {
        self.limit = limit
        room = try WakeEvent()
    }

    /// Becomes readable where there is room again, or nobody wants more.
    var wake: WakeEvent { room }

    /// Whether the reader should wait.
    var isFull: Bool { state.withLock { $0.bytes >= limit && !$0.isCancelled } }

    /// Whether nobody wants more.
    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// More lines.
    func send(_ records: [InputRecord]) {
        guard !records.isEmpty else { return }
        let waiter = state.withLock { state in
            state.records += records
            state.bytes += records.reduce(0) { $0 + $1.cost }
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// No more lines will come.
    func finish() {
        let waiter = state.withLock { state in
            state.isFinished = true
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// All lines that lie ready, waiting until there is one; `nil` at the end. For one caller at a time.
    func next() async -> [InputRecord]? {
        while true {
            let (records, isOver) = state.withLock { state in
                defer {
                    state.records = []
                    state.bytes = 0
                }
                return (state.records, state.isFinished || state.isCancelled)
            }
            if !records.isEmpty {
                room.set()
                return records
            }
            if isOver { return nil }
            await withUnsafeContinuation { continuation in
                let mustWait = state.withLock { state in
                    guard state.records.isEmpty, !state.isFinished, !state.isCancelled else { return false }
                    state.waiter = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        }
    }

    /// Nobody wants more: drops what lies ready, ends ``next()`` and the reader.
    func cancel() {
        let waiter = state.withLock { state in
            state.isCancelled = true
            state.records = []
            state.bytes = 0
            return state.waiter.take()
        }
        waiter?.resume()
        room.set()
    }
}

extension InputRecord {
    fileprivate var cost: Int {
        switch self {
        case .line(let bytes): bytes.count + 64
        case .tooLong(let beginning, _): beginning.count + 64
        }
    }
}
