import Monitoring

/// What a list of workers can be sorted by.
enum WorkerSort: Int, CaseIterable, Sendable {
    case id, state, elapsed, done, failed, busy

    var title: String {
        switch self {
        case .id: "id"
        case .state: "state"
        case .elapsed: "elapsed"
        case .done: "done"
        case .failed: "failed"
        case .busy: "busy"
        }
    }

    /// The workers in this order; those that are equal stay in order of their IDs.
    func sorted(_ workers: [WorkerSnapshot], reversed: Bool) -> [WorkerID] {
        if self == .id { return reversed ? workers.reversed().map(\.id) : workers.map(\.id) }
        let keyed = workers.map { (key: key($0), id: $0.id) }
        let order = keyed.sorted { left, right in
            if left.key != right.key { return (left.key > right.key) != reversed }
            return left.id < right.id
        }
        return order.map(\.id)
    }

    /// The larger come first.
    private func key(_ worker: WorkerSnapshot) -> Double {
        switch self {
        case .id: -Double(worker.id.rawValue)
        case .state:
            switch worker.state {
            case .uncooperative: 5
            case .stopping: 4
            case .retiring: 3
            case .running: 2
            case .idle: 1
            }
        case .elapsed: worker.elapsed ?? -1
        case .done: Double(worker.succeeded)
        case .failed: Double(worker.failed)
        case .busy: worker.busyShare
        }
    }
}

/// What the loaded part of the list of jobs can be sorted by.
enum JobSort: Int, CaseIterable, Sendable {
    case pool, id, name, kind, priority, attempt, age

    var title: String {
        switch self {
        case .pool: "pool order"
        case .id: "id"
        case .name: "name"
        case .kind: "kind"
        case .priority: "priority"
        case .attempt: "attempt"
        case .age: "age"
        }
    }

    func sorted(_ jobs: [JobSummary], reversed: Bool) -> [JobSummary] {
        switch self {
        case .pool: reversed ? jobs.reversed() : jobs
        case .id: jobs.sorted { ($0.id < $1.id) != reversed && $0.id != $1.id }
        case .name: by(jobs, reversed) { $0.name < $1.name }
        case .kind: by(jobs, reversed) { $0.kind < $1.kind }
        case .priority: by(jobs, reversed) { $0.priority > $1.priority }
        case .attempt: by(jobs, reversed) { $0.attempt > $1.attempt }
        case .age: by(jobs, reversed) { $0.submitted < $1.submitted }
        }
    }

    private func by(
        _ jobs: [JobSummary], _ reversed: Bool, _ isBefore: (JobSummary, JobSummary) -> Bool
    ) -> [JobSummary] {
        jobs.sorted { left, right in
            if isBefore(left, right) { return !reversed }
            if isBefore(right, left) { return reversed }
            return left.id < right.id
        }
    }
}

/// What groups of errors can be sorted by.
enum ErrorSort: Int, CaseIterable, Sendable {
    case latest, count, type

    var title: String {
        switch self {
        case .latest: "latest"
        case .count: "count"
        case .type: "type"
        }
    }

    func sorted(_ groups: [ErrorGroup], reversed: Bool) -> [ErrorGroup] {
        groups.sorted { left, right in
            switch self {
            case .count where left.failures.count != right.failures.count:
                (left.failures.count > right.failures.count) != reversed
            case .type where left.id.type != right.id.type: (left.id.type < right.id.type) != reversed
            default:
                left.latest.id != right.latest.id
                    && (left.latest.id > right.latest.id) != (self == .latest && reversed)
            }
        }
    }
}
