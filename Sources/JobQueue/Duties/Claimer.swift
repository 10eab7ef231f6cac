import Monitoring
import WorkerPool

/// Takes jobs from the store while workers are free, and hands them to the pool.
struct Claimer: Duty {
    let name = "claiming"
    let core: QueueCore
    var bell: Bell { core.claimBell }
    private let sizer = PrefetchSizer.Box()
    private let rates = RateWatch()

    /// What one pass did.
    struct Swept: Sendable, Equatable {
        /// Jobs taken.
        var claimed = 0
        /// Jobs that could have been taken.
        var room = 0
        /// How long until a rate lets another job start, where one waits for that.
        var rate: Duration?
    }

    func sweep() async throws -> Swept {
        guard core.mayClaim else { return Swept() }
        let room = core.room
        guard room > 0 else { return Swept() }
        let session = try await session()
        core.step(.beforeClaim)
        let jobs: [ClaimedJob]
        do {
            jobs = try await core.store.claim(
                session, from: core.configuration.queues, limit: room, now: core.now)
        } catch {
            // It may have happened: what it took is handed back with the session.
            core.sessions.retire(session)
            core.heartBell.ring()
            throw error
        }
        core.step(.afterClaim)
        core.setPrefetch(
            sizer.claimed(
                jobs.count, of: room, ended: core.settlements.added, at: core.clock.now(),
                limit: max(core.configuration.prefetch, 0)))
        guard !jobs.isEmpty else { return Swept(claimed: 0, room: room, rate: try await nextToken()) }
        core.table.add(jobs, of: session)
        _ = try? await core.pool.submit(contentsOf: jobs.map(core.poolJob))
        return Swept(claimed: jobs.count, room: room)
    }

    func next(after swept: Swept) -> DutyPause {
        if swept.claimed > 0 { return core.room > 0 && swept.claimed == swept.room ? .none : .untilRung }
        if swept.room == 0 { return .untilRung }
        return .atMost(min(swept.rate ?? core.configuration.poll, core.configuration.poll))
    }

    private func session() async throws -> SessionID {
        if let session = core.sessions.current { return session }
        let session = try await core.store.openSession(
            core.configuration.owner, lease: core.configuration.lease, now: core.now)
        core.sessions.opened(session)
        return session
    }

    /// When the first of the queues that a rate holds back may start another job, about.
    private func nextToken() async throws -> Duration? {
        guard rates.mayMatter(at: core.clock.now()) else { return nil }
        let first = try await core.store.queues(now: core.now).compactMap { queue -> Duration? in
            guard let rate = queue.settings.rate, rate > 0, queue.counters.queued > 0,
                queue.settings.paused == nil
            else { return nil }
            return .seconds(max(1 / rate, 0.005))
        }.min()
        rates.looked(at: core.clock.now(), found: first != nil)
        return first
    }
}
