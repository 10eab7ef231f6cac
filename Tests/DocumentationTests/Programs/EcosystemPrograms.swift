import Logging
import Metrics
import Monitoring
import ServiceLifecycle
import Testing
import Tracing
import UnixSignals
import WorkerPool

@Suite struct EcosystemPrograms {
    /// Runs a service until something has happened, and cancels it.
    private func run(_ pool: Pool, _ service: @escaping @Sendable () async throws -> Void) async throws {
        let running = Task { try await service() }
        let ran = try await pool.submit(returning: Bool.self) { _ in true }
        #expect(try await ran.value)
        running.cancel()
        try? await running.value
        await pool.drain()
        #expect(pool.snapshot().state == .stopped)
    }

    @Test func service() async throws {
        let logger = Logger(label: "documentation", factory: { _ in SwiftLogNoOpLogHandler() })
        let pool = Pool(PoolConfiguration(workers: 1))
        try await run(pool) {
            // snippet: service
            let group = ServiceGroup(
                services: [PoolService(pool, deadline: .seconds(20))], gracefulShutdownSignals: [.sigterm],
                logger: logger)
            try await group.run()
            // end
        }
    }

    @Test func observability() async throws {
        let logger = Logger(label: "documentation", factory: { _ in SwiftLogNoOpLogHandler() })
        // snippet: observability
        var configuration = PoolConfiguration(name: "mail", workers: 8)
        configuration.logger = logger
        configuration.metrics = MetricsSystem.factory
        configuration.tracer = InstrumentationSystem.tracer
        let pool = Pool(configuration)
        // end
        let job = try await pool.submit(JobOptions(kind: "send"), returning: Int.self) { _ in 1 }
        #expect(try await job.value == 1)
        await pool.drain()
    }
}
