/// Where the workers of a pool run.
public struct WorkerExecutor: Sendable, Equatable {
    enum Value { case cooperative, threads }
    let value: Value

    /// On Swift's cooperative threads, as many as there are processors: for jobs that await. The default.
    ///
    /// A job that blocks its thread, or computes for long without awaiting, holds up the whole program.
    public static let cooperative = WorkerExecutor(value: .cooperative)

    /// Each worker on a thread of its own: for jobs that block or compute. They may; nothing else waits for them.
    ///
    /// Costs a thread a worker (about 20 KB), and a few microseconds to wake one. A worker for which the system has no
    /// thread left runs on the cooperative ones.
    public static let dedicatedThreads = WorkerExecutor(value: .threads)
}
