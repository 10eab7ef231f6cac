public import Monitoring

/// The promise of a job's result.
///
/// Keeps what the job has captured where that did not end well: an operator may have it run again.
public struct JobHandle<Value: Sendable>: Sendable {
    /// The job.
    public let id: JobID
    @usableFromInline let pool: Pool
    @usableFromInline let result: JobResult<Value>

    @usableFromInline
    init(id: JobID, pool: Pool, result: JobResult<Value>) {
        self.id = id
        self.pool = pool
        self.result = result
    }

    /// The job's result, once it has one.
    ///
    /// May be awaited any number of times, before and after the end. Cancelling
    /// the waiting task does not cancel the job; ``cancel(by:)`` does.
    ///
    /// - Throws: what the last attempt threw; `CancellationError` where the job was cancelled;
    ///   ``PoolError/Code/timedOut`` where the last attempt or the job itself ran out of time;
    ///   ``PoolError/Code/dropped`` where the overflow policy gave it up.
    @inlinable
    public var value: Value {
        get async throws {
            if !result.hasSucceeded { try await result.success() }
            guard let value = result.value else { throw CancellationError() }
            return value
        }
    }

    /// Asks the job to stop. See ``Pool/cancel(_:by:)-(JobID,_)``.
    @discardableResult
    public func cancel(by operator: String = "program") -> Receipt { pool.cancel([id], by: `operator`) }
}

/// Holds a job's result for those who wait for it.
///
/// All that is generic about it is inlined into the program, as looking the types up while it runs took five times as
/// long as a job.
@usableFromInline
final class JobResult<Value: Sendable>: JobEnding, @unchecked Sendable {
    /// The work, until it has ended well. Kept here and not captured by what the pool is given to run, which costs one
    /// allocation less: one thread allocates and another frees, which is what a handle costs most.
    @usableFromInline var body: (@Sendable (JobContext) async throws -> Value)?

    /// What the latest attempt returned. Written by attempts of the job of the handle, which follow one another, and read
    /// by others only once they know that the last of them ended well.
    @usableFromInline var value: Value?

    @inlinable
    init(_ body: @escaping @Sendable (JobContext) async throws -> Value) {
        self.body = body
        super.init()
    }

    override func end(_ end: JobEnd) {
        super.end(end)
        if case .succeeded = end { body = nil }
    }
}
