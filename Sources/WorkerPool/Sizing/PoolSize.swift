import Glibc

/// How many workers a pool has: so many, or as many as pay.
///
/// ```swift
/// let fixed = PoolConfiguration(size: 8)
/// let moving = PoolConfiguration(size: .adaptive(1...64))
/// ```
public struct PoolSize: Sendable, Equatable, ExpressibleByIntegerLiteral {
    /// How many workers the pool starts with.
    public let start: Int
    /// Between what it moves by itself; `nil` where it does not.
    public let rails: ClosedRange<Int>?

    private init(start: Int, rails: ClosedRange<Int>?) {
        self.start = start
        self.rails = rails
    }

    /// That many workers, 0 ... 100,000, until someone resizes the pool; 0 means that nothing is started.
    public static func fixed(_ count: Int) -> PoolSize { PoolSize(start: count, rails: nil) }

    /// As many workers as pay, never fewer or more than `rails` say.
    ///
    /// While jobs wait, the pool tries other sizes and keeps the smallest beyond which throughput hardly rises
    /// (see ``PoolConfiguration/size`` for the method). Whoever resizes it by hand has the say from then on, until
    /// the size is handed back (``Pool/adapt(by:)``, `OperatorCommand.adapt`).
    ///
    /// - Parameters:
    ///   - rails: Brought into 1 ... 100,000.
    ///   - start: Where it begins, brought into `rails`; `nil` (the default) means the number of processors.
    public static func adaptive(_ rails: ClosedRange<Int>, start: Int? = nil) -> PoolSize {
        let limits = 1...PoolConfiguration.workerLimit
        let rails = rails.clamped(to: limits)
        let wanted = start ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        return PoolSize(start: min(max(wanted, rails.lowerBound), rails.upperBound), rails: rails)
    }

    /// That many workers.
    public init(integerLiteral count: Int) { self = .fixed(count) }
}
