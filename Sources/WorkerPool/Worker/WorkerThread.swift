import Glibc

/// A thread that runs the tasks of one worker and nothing else, so that its jobs may block.
///
/// Lives until ``end()`` has been called and nothing is left to run.
final class WorkerThread: TaskExecutor, @unchecked Sendable {
    // Guarded by `mutex`.
    private var waiting: [UnownedJob] = []
    private var isEnding = false
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    private let onExit: @Sendable () -> Void

    /// Starts the thread, which calls `onExit` last; `nil` where the system gives none.
    static func started(onExit: @escaping @Sendable () -> Void) -> WorkerThread? {
        let executor = WorkerThread(onExit: onExit)
        return executor.start() ? executor : nil
    }

    private init(onExit: @escaping @Sendable () -> Void) {
        self.onExit = onExit
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pthread_mutex_lock(mutex)
        waiting.append(job)
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Lets the thread end once it has nothing left to run. The last thing that its last task does.
    func end() {
        pthread_mutex_lock(mutex)
        isEnding = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    private func start() -> Bool {
        var thread = pthread_t()
        // The thread keeps the executor alive until it ends.
        let box = Unmanaged.passRetained(self)
        let failure = pthread_create(
            &thread, nil,
            { box in
                guard let box else { return nil }
                Unmanaged<WorkerThread>.fromOpaque(box).takeRetainedValue().work()
                return nil
            }, box.toOpaque())
        guard failure == 0 else {
            box.release()
            return false
        }
        pthread_detach(thread)
        return true
    }

    private func work() {
        while let jobs = next() {
            for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
        }
        onExit()
    }

    /// What is to be run, once there is something; `nil` at the end.
    private func next() -> [UnownedJob]? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while waiting.isEmpty {
            if isEnding { return nil }
            pthread_cond_wait(condition, mutex)
        }
        defer { waiting.removeAll(keepingCapacity: true) }
        return waiting
    }
}
