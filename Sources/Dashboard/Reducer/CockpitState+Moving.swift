import Monitoring

extension CockpitState {
    /// Puts a view in front.
    mutating func show(_ tab: Tab, now: UnixTime) -> [Effect] {
        details = []
        self.tab = tab
        switch tab {
        case .pools, .overview: return []
        case .workers:
            workers.enter()
            return []
        case .jobs:
            jobs.enter()
            return frozen == nil ? [.fetchJobs(jobQuery)] : []
        case .errors:
            errors.enter()
            return frozen == nil ? [.fetchFailures] : []
        case .log:
            refreshLog(now: now)
            return []
        case .queues:
            queues.enter()
            return []
        }
    }

    /// Moves the cursor or scrolls.
    mutating func move(_ action: Action, now: UnixTime) -> [Effect] {
        if !details.isEmpty {
            scrollDetail(action)
            return []
        }
        switch tab {
        case .pools: movePools(action, now: now)
        case .overview: moveOnOverview(action, now: now)
        case .workers: Self.move(&workers, action, page: layout.page, now: now)
        case .errors: Self.move(&errors, action, page: layout.page, now: now)
        case .log: Self.move(&log, action, page: layout.page, now: now)
        case .queues: Self.move(&queues, action, page: layout.page, now: now)
        case .jobs: return moveJobs(action, now: now)
        }
        return []
    }

    /// Puts a pool on the screen, in the view that is in front.
    mutating func go(toPool index: Int, now: UnixTime) -> [Effect] {
        select(pool: index, now: now)
        // Asks for what the view shows of it.
        return show(tab == .queues && !hasQueues ? .overview : tab, now: now)
    }

    private mutating func movePools(_ action: Action, now: UnixTime) {
        let last = panes.count - 1
        let index =
            switch action {
            case .up: selected - 1
            case .down: selected + 1
            case .pageUp: selected - max(1, layout.page - 1)
            case .pageDown: selected + max(1, layout.page - 1)
            case .first: 0
            case .last: last
            default: selected
            }
        select(pool: min(max(0, index), last), now: now)
    }

    private static func move<ID>(_ list: inout ListState<ID>, _ action: Action, page: Int, now: UnixTime) {
        switch action {
        case .up: list.move(by: -1, now: now)
        case .down: list.move(by: 1, now: now)
        case .pageUp: list.move(by: -max(1, page - 1), now: now)
        case .pageDown: list.move(by: max(1, page - 1), now: now)
        case .first: list.select(row: 0, now: now)
        case .last: list.select(row: list.rows.count - 1, now: now)
        default: break
        }
    }

    /// On the Overview the cursor goes from the hint down through the workers to the errors, and back.
    private mutating func moveOnOverview(_ action: Action, now: UnixTime) {
        switch (focus, action) {
        case (.home, .down), (.home, .pageDown), (.home, .first):
            focus = overview.rows.isEmpty ? .errors : .workers
            overview.select(row: overview.top, now: now)
            if focus == .errors { latest.select(row: 0, now: now) }
            if latest.rows.isEmpty, overview.rows.isEmpty { goHome() }
        case (.home, .last):
            guard !overview.rows.isEmpty else { return }
            focus = .workers
            overview.select(row: overview.rows.count - 1, now: now)
        case (.home, _): break
        case (.workers, .up) where overview.index == 0: goHome()
        case (.workers, .down) where overview.index >= overview.rows.count - 1 && !latest.rows.isEmpty:
            focus = .errors
            latest.select(row: 0, now: now)
        case (.workers, _): Self.move(&overview, action, page: layout.page, now: now)
        case (.errors, .up) where latest.index == 0:
            latest.leave()
            focus = overview.rows.isEmpty ? .home : .workers
            overview.select(row: overview.rows.count - 1, now: now)
        case (.errors, _): Self.move(&latest, action, page: 3, now: now)
        }
    }

    private mutating func moveJobs(_ action: Action, now: UnixTime) -> [Effect] {
        let loaded = pool.jobs.page?.jobs.count ?? 0
        let total = pool.jobs.page?.total ?? 0
        let canLoad = !jobs.filter.isActive && frozen == nil
        if canLoad, action == .first, jobOffset > 0 {
            (jobOffset, jobJump) = (0, .first)
            return [.fetchJobs(jobQuery)]
        }
        if canLoad, action == .last, pool.jobs.query.offset + loaded < total {
            (jobOffset, jobJump) = (max(0, total - Self.jobPage), .last)
            return [.fetchJobs(jobQuery)]
        }
        Self.move(&jobs, action, page: layout.page, now: now)
        return followJobs()
    }

    private mutating func scrollDetail(_ action: Action) {
        guard var detail = details.popLast() else { return }
        defer { details.append(detail) }
        if case .error(let key, let failure) = detail.subject {
            // The failures that say the same are a list.
            guard let group = shown.groups.first(where: { $0.id == key }) else { return }
            let place = group.failures.firstIndex { $0.id == failure } ?? 0
            let next = step(action, from: place, end: group.failures.count - 1)
            detail.subject = .error(key, failure: group.failures[next].id)
            detail.top = layout.detailTop
            return
        }
        let end = layout.detailEnd
        detail.top = step(action, from: detail.follows ? end : min(detail.top, end), end: end)
        if case .job = detail.subject { detail.follows = detail.top >= end }
    }

    private func step(_ action: Action, from place: Int, end: Int) -> Int {
        let page = max(1, layout.detailPage - 1)
        let wanted =
            switch action {
            case .up: place - 1
            case .down: place + 1
            case .pageUp: place - page
            case .pageDown: place + page
            case .first: 0
            case .last: end
            default: place
            }
        return min(max(0, wanted), max(0, end))
    }

    /// Opens details of what is selected.
    mutating func open(now: UnixTime, mayApplyHint: Bool) -> [Effect] {
        if let detail = details.last { return openInside(detail, now: now) }
        switch tab {
        case .pools: return show(.overview, now: now)
        case .overview where focus == .home:
            guard mayApplyHint else { return [] }
            if shown.hint.suggestion != nil, frozen == nil {
                return run(.applyHint, now: now)
            }
            toasts.show("Nothing is selected: ↓ goes to the workers", .info, now: now)
            return []
        case .overview where focus == .errors:
            guard let id = latest.cursor, let failure = shown.failure(id) else { return lostItem(now: now) }
            details.append(Detail(.error(ErrorGroup.key(of: failure), failure: id)))
            return [.fetchFailures]
        case .overview: return openWorker(overview.cursor, now: now)
        case .workers: return openWorker(workers.cursor, now: now)
        case .jobs:
            guard let id = jobs.cursor else { return lostItem(now: now) }
            return openJob(id)
        case .errors:
            guard let key = errors.cursor, let group = shown.groups.first(where: { $0.id == key }) else {
                return lostItem(now: now)
            }
            details.append(Detail(.error(key, failure: group.latest.id)))
            return []
        case .queues: return openQueue(now: now)
        case .log:
            guard let id = log.cursor, let entry = shown.log.entries.last(where: { $0.id == id }) else {
                return []
            }
            if let job = entry.job { return openJob(job) }
            return entry.worker == nil ? [] : openWorker(entry.worker, now: now)
        }
    }

    private mutating func openWorker(_ id: WorkerID?, now: UnixTime) -> [Effect] {
        guard let id else { return lostItem(now: now) }
        details.append(Detail(.worker(id)))
        return []
    }

    mutating func openJob(_ id: JobID) -> [Effect] {
        if pool.job?.id != id { pool.job = nil }
        details.append(Detail(.job(id)))
        return [.fetchJob(id)]
    }

    private mutating func openInside(_ detail: Detail, now: UnixTime) -> [Effect] {
        switch detail.subject {
        case .worker(let id):
            guard let job = shown.worker(id)?.job else {
                toasts.show("\(id) runs no job now", .info, now: now)
                return []
            }
            return openJob(job.id)
        case .error(_, let id):
            guard let failure = shown.failure(id) else { return [] }
            return openJob(failure.job)
        case .job, .limits: return []
        }
    }

    /// Opens all limits, or closes them.
    mutating func openLimits(now: UnixTime) {
        guard shown.snapshot?.limits.isEmpty == false else {
            toasts.show("This pool limits no kind of jobs", .info, topic: .note("limits"), now: now)
            return
        }
        if details.last?.subject == .limits {
            _ = details.popLast()
        } else {
            details.append(Detail(.limits))
        }
    }

    /// Says why there is nothing under the cursor.
    mutating func lostItem(now: UnixTime) -> [Effect] {
        toasts.show("What was selected is gone: ↑ ↓ selects anew", .warning, now: now)
        return []
    }
}
