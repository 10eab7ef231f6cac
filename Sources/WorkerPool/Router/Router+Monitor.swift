public import Monitoring
import Synchronization

extension Router {
    /// Intake and pools, to be shown side by side: the intake first.
    ///
    /// The counters of the intake are those of the whole router. There a job is *queued* until it is in a pool and
    /// *running* as long as it is in one; a pool counts the attempts that came to it.
    public var sources: [any MonitorSource] { [RouterIntake(pool: intake)] + pools }

    /// The intake at this instant; its counters are those of the whole router, balanced at every instant.
    public func snapshot() -> PoolSnapshot { intake.snapshot() }

    /// One job of the router, or `nil` where it is no longer kept, or never was.
    public func job(_ id: JobID) -> JobDetail? { intake.job(id) }
}

extension RouterDoors {
    /// Tells the jobs apart that have left the intake's queue and are in no pool.
    func annotate(_ snapshot: inout PoolSnapshot) {
        let waiting = min(UInt64(standing), snapshot.counters.running)
        snapshot.counters.running -= waiting
        snapshot.counters.queued += waiting
        snapshot.queue.depth += Int(waiting)
        snapshot.counters.timedOut += timedOut
    }
}

/// The intake as a cockpit sees it: everything but its size can be steered.
struct RouterIntake: MonitorSource {
    let pool: Pool

    func snapshot() async throws -> PoolSnapshot { pool.snapshot() }

    func jobs(_ query: JobQuery) async throws -> JobPage { pool.jobs(query) }

    func job(_ id: JobID) async throws -> JobDetail? { pool.job(id) }

    func failures(limit: Int) async throws -> [Failure] { pool.failures(limit: limit) }

    func events(after id: UInt64, limit: Int) async throws -> EventPage {
        pool.events(after: id, limit: limit)
    }

    func perform(_ command: OperatorCommand, by operator: String) async throws -> Receipt {
        switch command {
        case .resize, .adjust, .adapt:
            Receipt(
                id: pool.telemetry.withLock { $0.receipts.nextID() }, phase: .refused,
                message: "an intake has as many workers as its pools together: resize one of these")
        default: await pool.perform(command, by: `operator`)
        }
    }
}
