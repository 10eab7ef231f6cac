/// The views, in the order of their number keys.
enum Tab: Int, CaseIterable, Sendable {
    case overview, workers, jobs, errors, log

    /// What it is called.
    var title: String {
        switch self {
        case .overview: "Overview"
        case .workers: "Workers"
        case .jobs: "Jobs"
        case .errors: "Errors"
        case .log: "Log"
        }
    }

    /// The key that shows it.
    var digit: Int { rawValue + 1 }

    /// The view so many places further on, around the end.
    func moved(by steps: Int) -> Tab {
        let count = Tab.allCases.count
        return Tab.allCases[((rawValue + steps) % count + count) % count]
    }
}
