import Monitoring
import Synchronization
import WorkerPool

/// Finds out what the pool does not tell: that a job was cancelled before it started, so that nobody waits for
/// its output; and whether a failed attempt was the last.
final class OpenJobs: Sendable {
    private struct State: Sendable {
        var waiting: [Int: JobID] = [:]
        var doubtful: [Int: CommandJob] = [:]
    }

    private let state = Locked(State())

    /// A job was handed to the pool; for runs that keep the order.
    func submitted(_ job: CommandJob, as id: JobID) {
        state.withLock { $0.waiting[job.sequence] = id }
        // It may have ended already.
        if job.hasEnded { ended(job.sequence) }
    }

    /// A job has ended.
    func ended(_ sequence: Int) {
        state.withLock { state in
            state.waiting[sequence] = nil
            state.doubtful[sequence] = nil
        }
    }

    /// An attempt failed that another may follow.
    func doubt(_ job: CommandJob) { state.withLock { $0.doubtful[job.sequence] = job } }

    /// Looks once: concludes jobs for which the pool has no other attempt, and returns the number of the job that
    /// `awaited` names if it will never have output.
    func sweep(_ pool: Pool, awaited: Int?) -> Int? {
        let (doubtful, id) = state.withLock { state in
            (Array(state.doubtful.values), awaited.flatMap { state.waiting[$0] })
        }
        for job in doubtful where isOver(job.id, in: pool) { conclude(job) }
        guard let awaited, let id, isOver(id, in: pool) else { return nil }
        // It may have ended in the usual way while we looked.
        return state.withLock { $0.waiting.removeValue(forKey: awaited) } == nil ? nil : awaited
    }

    /// The pool has stopped: no attempt follows any more.
    func concludeAll() {
        for job in state.withLock({ Array($0.doubtful.values) }) { conclude(job) }
    }

    private func conclude(_ job: CommandJob) {
        state.withLock { $0.doubtful[job.sequence] = nil }
        job.conclude()
    }

    private func isOver(_ id: JobID?, in pool: Pool) -> Bool {
        guard let id else { return true }
        return pool.job(id)?.summary.state.isFinal ?? true
    }
}
