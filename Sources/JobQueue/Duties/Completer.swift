import Monitoring

/// Tells the store how attempts ended, many at once, until it has heard.
struct Completer: Duty {
    let name = "settling"
    let core: QueueCore
    var bell: Bell { core.settlements.bell }
    /// The most that are told at once.
    static let batch = 512

    /// What one pass did.
    struct Swept: Sendable, Equatable {
        /// Ends that were told.
        var settled = 0
        /// Those that the store would not hear, as the job is in other hands (or has heard before).
        var outdated = 0
    }

    func sweep() async throws -> Swept {
        let batch = core.settlements.take(Completer.batch)
        guard !batch.isEmpty else { return Swept() }
        let hasRetries = core.configuration.onStep != nil && batch.contains { $0.outcome.time != nil }
        core.step(.beforeSettle)
        if hasRetries { core.step(.beforeRetry) }
        let told: [Bool]
        do {
            told = try await core.store.settle(batch, now: core.now)
        } catch {
            // It may have happened; to tell it again changes nothing.
            core.settlements.putBack(batch)
            throw error
        }
        core.step(.afterSettle)
        if hasRetries { core.step(.afterRetry) }
        core.table.settled(batch.map(\.lease))
        core.waiters.ring(batch.lazy.map(\.lease.job))
        core.expect(batch.compactMap(\.outcome.time))
        return Swept(settled: batch.count, outdated: told.count { !$0 })
    }

    func next(after swept: Swept) -> DutyPause { core.settlements.isEmpty ? .untilRung : .none }
}

extension Settlement.Outcome {
    /// When another attempt is due.
    fileprivate var time: StoreTime? {
        if case .retry(let time) = self { time } else { nil }
    }
}
