import Logging
import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

/// Keeps the lines that are logged, with their metadata as `key=value` in order.
struct KeepingHandler: LogHandler {
    let lines: Journal<(message: String, metadata: [String: String])>
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        lines.note((event.message.description, all.mapValues(\.description)))
    }
}

@Suite struct LoggingTests {
    private let lines = Journal<(message: String, metadata: [String: String])>()

    private func pool(clock: ManualClock = ManualClock()) -> Pool {
        let lines = lines
        var configuration = PoolConfiguration.still(
            workers: 1, retry: RetryPolicy(maxAttempts: 2, base: .zero, jitter: false), clock: clock)
        configuration.name = "mail"
        configuration.logger = Logger(label: "test", factory: { _ in KeepingHandler(lines: lines) })
        return Pool(configuration)
    }

    private func metadata(of part: String) -> [String: String]? {
        lines.lines.first { $0.message.contains(part) }?.metadata
    }

    @Test func linesOfAJob_carryWorkerJobKindAndAttempt() async throws {
        let clock = ManualClock()
        let pool = pool(clock: clock)
        try await pool.submit(JobOptions(name: "a", kind: "send")) { context in
            context.logger.info("at work")
            throw Broken()
        }
        await until("it waits") { pool.counters.scheduled == 1 || pool.counters.failed == 1 }
        clock.advance(by: .milliseconds(1))
        await pool.drain()
        let first = ["pool": "mail", "worker": "worker-1", "job": "#1", "kind": "send", "attempt": "1"]
        #expect(metadata(of: "at work") == first)
        #expect(metadata(of: "attempt 1 of 2") == first)
        #expect(metadata(of: "attempt 2 of 2") == first.merging(["attempt": "2"]) { _, new in new })
    }

    @Test func recovery_andCancel_carryThemToo() async throws {
        let clock = ManualClock()
        let pool = pool(clock: clock)
        try await pool.submit(JobOptions(name: "a", kind: "send")) { context in
            if context.attempt == 1 { throw Broken() }
        }
        await until("it waits") { pool.counters.scheduled == 1 || pool.counters.succeeded == 1 }
        clock.advance(by: .milliseconds(1))
        await until("it is done") { pool.counters.succeeded == 1 }
        let started = Signal()
        let id = try await pool.submit(JobOptions(kind: "wait")) { _ in
            started.fire()
            try await cancellation()
        }
        await started.wait()
        pool.cancel([id])
        await pool.drain()
        let recovered = try #require(metadata(of: "succeeded at attempt 2"))
        #expect(
            recovered["kind"] == "send" && recovered["attempt"] == "2" && recovered["worker"] == "worker-1")
        let cancelled = try #require(metadata(of: "#2 cancelled"))
        #expect(cancelled["kind"] == "wait" && cancelled["attempt"] == "1" && cancelled["job"] == "#2")
    }

    @Test func linesOfThePool_carryNoJob() async {
        let pool = pool()
        pool.resize(to: 2, by: "eva")
        await pool.drain()
        #expect(metadata(of: "eva resized") == ["pool": "mail"])
    }
}
