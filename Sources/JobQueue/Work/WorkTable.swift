import Monitoring
import Synchronization
import WorkerPool

/// The claims in this process's hands, from the claim until the store has been told how it ended.
final class WorkTable: Sendable {
    /// Why a job is to stop.
    enum Stop: Sendable, Equatable {
        /// An operator cancelled it.
        case cancelled
        /// The process ends: it is handed back.
        case handedBack
        /// The session is over: it is in other hands.
        case lost
    }

    struct Entry: Sendable {
        let session: SessionID
        /// Its number in the pool, once it has started.
        var started: JobID?
        var stop: Stop?
        /// Whether its attempt is over and waits for being told to the store.
        var isOver = false
    }

    /// An attempt that is over.
    struct PastClaim: Sendable {
        let job: JobID
        let attempt: Int
        let maxAttempts: Int
        let outcome: Settlement.Outcome
    }

    private struct State {
        var entries: [Lease: Entry] = [:]
        /// Which claim a job of the pool is.
        var byPoolID: [JobID: ClaimedJob] = [:]
        /// Which attempts of the store's jobs those of the pool were that ended last.
        var past: [JobID: PastClaim] = [:]
        var progress: [Lease: JobProgress] = [:]
        /// Claims whose attempts are not over.
        var inHand = 0
    }

    /// How many ended jobs' numbers are kept, for the lists of failures and events.
    private static let kept: UInt64 = 4_096

    private let state = Locked(State())

    /// How many attempts run or wait for a worker.
    var inHand: Int { state.withLock { $0.inHand } }

    /// How many claims the store has yet to be told the end of.
    var count: Int { state.withLock { $0.entries.count } }

    func add(_ jobs: [ClaimedJob], of session: SessionID) {
        state.withLock { state in
            for job in jobs { state.entries[job.lease] = Entry(session: session) }
            state.inHand += jobs.count
        }
    }

    /// Notes that a worker has taken a job; tells why it is not to run after all.
    func start(_ job: ClaimedJob, as id: JobID) -> Stop? {
        state.withLock { state in
            guard let entry = state.entries[job.lease] else { return .lost }
            state.entries[job.lease]?.started = id
            state.byPoolID[id] = job
            return entry.stop
        }
    }

    /// Notes that an attempt is over, and what follows; tells why it was stopped, and how many are left.
    func end(_ lease: Lease, _ outcome: Settlement.Outcome) -> (stop: Stop?, inHand: Int) {
        state.withLock { state in
            guard let entry = state.entries[lease], !entry.isOver else { return (.lost, state.inHand) }
            state.entries[lease]?.isOver = true
            state.inHand -= 1
            state.progress[lease] = nil
            if let id = entry.started, let claim = state.byPoolID.removeValue(forKey: id) {
                // The pool numbers its jobs in order: the oldest kept is so many numbers back.
                state.past[id] = PastClaim(
                    job: lease.job, attempt: claim.attempt, maxAttempts: claim.maxAttempts, outcome: outcome)
                if id.rawValue > WorkTable.kept {
                    state.past[JobID(rawValue: id.rawValue - WorkTable.kept)] = nil
                }
            }
            if entry.stop == .lost { state.entries[lease] = nil }
            return (entry.stop, state.inHand)
        }
    }

    /// The store has been told.
    func settled(_ leases: [Lease]) {
        state.withLock { state in for lease in leases { state.entries[lease] = nil } }
    }

    /// Has jobs stop; returns those that run, as the pool knows them.
    func stop(_ leases: [Lease], _ reason: Stop) -> [JobID] {
        state.withLock { state in
            leases.compactMap { lease in
                guard let entry = state.entries[lease], !entry.isOver, entry.stop == nil else { return nil }
                state.entries[lease]?.stop = reason
                return entry.started
            }
        }
    }

    /// The claims of a job.
    func leases(of jobs: Set<JobID>) -> [Lease] {
        state.withLock { state in state.entries.keys.filter { jobs.contains($0.job) } }
    }

    /// The claims of a session.
    func leases(of session: SessionID) -> [Lease] {
        state.withLock { state in state.entries.filter { $0.value.session == session }.map(\.key) }
    }

    /// Claims whose attempts are not over.
    var unfinished: [Lease] {
        state.withLock { state in state.entries.filter { !$0.value.isOver }.map(\.key) }
    }

    /// Claims that no worker has taken yet.
    var waiting: [Lease] {
        state.withLock { state in
            state.entries.filter { $0.value.started == nil && !$0.value.isOver }.map(\.key)
        }
    }

    /// Which claim a job of the pool is.
    func claim(of id: JobID) -> ClaimedJob? { state.withLock { $0.byPoolID[id] } }

    /// The store's numbers for jobs of the pool, as far as they are kept.
    func storeIDs(_ ids: some Sequence<JobID>) -> [JobID: JobID] {
        state.withLock { state in
            var found: [JobID: JobID] = [:]
            for id in ids { found[id] = state.byPoolID[id]?.lease.job ?? state.past[id]?.job }
            return found
        }
    }

    /// Which attempts jobs of the pool were, as far as they are kept.
    func past(_ ids: some Sequence<JobID>) -> [JobID: PastClaim] {
        state.withLock { state in
            var found: [JobID: PastClaim] = [:]
            for id in ids { found[id] = state.past[id] }
            return found
        }
    }

    /// Which of these jobs of the store have ended well here, as far as that is kept.
    func succeeded(among jobs: Set<JobID>) -> Set<JobID> {
        guard !jobs.isEmpty else { return [] }
        return state.withLock { state in
            Set(state.past.values.lazy.filter { $0.outcome == .succeed && jobs.contains($0.job) }.map(\.job))
        }
    }

    /// Which claims the jobs in the pool's workers are.
    var claims: [JobID: ClaimedJob] { state.withLock { $0.byPoolID } }

    func report(_ progress: JobProgress, of lease: Lease) {
        state.withLock { state in
            if state.entries[lease]?.isOver == false { state.progress[lease] = progress }
        }
    }

    /// What has been reported since the last time.
    func takeProgress() -> [Lease: JobProgress] {
        state.withLock { state in
            defer { state.progress = [:] }
            return state.progress
        }
    }

    /// Puts back what could not be told, unless there is something newer.
    func putBack(_ progress: [Lease: JobProgress]) {
        state.withLock { state in
            for (lease, progress) in progress where state.entries[lease]?.isOver == false {
                if state.progress[lease] == nil { state.progress[lease] = progress }
            }
        }
    }
}
