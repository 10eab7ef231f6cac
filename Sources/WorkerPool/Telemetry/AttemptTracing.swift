import Monitoring
import Tracing

/// Puts a span around each attempt, below the span in which its job was submitted.
///
/// It wraps the body when the job is submitted, so that a pool without a tracer pays nothing per attempt.
final class AttemptTracing: Sendable {
    private let tracer: any Tracer
    private let pool: String

    /// Tracing for pools that are to have it; `nil` for others.
    init?(_ configuration: PoolConfiguration) {
        guard let tracer = configuration.tracer else { return nil }
        self.tracer = tracer
        pool = configuration.name
    }

    /// A job whose every run is a span, in the present task's context.
    func carry(_ job: Job) -> Job {
        var carried = job
        carried.work = job.work.map { .suspending(carry($0.body, job.options)) }
        return carried
    }

    private func carry(_ body: @escaping JobBody, _ options: JobOptions?) -> JobBody {
        let context = ServiceContext.current ?? .topLevel
        let (name, kind) = (options?.name ?? "", options?.kind ?? "")
        return { job in
            try await self.span(self.tracer, context, name: name, kind: kind, job) { try await body(job) }
        }
    }

    private func span(
        _ tracer: some Tracer, _ context: ServiceContext, name: String, kind: String, _ job: JobContext,
        _ body: () async throws -> Void
    ) async throws {
        // Few different names: whoever looks at spans groups them by it.
        let operation = kind.isEmpty ? "\(pool) job" : kind
        try await tracer.withSpan(operation, context: context, ofKind: .consumer) { span in
            span.attributes["pooltop.pool"] = pool
            span.attributes["pooltop.job.id"] = Int64(bitPattern: job.id.rawValue)
            span.attributes["pooltop.job.name"] = name.isEmpty ? "job-\(job.id.rawValue)" : name
            if !kind.isEmpty { span.attributes["pooltop.job.kind"] = kind }
            span.attributes["pooltop.job.attempt"] = job.attempt
            span.attributes["pooltop.worker"] = "\(job.worker)"
            do {
                try await body()
            } catch {
                // The span records the error and takes the status `error`.
                span.attributes["pooltop.job.outcome"] = Task.isCancelled ? "stopped" : "failed"
                throw error
            }
            span.attributes["pooltop.job.outcome"] = "succeeded"
            span.setStatus(SpanStatus(code: .ok))
        }
    }
}
