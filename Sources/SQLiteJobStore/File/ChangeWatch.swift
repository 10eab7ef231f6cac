import Foundation
import GRDB
import JobQueue
import Monitoring
import Synchronization

/// Notices what other processes write, while anybody wants to know.
///
/// SQLite counts up `data_version` when another connection has committed; asking takes some microseconds and no lock.
final class ChangeWatch: Sendable {
    /// Between two looks.
    private static let interval = 0.02

    private let path: String
    private let signal: ChangeSignal
    private let state = Locked(State())

    private struct State {
        var isWatching = false
        var isClosed = false
    }

    init(path: String, signal: ChangeSignal) {
        self.path = path
        self.signal = signal
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Yields whenever something has changed.
    func listen() -> AsyncStream<Void> {
        let changes = signal.listen()
        let starts = state.withLock { state in
            defer { state.isWatching = true }
            return !state.isWatching && !state.isClosed
        }
        if starts {
            // Ends with ``close()``.
            let thread = Thread { self.watch() }
            thread.name = "pooltop-watch"
            thread.start()
        }
        return changes
    }

    /// Ends the watch and all streams; false where it was closed before.
    func close() -> Bool {
        let isFirst = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        signal.finish()
        return isFirst
    }

    private func watch() {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.label = "pooltop-watch"
        guard let database = try? DatabaseQueue(path: path, configuration: configuration) else { return }
        defer { try? database.close() }
        var last: Int64?
        while !isClosed {
            // A look that fails is no change, and the next one tells.
            let version = try? database.inDatabase {
                try Int64.fetchOne(try $0.cachedStatement(sql: "PRAGMA data_version"))
            }
            if let version, version != last {
                // At the first look as well: nobody knows what was written since the stream was asked for.
                signal.raise()
                last = version
            }
            Thread.sleep(forTimeInterval: Self.interval)
        }
    }
}
