import Logging
import Monitoring
import Synchronization
import WorkerPool

/// Takes over the jobs of processes that died.
struct Rescuer: Duty {
    let name = "rescuing"
    let core: QueueCore
    let bell = Bell()
    private let standstill = Standstill()
    /// The most in one pass.
    static let batch = 1_000

    func sweep() async throws -> Rescue {
        guard !standstill.isFelt(by: core) else { return Rescue(requeued: [], dead: []) }
        core.step(.beforeRescue)
        let configuration = core.configuration
        let rescue = try await core.store.rescue(
            allowed: configuration.allowedRescues, lease: configuration.lease, limit: Rescuer.batch,
            now: core.now)
        core.step(.afterRescue)
        if !rescue.requeued.isEmpty {
            configuration.logger.error("took \(rescue.requeued.count) jobs over from a process that died")
            core.claimBell.ring()
        }
        if !rescue.dead.isEmpty {
            configuration.logger.error(
                "\(rescue.dead.count) jobs are dead: too many processes died while they ran",
                metadata: ["jobs": "\(rescue.dead.prefix(20).map(\.description).joined(separator: " "))"])
            core.waiters.ring(rescue.dead)
        }
        return rescue
    }

    func next(after rescue: Rescue) -> DutyPause {
        let isFull = rescue.requeued.count + rescue.dead.count >= Rescuer.batch
        return isFull ? .none : .atMost(core.configuration.rescueInterval)
    }
}

/// Notices that this process stood still for so long that leases may have run out: it was stopped, the machine slept, or
/// its clock was set forward.
///
/// Its own sessions may be among them, and those of others that stood still along with it. All who live are given the
/// time of two heartbeats to say so.
private final class Standstill: Sendable {
    private struct State {
        var last: StoreTime?
        /// Until when the others are given time, on the queue's clock.
        var end: UInt64 = 0
    }

    private let state = Locked(State())

    /// Whether others are given time now.
    func isFelt(by core: QueueCore) -> Bool {
        let (now, time) = (core.now, core.clock.now())
        let configuration = core.configuration
        // What a session has left at the least; between two looks it rests anyhow.
        let limit = max(
            configuration.lease - configuration.heartbeat, configuration.rescueInterval * 2)
        let (hasEnded, isFelt) = state.withLock { state in
            let hasEnded = state.last.map { $0 + limit < now } ?? false
            state.last = now
            if hasEnded { state.end = time + 2 * configuration.heartbeat.nanoseconds }
            return (hasEnded, time < state.end)
        }
        if hasEnded {
            configuration.logger.warning(
                "stood still for so long that leases may have run out: nobody's jobs are taken over before two heartbeats"
            )
        }
        return isFelt
    }
}
