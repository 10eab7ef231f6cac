import Monitoring

extension CockpitState {
    /// The states the list of jobs can be narrowed to, in the order `f` goes through them.
    private var jobStates: [JobState?] {
        hasQueues
            ? [nil, .running, .queued, .scheduled, .dead, .succeeded, .cancelled]
            : [nil, .running, .queued, .scheduled, .failed, .succeeded, .cancelled, .dropped]
    }

    /// Marks, sorts and narrows the list in front.
    mutating func arrange(_ action: Action, now: UnixTime) -> [Effect] {
        switch action {
        case .mark: return mark(now: now)
        case .clearMarks:
            workers.clearMarks()
            jobs.clearMarks()
            errors.clearMarks()
        case .sort: sort(by: nil, now: now)
        case .reverseSort:
            switch tab {
            case .workers: workers.isReversed.toggle()
            case .jobs: jobs.isReversed.toggle()
            case .errors: errors.isReversed.toggle()
            case .pools, .overview, .log, .queues: return []
            }
            resort(now: now)
        case .states:
            let place = jobStates.firstIndex(of: jobState) ?? 0
            return showJobs(jobStates[(place + 1) % jobStates.count], of: jobQueue)
        default: break
        }
        return []
    }

    private mutating func mark(now: UnixTime) -> [Effect] {
        switch tab {
        case .overview where focus == .workers: overview.toggleMark()
        case .pools, .overview, .log, .queues:
            toasts.show("Space marks workers, jobs and errors", .info, now: now)
            return []
        case .workers: workers.toggleMark()
        case .jobs: jobs.toggleMark()
        case .errors: errors.toggleMark()
        }
        return details.isEmpty ? move(.down, now: now) : []
    }

    /// Sorts by a column, or by the next one.
    mutating func sort(by column: Int?, now: UnixTime) {
        switch tab {
        case .workers: workers.sort = column ?? (workers.sort + 1) % WorkerSort.allCases.count
        case .jobs: jobs.sort = column ?? (jobs.sort + 1) % JobSort.allCases.count
        case .errors: errors.sort = column ?? (errors.sort + 1) % ErrorSort.allCases.count
        case .pools, .overview, .log, .queues: return
        }
        resort(now: now)
    }

    /// The operator asked for an order: nothing is held against it.
    private mutating func resort(now: UnixTime) {
        workers.release()
        jobs.release()
        errors.release()
        refreshLists(now: now)
    }

    /// Shows jobs of one state only, or all; of one durable queue, or all.
    mutating func showJobs(_ state: JobState?, of queue: String?) -> [Effect] {
        jobState = state
        jobQueue = queue
        jobOffset = 0
        jobs.leave()
        return [.fetchJobs(jobQuery)]
    }

    /// The filter of the list in front.
    var filterInFront: Filter {
        switch tab {
        case .pools: .none
        case .overview: overview.filter
        case .workers: workers.filter
        case .jobs: jobs.filter
        case .errors: errors.filter
        case .log: log.filter
        case .queues: queues.filter
        }
    }

    /// Narrows the list in front.
    mutating func setFilter(_ filter: Filter, now: UnixTime) -> [Effect] {
        switch tab {
        case .pools: break
        case .overview:
            overview.filter = filter
            overview.release()
            refreshWorkers(now: now)
        case .workers:
            workers.filter = filter
            workers.release()
            refreshWorkers(now: now)
        case .jobs:
            jobs.filter = filter
            jobs.release()
            jobOffset = 0
            refreshJobs(now: now, mayHold: false)
            return [.fetchJobs(jobQuery)]
        case .errors:
            errors.filter = filter
            errors.release()
            refreshErrors(now: now)
        case .log:
            log.filter = filter
            refreshLog(now: now)
        case .queues:
            queues.filter = filter
            queues.release()
            refreshQueues(now: now)
        }
        return []
    }
}
