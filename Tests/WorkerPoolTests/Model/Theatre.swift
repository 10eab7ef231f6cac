import Monitoring
import Synchronization

@testable import WorkerPool

/// The jobs of a model run: each says when it starts, and ends when and how the run tells it.
final class Theatre: Sendable {
    /// What jobs and producers say, in order.
    enum Line {
        case started(tag: Int, JobContext)
        case ended(tag: Int, Reference.Ending)
        /// A submit has returned, or has thrown.
        case submitted(producer: Int, PoolError?)
    }

    private struct State {
        var lines: [Line] = []
        /// Attempts that run and wait to be told how to end.
        var onStage: [Int: UnsafeContinuation<Reference.Ending, Never>] = [:]
    }

    private let state = Locked(State())

    func note(_ line: Line) { state.withLock { $0.lines.append(line) } }

    /// What was said since the last time.
    func takeLines() -> [Line] {
        state.withLock { state in
            defer { state.lines = [] }
            return state.lines
        }
    }

    /// Jobs whose attempts wait to be told how to end.
    var onStage: Set<Int> { state.withLock { Set($0.onStage.keys) } }

    /// Tells a job's attempt how to end; false where none waits for it.
    @discardableResult
    func end(_ tag: Int, _ ending: Reference.Ending) -> Bool {
        let attempt = state.withLock { $0.onStage.removeValue(forKey: tag) }
        attempt?.resume(returning: ending)
        return attempt != nil
    }

    func job(_ tag: Int, _ plan: Reference.Plan) -> Job { Job(options(tag, plan), body(tag, plan)) }

    func options(_ tag: Int, _ plan: Reference.Plan) -> JobOptions {
        JobOptions(
            name: "\(tag)", timeout: plan.timeout.map { .nanoseconds(Int64($0)) },
            retry: RetryPolicy(
                maxAttempts: plan.maxAttempts, base: .nanoseconds(Int64(Reference.retryBase)), jitter: false))
    }

    func body(_ tag: Int, _ plan: Reference.Plan) -> JobBody {
        { context in
            self.note(.started(tag: tag, context))
            let ending = await self.ending(of: tag, plan)
            self.note(.ended(tag: tag, ending))
            switch ending {
            case .well: return
            case .failed: throw Broken()
            case .failedForGood: throw Choosy(isPermanent: true)
            case .failedFor(let seconds): throw Choosy(retryAfter: .seconds(Int(seconds)))
            case .toldToStop: throw CancellationError()
            }
        }
    }

    private func ending(of tag: Int, _ plan: Reference.Plan) async -> Reference.Ending {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                state.withLock { $0.onStage[tag] = continuation }
                if plan.isCooperative, Task.isCancelled { end(tag, .toldToStop) }
            }
        } onCancel: {
            if plan.isCooperative { end(tag, .toldToStop) }
        }
    }
}
