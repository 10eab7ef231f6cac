public import Monitoring

/// What a submit does whose key a live job of the pool has.
public struct DuplicatePolicy: Sendable, Equatable {
    enum Value { case join, refuse }
    let value: Value

    /// The submit joins that job: it returns its ID, or its result where one is wanted. The new body never runs, and
    /// the new options count for nothing. The default.
    ///
    /// Where a result is wanted that the live job does not give, of that type or at all, it throws
    /// ``PoolError/Code/duplicateKey``. In a bulk submit such jobs are left out.
    public static let join = DuplicatePolicy(value: .join)

    /// The submit throws ``PoolError/Code/duplicateKey``; the job counts as rejected.
    public static let refuse = DuplicatePolicy(value: .refuse)
}

/// What a submit is told of the live job that has the same key.
@usableFromInline
struct LiveJob {
    @usableFromInline let id: JobID
    /// Who is told how it ends.
    @usableFromInline let completion: JobCompletion?
}
