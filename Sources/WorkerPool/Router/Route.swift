/// A ``RoutingPolicy`` with the pools' places instead of their names.
enum Route: Sendable {
    case leastBusy
    /// By place; 0 where a pool gets nothing.
    case weighted([Int])
    case byKind([String: Int], otherwise: Int)
    case byHash(@Sendable (JobOptions) -> String)

    /// Finds the pools that a policy names.
    init(_ policy: RoutingPolicy, among names: [String]) throws(RouterError) {
        func place(of name: String) throws(RouterError) -> Int {
            if let place = names.firstIndex(of: name) { return place }
            throw RouterError(
                code: .unknownPool, message: "no pool '\(name)': there are \(names.joined(separator: ", "))")
        }
        switch policy.kind {
        case .leastBusy: self = .leastBusy
        case .weighted(let weights):
            var byPlace = Array(repeating: 0, count: names.count)
            for (name, weight) in weights {
                // So bounded, sums of credits cannot overflow.
                guard (0...1_000_000).contains(weight) else {
                    throw RouterError(
                        code: .badWeights,
                        message: "the weight of '\(name)' is \(weight): use 0 ... 1,000,000")
                }
                byPlace[try place(of: name)] = weight
            }
            guard byPlace.contains(where: { $0 > 0 }) else {
                throw RouterError(code: .badWeights, message: "no pool has a weight above 0")
            }
            self = .weighted(byPlace)
        case .byKind(let pools, let otherwise):
            var places: [String: Int] = [:]
            for (kind, name) in pools { places[kind] = try place(of: name) }
            self = .byKind(places, otherwise: try place(of: otherwise))
        case .byHash(let key): self = .byHash(key)
        }
    }

    /// What a job is sent by.
    func address(of options: JobOptions) -> Address {
        switch self {
        case .leastBusy, .weighted: .any
        case .byKind: .kind(options.kind)
        case .byHash(let key): .hash(Rendezvous.hash(key(options)))
        }
    }

    /// What a job is sent by.
    enum Address: Sendable, Equatable {
        case any
        case kind(String)
        case hash(UInt64)
    }

    /// A pool as the router sees it.
    struct Member: Sendable, Equatable {
        /// How many workers it is to have.
        var workers: Int
        /// Whether it starts what it gets: not paused, not frozen, intake open.
        var isOpen = true
        /// Whether it takes no more jobs, for good.
        var isClosed = false
    }

    /// Where a job goes.
    enum Verdict: Sendable, Equatable {
        /// To that pool, now.
        case go(Int)
        /// Nowhere yet: it waits at the door.
        case wait
        /// The route has changed: it is to ask again.
        case again
        /// Nowhere: no pool that would be right takes jobs any more.
        case closed
        /// Nowhere: the router is ending.
        case ending
        /// Nowhere: it was cancelled while it waited.
        case cancelled
    }
}
