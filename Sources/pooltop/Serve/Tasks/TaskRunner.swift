import AsyncHTTPClient
import CommandRunner
import Control
import JobQueue
import Monitoring
import WorkerPool

/// Does tasks: runs their commands, makes their calls.
struct TaskRunner: Sendable {
    let host: ProcessHost
    let client: HTTPClient
    /// How many bytes of each output stream are kept.
    let outputLimit: Int

    /// A kind of tasks as the queue knows it: each has a queue of its own, which bears its name.
    func jobKind(_ kind: TaskKind) -> RawJobKind {
        var jobKind = RawJobKind(
            kind.name, queue: kind.name, timeout: kind.timeout, maxAttempts: kind.retries + 1
        ) { payload, _ in try await perform(kind, payload) }
        jobKind.timeoutOf = { payload in
            (try? TaskPayload(payload))?.timeout.map { .seconds($0) }
        }
        return jobKind
    }

    private func perform(_ kind: TaskKind, _ payload: [UInt8]) async throws -> [UInt8]? {
        let values: [String: String]
        do {
            values = try kind.complete(try TaskPayload(payload).parameters.mapValues(\.text))
        } catch {
            // Taken under an older configuration; no further attempt can change that.
            throw CallFailure(
                result: TaskResult(), message: "its parameters do not fit any more: \(error)",
                isPermanent: true)
        }
        return try await work(kind, values).encoded()
    }

    private func work(_ kind: TaskKind, _ values: [String: String]) async throws -> TaskResult {
        switch kind.work {
        case .command(let call): try await run(call.command(values))
        case .http(let call): try await call.perform(values, client: client, limit: outputLimit)
        }
    }

    private func run(_ command: Command) async throws -> TaskResult {
        let run = try await host.capture(command, limit: outputLimit) { nil }
        var result = TaskResult()
        result.stdout = run.output.text
        result.stderr = run.error.text
        result.truncated = run.output.isTruncated || run.error.isTruncated
        result.exit = run.outcome.usage?.exitStatus.map(Int.init)
        result.signal = run.outcome.usage?.signal
        guard let failure = run.failure else { return result }
        throw CallFailure(
            result: result, type: failure.failureType, message: failure.failureMessage,
            isPermanent: failure.isPermanent)
    }
}
