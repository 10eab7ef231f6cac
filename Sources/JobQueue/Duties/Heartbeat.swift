import Logging
import Monitoring

/// Keeps this process's sessions alive, stops what operators cancelled, and tells progress.
struct Heartbeat: Duty {
    let name = "heartbeat"
    let core: QueueCore
    var bell: Bell { core.heartBell }

    /// What one pass did.
    struct Swept: Sendable, Equatable {
        /// Sessions that live on.
        var alive = 0
        /// Sessions whose jobs others have taken.
        var lost = 0
        /// Sessions that were closed, as their last job has ended.
        var closed = 0
        /// Jobs that were told to stop.
        var stopped = 0
    }

    func sweep() async throws -> Swept {
        var swept = Swept()
        for session in core.sessions.all {
            core.step(.beforeHeartbeat)
            let wanted = try await core.store.heartbeat(
                session, lease: core.configuration.lease, now: core.now)
            core.step(.afterHeartbeat)
            if let wanted {
                core.stop(wanted, .cancelled)
                swept.alive += 1
                swept.stopped += wanted.count
            } else {
                lose(session)
                swept.lost += 1
            }
        }
        for session in core.sessions.retiring where core.table.leases(of: session).isEmpty {
            try await core.store.closeSession(session, now: core.now)
            core.sessions.forget(session)
            swept.closed += 1
        }
        let progress = core.table.takeProgress()
        if !progress.isEmpty {
            do {
                try await core.store.report(progress, now: core.now)
            } catch {
                core.table.putBack(progress)
                throw error
            }
        }
        return swept
    }

    func next(after swept: Swept) -> DutyPause { .atMost(core.configuration.heartbeat) }

    /// The session ran out, as after a SIGSTOP, and its jobs are or will be in other hands.
    private func lose(_ session: SessionID) {
        let leases = core.table.leases(of: session)
        core.sessions.forget(session)
        core.stop(leases, .lost)
        core.configuration.logger.error(
            "the lease ran out without a heartbeat: \(leases.count) jobs are left to other processes")
        core.claimBell.ring()
    }
}
