import Monitoring

/// Details of one thing, opened over or beside a list.
struct Detail: Sendable, Equatable {
    /// What they are of.
    enum Subject: Sendable, Hashable {
        case worker(WorkerID)
        case job(JobID)
        /// What may run at once and how often.
        case limits
        /// A group of failures, and the one of them that is looked at.
        case error(ErrorGroup.Key, failure: UInt64)
    }

    var subject: Subject
    /// The first line shown of what can be scrolled.
    var top = 0
    /// Whether the end is kept in sight while lines are added.
    var follows = true

    init(_ subject: Subject) {
        self.subject = subject
        if case .job = subject { follows = true } else { follows = false }
    }

    /// Where the keyboard is while they are open.
    var place: Place {
        switch subject {
        case .worker: .workerDetail
        case .job: .jobDetail
        case .limits: .limitsDetail
        case .error: .errorDetail
        }
    }

    /// What the breadcrumbs call it.
    var title: String {
        switch subject {
        case .worker(let id): id.description
        case .job(let id): id.description
        case .limits: "Limits"
        case .error(let key, _): key.type
        }
    }
}
