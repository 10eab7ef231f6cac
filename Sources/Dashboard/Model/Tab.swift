/// The views, in their order; the number is the key that shows it.
enum Tab: Int, CaseIterable, Sendable {
    /// All pools at a glance, where there are several.
    case pools = 0
    case overview, workers, jobs, errors, log
    /// The durable queues, where the pool takes its jobs from some.
    case queues

    /// What it is called.
    var title: String {
        switch self {
        case .pools: "Pools"
        case .overview: "Overview"
        case .workers: "Workers"
        case .jobs: "Jobs"
        case .errors: "Errors"
        case .log: "Log"
        case .queues: "Queues"
        }
    }

    /// The key that shows it.
    var digit: Int { rawValue }

    /// The views of one pool or of several, with durable queues or without.
    static func views(ofSeveral: Bool, hasQueues: Bool = false) -> [Tab] {
        allCases.filter { (ofSeveral || $0 != .pools) && (hasQueues || $0 != .queues) }
    }

    /// The view so many places further on, around the end.
    func moved(by steps: Int, ofSeveral: Bool, hasQueues: Bool = false) -> Tab {
        let views = Tab.views(ofSeveral: ofSeveral, hasQueues: hasQueues)
        let count = views.count
        return views[(((views.firstIndex(of: self) ?? 0) + steps) % count + count) % count]
    }
}
