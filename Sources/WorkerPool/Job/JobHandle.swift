public import Monitoring
import Synchronization

/// The promise of a job's result.
public struct JobHandle<Value: Sendable>: Sendable {
    /// The job.
    public let id: JobID
    let pool: Pool
    let completion: JobResult<Value>

    /// The job's result, once it has one.
    ///
    /// May be awaited any number of times, before and after the end. Cancelling
    /// the waiting task does not cancel the job; ``cancel(by:)`` does.
    ///
    /// - Throws: what the last attempt threw; `CancellationError` where the job was cancelled;
    ///   ``PoolError/Code/timedOut`` where the last attempt or the job itself ran out of time;
    ///   ``PoolError/Code/dropped`` where the overflow policy gave it up.
    public var value: Value {
        get async throws { try await completion.value() }
    }

    /// Asks the job to stop. See ``Pool/cancel(_:by:)-(JobID,_)``.
    @discardableResult
    public func cancel(by operator: String = "program") -> Receipt { pool.cancel([id], by: `operator`) }
}

/// How a job ended, told to whoever waits for its result.
enum JobEnd: Sendable {
    case succeeded
    case failed(any Error)
    case cancelled
    case dropped
}

/// Takes the end of a job.
protocol JobCompletion: AnyObject, Sendable {
    func end(_ end: JobEnd)
}

/// Holds a job's result for those who wait for it.
final class JobResult<Value: Sendable>: JobCompletion {
    private enum State {
        case pending([UnsafeContinuation<Value, any Error>])
        case held(Value, [UnsafeContinuation<Value, any Error>])
        case ended(Result<Value, any Error>)
    }

    private let state = Locked(State.pending([]))

    /// Keeps the value an attempt returned until the pool says that the job ended well.
    func hold(_ value: Value) {
        state.withLock { state in
            if case .pending(let waiters) = state { state = .held(value, waiters) }
        }
    }

    func end(_ end: JobEnd) {
        let (result, waiters) = state.withLock {
            state -> (Result<Value, any Error>, [UnsafeContinuation<Value, any Error>]) in
            let result: Result<Value, any Error>
            let waiters: [UnsafeContinuation<Value, any Error>]
            switch (state, end) {
            case (.held(let value, let list), .succeeded): (result, waiters) = (.success(value), list)
            case (.held(_, let list), _), (.pending(let list), _):
                (result, waiters) = (.failure(end.error), list)
            case (.ended(let earlier), _): (result, waiters) = (earlier, [])
            }
            state = .ended(result)
            return (result, waiters)
        }
        for waiter in waiters { waiter.resume(with: result) }
    }

    func value() async throws -> Value {
        let ended = state.withLock { state -> Result<Value, any Error>? in
            if case .ended(let result) = state { result } else { nil }
        }
        if let ended { return try ended.get() }
        return try await withUnsafeThrowingContinuation { continuation in
            let known = state.withLock { state -> Result<Value, any Error>? in
                switch state {
                case .pending(let waiters): state = .pending(waiters + [continuation])
                case .held(let value, let waiters): state = .held(value, waiters + [continuation])
                case .ended(let result): return result
                }
                return nil
            }
            if let known { continuation.resume(with: known) }
        }
    }
}

extension JobEnd {
    fileprivate var error: any Error {
        switch self {
        case .failed(let error): error
        case .cancelled, .succeeded: CancellationError()
        case .dropped: PoolError(.dropped, "the job was dropped because the queue was full")
        }
    }
}
