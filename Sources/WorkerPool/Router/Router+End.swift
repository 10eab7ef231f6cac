public import Monitoring

extension Router {
    /// Takes no more jobs, finishes what is there, and ends intake and pools.
    ///
    /// As ``Pool/drain(deadline:grace:)``. While all pools that are right for a job are paused, it does not end, and
    /// only the deadline, or resuming them, brings the end.
    ///
    /// - Returns: How the drain of the intake went, in which every job of the router counts once.
    @discardableResult
    public func drain(deadline: Duration? = nil, grace: Duration = .seconds(30)) async -> DrainReport {
        let report = await intake.drain(deadline: deadline, grace: grace)
        await endPools { pool in
            if report.isComplete {
                await pool.drain(deadline: deadline, grace: grace)
            } else {
                // They have had their grace.
                await pool.shutdownNow(grace: .zero)
            }
        }
        return report
    }

    /// Takes no more jobs and starts none; returns the jobs that never ran once the running ones have ended.
    ///
    /// As ``Pool/shutdownNow(running:grace:)``.
    @discardableResult
    public func shutdownNow(running: Pool.RunningJobs = .cancel, grace: Duration = .seconds(30)) async
        -> [JobSummary]
    {
        doors.end(intake)
        var neverRan = await intake.shutdownNow(running: running, grace: grace)
        neverRan += doors.takeTurnedAway().compactMap { id in
            guard var summary = intake.job(id)?.summary else { return nil }
            summary.attempt = 0
            summary.worker = nil
            summary.started = nil
            return summary
        }
        await endPools { pool in await pool.shutdownNow(running: running, grace: grace) }
        return neverRan.sorted { $0.id < $1.id }
    }

    private func endPools(_ end: @escaping @Sendable (Pool) async -> Void) async {
        await withDiscardingTaskGroup { group in
            for pool in pools { group.addTask { await end(pool) } }
        }
        for follower in followers { await follower.value }
    }
}
