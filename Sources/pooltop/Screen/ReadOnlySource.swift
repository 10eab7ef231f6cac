import Monitoring

/// A pool that can be looked at and nothing else: whatever asks for more is refused here, below the screen.
struct ReadOnlySource: MonitorSource {
    let base: any MonitorSource

    func snapshot() async throws -> PoolSnapshot { try await base.snapshot() }

    func jobs(_ query: JobQuery) async throws -> JobPage { try await base.jobs(query) }

    func job(_ id: JobID) async throws -> JobDetail? { try await base.job(id) }

    func failures(limit: Int) async throws -> [Failure] { try await base.failures(limit: limit) }

    func events(after id: UInt64, limit: Int) async throws -> EventPage {
        try await base.events(after: id, limit: limit)
    }

    func perform(_ command: OperatorCommand, by operator: String) async throws -> Receipt {
        Receipt(id: 0, phase: .refused, message: "read-only: this cockpit may look and not touch")
    }
}
