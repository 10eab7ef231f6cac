import Glibc

/// Runs tasks, one at a time, on a thread of its own, and keeps their time: a program that fills the
/// cooperative pool cannot hold them up.
///
/// The thread sleeps until there is something to do.
final class ThreadExecutor: TaskExecutor, @unchecked Sendable {
    // `jobs`, `timers` and `isEnding` are protected by `mutex`.
    private var jobs: [UnownedJob] = []
    private var timers: [Timer] = []
    private var nextTimer: UInt64 = 0
    private var isEnding = false
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    private struct Timer {
        var id: UInt64
        var deadline: Duration
        var wake: CheckedContinuation<Void, Never>
    }

    init() throws(CockpitError) {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
        try OwnThread.start { self.work() }
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
        jobs.append(job)
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Suspends the task for so long, or until ``wakeSleepers()``.
    ///
    /// - Parameter step: where more than zero, the time is made longer so that it ends on a multiple of it: tasks
    ///   that sleep about as long then wake the thread once.
    func sleep(_ time: Duration, step: Duration = .zero) async {
        var deadline = Self.now() + time
        if step > .zero { deadline = step * Int((deadline / step).rounded(.up)) }
        await withCheckedContinuation { continuation in
            pthread_mutex_lock(mutex)
            nextTimer += 1
            timers.append(Timer(id: nextTimer, deadline: deadline, wake: continuation))
            pthread_cond_signal(condition)
            pthread_mutex_unlock(mutex)
        }
    }

    /// Ends all sleeps.
    func wakeSleepers() {
        pthread_mutex_lock(mutex)
        let sleepers = timers
        timers = []
        pthread_mutex_unlock(mutex)
        for sleeper in sleepers { sleeper.wake.resume() }
    }

    /// Lets the thread end once nothing is left to do. No task may be started on it after that.
    func end() {
        pthread_mutex_lock(mutex)
        isEnding = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    private func work() {
        pthread_mutex_lock(mutex)
        while true {
            if !jobs.isEmpty {
                let batch = jobs
                jobs.removeAll(keepingCapacity: true)
                pthread_mutex_unlock(mutex)
                for job in batch { job.runSynchronously(on: asUnownedTaskExecutor()) }
                pthread_mutex_lock(mutex)
                continue
            }
            let now = Self.now()
            let due = timers.filter { $0.deadline <= now }
            if !due.isEmpty {
                timers.removeAll { $0.deadline <= now }
                pthread_mutex_unlock(mutex)
                for timer in due { timer.wake.resume() }
                pthread_mutex_lock(mutex)
                continue
            }
            if isEnding, timers.isEmpty { break }
            if let next = timers.map(\.deadline).min() {
                var time = Self.timespec(next)
                pthread_cond_timedwait(condition, mutex, &time)
            } else {
                pthread_cond_wait(condition, mutex)
            }
        }
        pthread_mutex_unlock(mutex)
    }

    /// The time since the machine started.
    static func now() -> Duration {
        var time = Glibc.timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    private static func timespec(_ time: Duration) -> timespec {
        let (seconds, attoseconds) = time.components
        return Glibc.timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    }
}
