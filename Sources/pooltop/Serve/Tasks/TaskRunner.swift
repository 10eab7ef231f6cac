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
        RawJobKind(kind.name, queue: kind.name, timeout: kind.timeout, maxAttempts: kind.retries + 1) {
            payload, context in
            try await perform(kind, payload, context)
        }
    }

    private func perform(_ kind: TaskKind, _ bytes: [UInt8], _ context: DurableContext) async throws
        -> [UInt8]?
    {
        let payload: TaskPayload
        let values: [String: String]
        do {
            payload = try TaskPayload(bytes)
            values = try kind.complete(payload.parameters.mapValues(\.text))
        } catch {
            // Taken under an older configuration; no further attempt can change that.
            throw CallFailure(
                result: TaskResult(), message: "its parameters do not fit any more: \(error)",
                isPermanent: true)
        }
        guard let limit = payload.timeout else { return try await work(kind, values).encoded() }
        let result = try await withThrowingTaskGroup { group in
            group.addTask { try await work(kind, values) as TaskResult? }
            group.addTask {
                try await Task.sleep(for: .seconds(limit))
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        guard let result else {
            throw CallFailure(
                result: TaskResult(), message: "timed out after \(DurationText.write(seconds: limit))")
        }
        return result.encoded()
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
