/// Where the keyboard is: what decides which keys do something, and which of them the footer shows.
enum Place: Sendable, Hashable, CaseIterable {
    case pools, overview, workers, jobs, errors, log, queues
    case workerDetail, jobDetail, errorDetail, limitsDetail

    init(_ tab: Tab) {
        switch tab {
        case .pools: self = .pools
        case .overview: self = .overview
        case .workers: self = .workers
        case .jobs: self = .jobs
        case .errors: self = .errors
        case .log: self = .log
        case .queues: self = .queues
        }
    }
}

extension Set<Place> {
    static let everywhere = Set(Place.allCases)
    static let lists: Set = [Place.overview, .workers, .jobs, .errors, .log, .queues]
    static let tables: Set = [Place.workers, .jobs, .errors]
    static let details: Set = [Place.workerDetail, .jobDetail, .errorDetail, .limitsDetail]
}
