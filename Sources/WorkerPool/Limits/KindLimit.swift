/// What holds for the jobs of one kind inside a pool.
///
/// A job that its limit holds back does not hold back others: the next one of another kind is taken instead. It keeps
/// its place among its own kind.
public struct KindLimit: Sendable, Equatable {
    /// How many may run at once, from 1; `nil` means any number.
    public var concurrency: Int?
    /// How often one may start; `nil` means any time.
    public var rate: RateLimit?

    /// A limit. `concurrency` is brought to at least 1.
    public init(concurrency: Int? = nil, rate: RateLimit? = nil) {
        self.concurrency = concurrency.map { max($0, 1) }
        self.rate = rate
    }
}
