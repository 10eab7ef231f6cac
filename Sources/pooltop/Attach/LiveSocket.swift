import Control
import Glibc
import Monitoring
import Synchronization

/// The socket on which a run or a demo can be attached to from another terminal, for as long as it lives.
///
/// It opens beside the work, which never waits for it; where it cannot, one line says so and the work goes on.
final class LiveSocket: Sendable {
    private let opening: Task<ControlServer?, Never>

    /// The paths to be taken away should the process leave at once.
    private static let paths = Locked<Set<String>>([])

    /// Opens it, and returns at once. ``close()`` it in the end.
    init(kind: String, title: String, pools: [any MonitorSource], tasks: (any TaskService)? = nil) {
        // Ends by itself; ``close()`` waits for it.
        opening = Task.detached {
            do throws(ControlError) {
                let path = try RuntimeDirectory.ofUser().socket(kind: kind)
                let server = ControlServer(
                    pools: pools, tasks: tasks, listeners: [Listener(.unix(path: path))],
                    options: ControlOptions(kind: kind, title: title))
                Self.paths.withLock { _ = $0.insert(path) }
                try await server.start()
                return server
            } catch {
                StandardStreams.tell("no one can attach: \(error)")
                return nil
            }
        }
    }

    /// Takes it away again; whoever is attached is cut off.
    func close() async { await opening.value?.close() }

    /// Does something while the pools can be attached to.
    static func during(
        _ kind: String, title: String, pools: [any MonitorSource], _ body: () async throws -> Void
    ) async rethrows {
        let socket = LiveSocket(kind: kind, title: title, pools: pools)
        do {
            try await body()
        } catch {
            await socket.close()
            throw error
        }
        await socket.close()
    }

    /// For when the process leaves at once: takes the files away, and nothing else.
    static func removeFiles() {
        for path in paths.withLock({ $0 }) { unlink(path) }
    }
}
