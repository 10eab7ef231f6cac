import Monitoring
import Synchronization

/// The tasks that look after a pool in the background.
final class Duties: Sendable {
    private let tasks = Locked<[Task<Void, Never>]>([])

    /// Begins a duty, which ends when its task is cancelled.
    func start(_ duty: @escaping @Sendable () async -> Void) {
        // Ends in ``stop()``, which waits for it.
        let task = Task.detached { await duty() }
        tasks.withLock { $0.append(task) }
    }

    /// Ends all duties; returns when no task is left.
    func stop() async {
        let tasks = tasks.withLock { tasks in
            defer { tasks = [] }
            return tasks
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }
}
