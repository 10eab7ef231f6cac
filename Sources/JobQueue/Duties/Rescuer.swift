import Logging
import Monitoring

/// Takes over the jobs of processes that died.
struct Rescuer: Duty {
    let name = "rescuing"
    let core: QueueCore
    let bell = Bell()
    /// The most in one pass.
    static let batch = 1_000

    func sweep() async throws -> Rescue {
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
