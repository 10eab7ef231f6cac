/// Which pool of a ``Router`` a job goes to.
///
/// Where any pool will do (``leastBusy``, ``weighted(_:)``), a job goes on as soon as one of them has a free worker,
/// and is bound to none before: late binding (Ousterhout et al., "Sparrow", SOSP 2013). Where one pool is meant
/// (``byKind(_:otherwise:)``, ``byHash(of:)``), the job waits for that one; while it does, jobs for other pools pass
/// it.
public struct RoutingPolicy: Sendable, CustomStringConvertible {
    enum Kind: Sendable {
        case leastBusy
        case weighted([String: Int])
        case byKind([String: String], otherwise: String)
        case byHash(@Sendable (JobOptions) -> String)
    }

    let kind: Kind

    /// The pool with the smallest share of its workers busy. The default.
    public static let leastBusy = RoutingPolicy(kind: .leastBusy)

    /// Pools take turns in proportion to their weights, evenly interleaved: smooth weighted round-robin (nginx,
    /// 2012). One without a free worker is passed over; one without a weight gets nothing.
    ///
    /// - Parameter weights: By the names of the pools, 0 ... 1,000,000 each, at least one above 0.
    public static func weighted(_ weights: [String: Int]) -> RoutingPolicy {
        RoutingPolicy(kind: .weighted(weights))
    }

    /// The pool that is named for the job's kind; `otherwise` for other kinds, and where that pool takes no more jobs.
    public static func byKind(_ pools: [String: String], otherwise: String) -> RoutingPolicy {
        RoutingPolicy(kind: .byKind(pools, otherwise: otherwise))
    }

    /// Jobs of the same key go to the same pool: rendezvous hashing (Thaler & Ravishankar, 1998). When a pool takes
    /// no more jobs, its keys go to the others and no other key moves. The hash is the same in every process.
    ///
    /// - Parameter key: What is hashed, such as `{ $0.tags["customer"] ?? $0.name }`. Asked from any thread; must
    ///   answer at once.
    public static func byHash(of key: @escaping @Sendable (JobOptions) -> String) -> RoutingPolicy {
        RoutingPolicy(kind: .byHash(key))
    }

    /// `least busy`, `weighted`, `by kind` or `by hash`.
    public var description: String {
        switch kind {
        case .leastBusy: "least busy"
        case .weighted: "weighted"
        case .byKind: "by kind"
        case .byHash: "by hash"
        }
    }
}

/// The arithmetic of rendezvous hashing.
enum Rendezvous {
    /// 64 bits of a text: FNV-1a (Fowler, Noll & Vo, 1991), the same in every process.
    static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        return hash
    }

    /// How much a pool wants a key: the highest score gets it.
    static func score(key: UInt64, pool: UInt64) -> UInt64 {
        var generator = SplitMix(seed: key ^ (pool &* 0x9E37_79B9_7F4A_7C15))
        return generator.next()
    }
}
