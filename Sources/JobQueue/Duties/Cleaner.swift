/// Deletes jobs that ended longer ago than they are kept.
struct Cleaner: Duty {
    let name = "cleaning"
    let core: QueueCore
    let bell = Bell()
    /// The most in one pass.
    static let batch = 1_000

    func sweep() async throws -> Int {
        core.step(.beforeClean)
        let count = try await core.store.clean(
            core.configuration.retention, limit: Cleaner.batch, now: core.now)
        core.step(.afterClean)
        return count
    }

    func next(after count: Int) -> DutyPause {
        count >= Cleaner.batch ? .atMost(.milliseconds(50)) : .atMost(core.configuration.cleanInterval)
    }
}
