import Monitoring
import WorkerPool

/// Tells those who wait for a job that another process has ended it.
///
/// Looks at a few of the awaited jobs at a time, when the store has changed, so that thousands who wait cost little. What
/// this process ends itself is told at once and not through here.
struct Lookout: Duty {
    let name = "looking out"
    let core: QueueCore
    var bell: Bell { core.lookBell }
    /// The most in one pass.
    static let batch = 256

    func sweep() async throws -> Int {
        var ended: [JobID] = []
        for id in core.waiters.batch(Lookout.batch) {
            if try await core.store.job(id)?.state.isFinal ?? true { ended.append(id) }
        }
        core.waiters.ring(ended)
        return ended.count
    }

    func next(after count: Int) -> DutyPause { .rest(.milliseconds(50)) }

    /// Follows the store's changes until its stream ends or the task is cancelled.
    func follow() async {
        for await _ in core.store.changes() {
            if core.room > 0 { core.claimBell.ring() }
            guard !core.waiters.isEmpty else { continue }
            core.lookBell.ring()
        }
    }
}
