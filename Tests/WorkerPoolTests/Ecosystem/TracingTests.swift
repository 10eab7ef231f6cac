import InMemoryTracing
import Monitoring
import Testing
import Tracing

@testable import WorkerPool

@Suite struct TracingTests {
    private static func pool(_ tracer: InMemoryTracer, clock: ManualClock = ManualClock()) -> Pool {
        var configuration = PoolConfiguration.still(
            workers: 1, retry: RetryPolicy(maxAttempts: 2, base: .zero, jitter: false), clock: clock)
        configuration.name = "mail"
        configuration.tracer = tracer
        return Pool(configuration)
    }

    @Test func attempt_isASpan_belowTheOneOfItsSubmitter() async throws {
        let tracer = InMemoryTracer()
        let pool = Self.pool(tracer)
        try await tracer.withSpan("request") { _ in
            _ = try await pool.submit(JobOptions(name: "to eva", kind: "send")) { _ in
                tracer.withSpan("inside") { _ in }
            }
        }
        await pool.drain()
        let spans = tracer.finishedSpans
        let request = try #require(spans.first { $0.operationName == "request" })
        let attempt = try #require(spans.first { $0.operationName == "send" })
        let inside = try #require(spans.first { $0.operationName == "inside" })
        #expect(attempt.parentSpanID == request.spanID && attempt.traceID == request.traceID)
        #expect(inside.parentSpanID == attempt.spanID)
        #expect(attempt.kind == .consumer)
        #expect(attempt.status?.code == .ok && attempt.errors.isEmpty)
        #expect(attempt.attributes.get("pooltop.pool") == .string("mail"))
        #expect(attempt.attributes.get("pooltop.job.id") == .int64(1))
        #expect(attempt.attributes.get("pooltop.job.name") == .string("to eva"))
        #expect(attempt.attributes.get("pooltop.job.kind") == .string("send"))
        #expect(attempt.attributes.get("pooltop.job.attempt") == 1.toSpanAttribute())
        #expect(attempt.attributes.get("pooltop.worker") == .string("worker-1"))
        #expect(attempt.attributes.get("pooltop.job.outcome") == .string("succeeded"))
    }

    @Test func failedAttempt_recordsItsError_andTheNextIsASpanOfItsOwn() async throws {
        let tracer = InMemoryTracer()
        let clock = ManualClock()
        let pool = Self.pool(tracer, clock: clock)
        try await tracer.withSpan("request") { _ in
            _ = try await pool.submit { context in if context.attempt == 1 { throw Broken() } }
        }
        await until("it waits") { pool.counters.scheduled == 1 || pool.counters.succeeded == 1 }
        clock.advance(by: .milliseconds(1))
        await pool.drain()
        let attempts = tracer.finishedSpans.filter { $0.operationName == "mail job" }
        #expect(attempts.count == 2)
        #expect(Set(attempts.map(\.traceID)).count == 1)
        let first = try #require(attempts.first)
        #expect(first.status?.code == .error)
        #expect(first.errors.map { $0.error is Broken } == [true])
        #expect(first.attributes.get("pooltop.job.outcome") == .string("failed"))
        #expect(first.attributes.get("pooltop.job.name") == .string("job-1"))
        #expect(attempts.last?.status?.code == .ok)
        #expect(attempts.last?.attributes.get("pooltop.job.attempt") == 2.toSpanAttribute())
    }

    @Test func cancelledAttempt_saysThatItWasStopped() async throws {
        let tracer = InMemoryTracer()
        let pool = Self.pool(tracer)
        let started = Signal()
        let id = try await pool.submit { _ in
            started.fire()
            try await cancellation()
        }
        await started.wait()
        pool.cancel([id])
        await pool.drain()
        let span = try #require(tracer.finishedSpans.first)
        #expect(span.attributes.get("pooltop.job.outcome") == .string("stopped"))
    }

    @Test func everyWayIn_takesTheContextAlong() async throws {
        let tracer = InMemoryTracer()
        let pool = Self.pool(tracer)
        try await tracer.withSpan("request") { _ in
            _ = try await pool.submit { _ in }
            _ = try pool.trySubmit("b") { _ in }
            try await pool.submit(contentsOf: [Job { _ in }, Job("d") { _ in }])
            #expect(try await pool.submit(returning: Int.self) { _ in 5 }.value == 5)
        }
        await pool.drain()
        let request = try #require(tracer.finishedSpans.first { $0.operationName == "request" })
        let attempts = tracer.finishedSpans.filter { $0.operationName == "mail job" }
        #expect(attempts.count == 5)
        #expect(attempts.allSatisfy { $0.parentSpanID == request.spanID })
        #expect(tracer.activeSpans.isEmpty)
    }

    @Test func everyItemInEveryStageOfAPipeline_isASpan_howeverItCameIn() async throws {
        let tracer = InMemoryTracer()
        let pipeline = Pipeline("p", of: Int.self)
            .stage("a", workers: 1, buffer: 1, configure: { $0.tracer = tracer }) { $0 }
            .stage("b", workers: 1, buffer: 1, configure: { $0.tracer = tracer }) { item async in item }
        let outputs = try await tracer.withSpan("request") { _ in try await pipeline.collect(0..<20, .still())
        }
        #expect(outputs == Array(0..<20))
        let spans = tracer.finishedSpans
        #expect(spans.count { $0.operationName == "a job" } == 20)
        #expect(spans.count { $0.operationName == "b job" } == 20)
        #expect(Set(spans.map(\.traceID)).count == 1)
    }
}
