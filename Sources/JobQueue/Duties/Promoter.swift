import Monitoring
import Synchronization

/// Queues jobs that are due, and gives up those that ran out of time.
struct Promoter: Duty {
    let name = "promoting"
    let core: QueueCore
    var bell: Bell { core.promoteBell }
    /// The most in one pass.
    static let batch = 1_000

    func sweep() async throws -> Promotion {
        core.nextDue.withLock { $0 = nil }
        core.step(.beforePromote)
        let promotion = try await core.store.promote(limit: Promoter.batch, now: core.now)
        core.step(.afterPromote)
        if promotion.promoted > 0 { core.claimBell.ring() }
        if let next = promotion.next {
            core.nextDue.withLock { $0 = min($0 ?? next, next) }
        }
        return promotion
    }

    func next(after promotion: Promotion) -> DutyPause {
        if promotion.promoted + promotion.expired >= Promoter.batch { return .none }
        guard let due = core.nextDue.withLock({ $0 }) else { return .atMost(core.configuration.poll) }
        let left = Duration.milliseconds(max(due.milliseconds - core.now.milliseconds, 0))
        return .atMost(min(left, core.configuration.poll))
    }
}
