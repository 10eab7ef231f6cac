public import ServiceLifecycle

/// Runs a pool as a service of swift-service-lifecycle, with a say in how long it may take to end.
///
/// ```swift
/// let group = ServiceGroup(
///     services: [PoolService(pool, deadline: .seconds(20))], gracefulShutdownSignals: [.sigterm],
///     logger: logger)
/// try await group.run()
/// ```
///
/// On a graceful shutdown the pool is drained: it takes no more jobs, finishes what it has, and at the deadline
/// cancels what is left. Where the task is cancelled, before or during that, the jobs are cancelled at once. In both
/// cases ``run()`` returns once the pool has ended; also where someone else ends it, which a `ServiceGroup` takes for
/// a failure unless told otherwise.
public struct PoolService: Service {
    private let pool: Pool
    private let deadline: Duration?
    private let grace: Duration

    /// A service of that pool.
    ///
    /// - Parameters:
    ///   - pool: Takes jobs already before the service runs.
    ///   - deadline: How long jobs may go on after a graceful shutdown; `nil` (the default) means as long as they
    ///     take.
    ///   - grace: How long cancelled jobs may take to stop before they are given up. The default is 30 seconds.
    public init(_ pool: Pool, deadline: Duration? = nil, grace: Duration = .seconds(30)) {
        self.pool = pool
        self.deadline = deadline
        self.grace = grace
    }

    /// Returns once the pool has ended; ends it on a graceful shutdown, or when the task is cancelled. Call it once.
    public func run() async throws {
        let (pool, deadline, grace) = (pool, deadline, grace)
        await withTaskGroup { group in
            group.addTask {
                // Throws where the task is cancelled: because the service is, or because the pool has ended.
                let isGraceful = (try? await gracefulShutdown()) != nil
                if isGraceful {
                    // Cancelled here, it goes on to cancel what is left.
                    await pool.drain(deadline: deadline, grace: grace)
                } else if !pool.hasStopped {
                    await pool.shutdownNow(grace: grace)
                }
            }
            await pool.waitUntilStopped()
            group.cancelAll()
        }
    }
}

extension Pool: Service {
    /// Runs the pool as a service: drains it on a graceful shutdown, however long that takes, and cancels its jobs
    /// when the task is cancelled. ``PoolService`` sets a deadline.
    public func run() async throws { try await PoolService(self).run() }
}
