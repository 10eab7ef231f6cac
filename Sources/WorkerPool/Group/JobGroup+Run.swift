import Monitoring
import Synchronization

extension JobGroup {
    /// Runs all jobs on a pool and returns once every one has ended.
    ///
    /// When the waiting task is cancelled, so is the group. To run a group from within a job of the same pool
    /// takes a worker that waits for others: the pool must have more of them than such groups.
    ///
    /// - Returns: All results. With ``GroupErrors/firstWins`` every job has succeeded.
    /// - Throws: ``GroupFailure`` where a job did not succeed and the first error wins; `CancellationError` where the
    ///   waiting task was cancelled before all jobs had ended; ``GroupError/Code/running`` where the group is running.
    ///   No job of the group is then left in the pool, but for one whose worker was given up.
    @discardableResult
    public func run(on pool: Pool) async throws -> GroupResults {
        let begun = state.withLock { state -> GroupRun? in
            guard state.run == nil else { return nil }
            let machine = GroupMachine(
                graph: state.graph, priorities: state.jobs.map(\.options.priority), limit: limit,
                stopsAtFirstError: errors == .firstWins)
            let run = GroupRun(names: state.graph.names, jobs: state.jobs, machine: machine, group: name)
            state.run = run
            return run
        }
        guard let run = begun else { throw GroupError.running }
        await run.perform(on: pool)
        let results = run.results(for: identity)
        state.withLock { state in
            state.run = nil
            state.progress = run.progress
        }
        switch run.stop {
        case .firstError(let job)?:
            let outcome = results.outcomes[job]
            throw GroupFailure(
                job: outcome.name, error: outcome.error ?? CancellationError(), results: results)
        case .waiter?: throw CancellationError()
        case .dependency?, .itself?, nil: return results
        }
    }
}
