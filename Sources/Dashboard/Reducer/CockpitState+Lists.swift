import Monitoring

extension CockpitState {
    /// Failures shown on the Overview at most.
    static let mostLatest = 40
    /// How many jobs are asked for at once.
    static let jobPage = 200
    /// So close to the end of the page, the next one is asked for.
    private static let jobMargin = 40

    /// Brings all lists up to date.
    mutating func refreshLists(now: UnixTime) {
        refreshWorkers(now: now)
        refreshJobs(now: now)
        refreshErrors(now: now)
        refreshLatest(now: now)
        refreshLog(now: now)
        refreshQueues(now: now)
    }

    mutating func refreshWorkers(now: UnixTime) {
        let each = shown.snapshot?.workers.each ?? []
        for list in [\CockpitState.overview, \.workers] {
            let filter = self[keyPath: list].filter
            let kept = filter.isActive ? each.filter { filter.keeps(Self.texts(of: $0)) } : each
            let sort = WorkerSort(rawValue: self[keyPath: list].sort) ?? .id
            self[keyPath: list].update(
                sort.sorted(kept, reversed: self[keyPath: list].isReversed), total: each.count, now: now)
        }
        if tab == .workers { workers.enter() }
        if focus == .workers, overview.rows.isEmpty { focus = .home }
    }

    /// What a filter looks at.
    private static func texts(of worker: WorkerSnapshot) -> [String] {
        var texts = [worker.id.description, worker.state.rawValue]
        if let job = worker.job { texts += [job.id.description, job.name, job.kind] }
        return texts
    }

    mutating func refreshErrors(now: UnixTime) {
        let groups = ErrorSort(rawValue: errors.sort)?.sorted(shown.groups, reversed: errors.isReversed)
        let kept = (groups ?? shown.groups).filter { group in
            errors.filter.keeps([group.id.type, group.latest.message, group.latest.kind, group.latest.name])
        }
        errors.update(kept.map(\.id), total: shown.groups.count, now: now)
        if tab == .errors { errors.enter() }
    }

    mutating func refreshLatest(now: UnixTime) {
        let newest = shown.latest(Self.mostLatest)
        latest.update(newest.map(\.id), total: newest.count, now: now, mayHold: focus == .errors)
        if focus == .errors, latest.rows.isEmpty { focus = .home }
    }

    mutating func refreshLog(now: UnixTime) {
        let entries = shown.log.entries
        let follows = !log.isEntered || log.index >= log.rows.count - 1
        let filter = log.filter
        let kept =
            filter.isActive
            ? entries.filter { entry in
                filter.keeps([
                    entry.message, entry.kind, entry.worker?.description ?? "", entry.job?.description ?? "",
                ])
            } : entries
        log.update(kept.map(\.id), total: entries.count, now: now, mayHold: false)
        if follows, !log.rows.isEmpty { log.follow() }
    }

    /// The jobs that the list is to show.
    var jobQuery: JobQuery {
        var query = JobQuery()
        if let jobState { query.states = [jobState] }
        query.queue = jobQueue
        query.text = jobs.filter.plainText ?? ""
        query.offset = jobs.filter.isActive ? 0 : max(0, jobOffset)
        // What the source cannot filter is filtered here, among as many as it gives at once.
        query.limit = jobs.filter.isActive ? JobQuery.maxLimit : Self.jobPage
        return query
    }

    /// The jobs that the Overview shows: those that wait, then those that ended last.
    var nextQuery: JobQuery {
        var query = JobQuery()
        query.states = Set(JobState.allCases).subtracting([.running])
        query.limit = min(max(1, layout.nextRows), JobQuery.maxLimit)
        return query
    }

    /// Takes in a page of jobs, unless something else was asked for since.
    mutating func take(_ page: JobPage, for query: JobQuery, now: UnixTime) -> [Effect] {
        pool.noteTraits(of: page.jobs)
        if tab == .overview {
            // How many fit may have changed since; the next page will have as many.
            if query.states == nextQuery.states { pool.next = page }
            return []
        }
        guard query == jobQuery else { return tab == .jobs && isOnScreen ? [.fetchJobs(jobQuery)] : [] }
        let isSame = pool.jobs.query == query
        pool.jobs.query = query
        pool.jobs.page = page
        if frozen == nil { refreshJobs(now: now, mayHold: isSame) }
        // The list became shorter than where the page begins.
        if page.jobs.isEmpty, query.offset > 0 {
            jobOffset = max(0, page.total - Self.jobPage)
            return [.fetchJobs(jobQuery)]
        }
        return []
    }

    mutating func refreshJobs(now: UnixTime, mayHold: Bool = true) {
        let window = shown.jobs
        guard let page = window.page else { return }
        // Plain text was looked for by the source.
        let isFiltered = jobs.filter.isActive && jobs.filter.plainText == nil
        let kept =
            isFiltered
            ? page.jobs.filter {
                jobs.filter.keeps([$0.name, $0.kind, $0.id.description, $0.state.rawValue])
            }
            : page.jobs
        let sorted = JobSort(rawValue: jobs.sort)?.sorted(kept, reversed: jobs.isReversed) ?? kept
        jobs.update(sorted.map(\.id), total: page.total, now: now, mayHold: mayHold && jobJump == nil)
        remember(page)
        if let jump = jobJump {
            jobs.select(row: jump == .first ? 0 : jobs.rows.count - 1, now: now)
            jobJump = nil
        } else if tab == .jobs {
            jobs.enter()
        }
    }

    /// Keeps what is known of the jobs in the rows, of those that left the page too.
    private mutating func remember(_ page: JobPage) {
        var known: [JobID: JobSummary] = [:]
        for job in page.jobs { known[job.id] = job }
        let present = Set(known.keys)
        for id in jobs.rows where known[id] == nil { known[id] = pool.jobs.known[id] }
        if frozen == nil {
            pool.jobs.known = known
            pool.jobs.present = present
        } else {
            frozen?.pools[addressed].jobs.known = known
            frozen?.pools[addressed].jobs.present = present
        }
    }

    /// Asks for another page where the cursor comes near the edge of this one.
    mutating func followJobs() -> [Effect] {
        guard let page = pool.jobs.page, !jobs.filter.isActive, frozen == nil else { return [] }
        let offset = pool.jobs.query.offset
        let isNearEnd = jobs.index > page.jobs.count - Self.jobMargin && offset + page.jobs.count < page.total
        let isNearStart = jobs.index < Self.jobMargin && offset > 0
        guard isNearEnd || isNearStart else { return [] }
        let wanted = max(0, min(offset + jobs.index - Self.jobPage / 2, page.total - Self.jobPage))
        guard wanted != jobOffset else { return [] }
        jobOffset = wanted
        return [.fetchJobs(jobQuery)]
    }
}
