import Monitoring
import TerminalUI

/// The jobs.
extension Painter {
    mutating func paintJobs(_ area: Rect) {
        guard !area.isEmpty else { return }
        let window = pool.jobs
        let sort = JobSort(rawValue: state.jobs.sort) ?? .pool
        let isMore = (window.page?.jobs.count ?? 0) >= window.query.limit
        var trailing = StyledText()
        let only = [state.jobState?.rawValue, state.jobQueue.map { "queue \($0.prefix(28))" }].compactMap {
            $0
        }
        if !only.isEmpty {
            let words = "only \(only.joined(separator: " in ")) "
            trailing = StyledText(SafeText(words), Style(.operated)) + StyledText("· ", .dim)
        }
        trailing += position(
            state.jobs, of: "job", offset: state.jobs.filter.isActive ? 0 : window.query.offset,
            sort: sort == .pool && !state.jobs.isReversed ? nil : sort.title + (isMore ? " (this page)" : ""),
            isMore: isMore)
        if window.page?.isPartial == true { trailing.append(" · too many to search all", Style(.waiting)) }
        let isFocused = state.details.isEmpty
        let inside = panel("Jobs", in: area, key: Tab.jobs.digit, trailing: trailing, isFocused: isFocused)
        let now = now
        layout.jobsTop = table(
            jobColumns.map(\.column), of: state.jobs, in: inside, isFocused: isFocused, sort: sortMark(sort),
            placeholder: emptyJobs,
            spot: { .jobRow($0) }
        ) { id in
            guard let job = window.known[id] else { return [.text(SafeText(id.description), .dim)] }
            return Self.jobCells(job, isGone: !window.present.contains(id), now: now)
        }
    }

    /// The columns, and what they are sorted by.
    private var jobColumns: [(column: TableColumn, sort: JobSort?)] {
        let sort = JobSort(rawValue: state.jobs.sort)
        let showsPriority =
            pool.seen.contains(.priority) || state.size.width >= 160 || sort == .priority
        return [
            (TableColumn("ID", minimum: jobWidth), .id),
            (TableColumn("STATE", minimum: 9), nil),
            (Self.priorityColumn.shown(if: showsPriority), .priority),
            (kindColumn(priority: 4).shown(if: pool.kindWidth > 0 || sort == .kind), .kind),
            (
                TableColumn("NAME", priority: 1, minimum: 18, ideal: 30, maximum: 72, cutsShared: true), .name
            ),
            (TableColumn("TRY", alignment: .right, priority: 6, minimum: 4), .attempt),
            (TableColumn("WORKER", priority: 5, minimum: workerWidth), nil),
            (TableColumn("TIME", alignment: .right, priority: 2, minimum: 8, ideal: 12), .age),
            (TableColumn("PROGRESS", priority: 8, minimum: 16, maximum: 20), nil),
            (
                TableColumn("ERROR", priority: 7, minimum: 16, ideal: 24, grows: true)
                    .shown(if: pool.seen.contains(.error)), nil
            ),
        ]
    }

    /// The column for kinds, as wide as the longest that was seen, within bounds.
    func kindColumn(priority: Int) -> TableColumn {
        let width = min(max(pool.kindWidth, 4), 14)
        return TableColumn("KIND", priority: priority, minimum: min(width, 8), ideal: width)
            .shown(if: pool.kindWidth > 0)
    }

    /// The column for priorities.
    static var priorityColumn: TableColumn { TableColumn("PRI", alignment: .right, priority: 3, minimum: 4) }

    /// How urgent a job is; what is ordinary is faint.
    static func priorityCell(_ job: JobSummary?) -> TableRow.Content {
        guard let job else { return "" }
        let short = SafeText(Format.short(job.priority))
        return .text(short, job.priority == 0 ? .dim : Style(.text, bold: job.priority > 0))
    }

    private func sortMark(_ sort: JobSort) -> (column: Int, ascending: Bool)? {
        guard let column = jobColumns.firstIndex(where: { $0.sort == sort }) else { return nil }
        let isDescending = sort == .attempt || sort == .priority
        return (column, isDescending == state.jobs.isReversed)
    }

    private var emptyJobs: String {
        if state.jobs.filter.isActive { return "no job matches the filter" }
        let place = state.jobQueue.map { " in queue \($0.prefix(28))" } ?? ""
        if let only = state.jobState { return "no job\(place) is \(only.rawValue)" }
        if !place.isEmpty { return "no jobs are kept\(place)" }
        guard let snapshot = pool.snapshot, pool.jobs.page != nil else { return "asking …" }
        return snapshot.counters.submitted == 0 ? state.environment.emptyMessage : "no jobs are kept"
    }

    private static func jobCells(_ job: JobSummary, isGone: Bool, now: UnixTime) -> [TableRow.Content] {
        // A job that left the list while somebody aims at it keeps its row, faintly.
        let style = isGone ? Style.dim : Style(role(of: job.state))
        return [
            .text(SafeText(job.id.description), isGone ? .dim : .text),
            .text(SafeText(isGone ? "moved on" : job.state.rawValue), style),
            priorityCell(job),
            .text(SafeText(job.kind, limit: 64), .dim),
            .text(SafeText(job.name, limit: 512), isGone ? .dim : .text),
            .text(SafeText(attempts(job)), .dim),
            .text(SafeText(job.worker?.description ?? ""), .dim),
            .text(SafeText(isGone ? "" : time(of: job, now: now))),
            job.state == .running
                ? job.progress.map { .progress(ProgressBar(fraction: $0.fraction)) } ?? "" : "",
            .text(
                SafeText(job.error ?? "", limit: 512),
                Style(job.state == .failed || job.state == .dead ? .failed : .dim)),
        ]
    }

    /// How long the job has been in its state, or took.
    static func time(of job: JobSummary, now: UnixTime) -> String {
        switch job.state {
        case .running: job.started.map { Format.duration(now - $0) } ?? ""
        case .queued: Format.whole(now - (job.due ?? job.submitted))
        case .scheduled: job.due.map { "in " + Format.whole($0 - now) } ?? ""
        case .succeeded, .failed, .cancelled, .dropped, .dead:
            if let started = job.started, let ended = job.ended {
                Format.duration(ended - started)
            } else {
                ""
            }
        }
    }

    static func role(of state: JobState) -> Role {
        switch state {
        case .running: .working
        case .queued: .text
        case .scheduled: .waiting
        case .succeeded: .dim
        case .failed, .dropped, .dead: .failed
        case .cancelled: .cancelled
        }
    }
}
