import Monitoring
import TerminalUI

/// The workers.
extension Painter {
    mutating func paintWorkers(_ area: Rect, list: ListState<WorkerID>, isOverview: Bool) {
        guard !area.isEmpty else { return }
        let sort = isOverview && list.sort == 0 ? nil : WorkerSort(rawValue: list.sort)?.title
        let isFocused = state.details.isEmpty && (!isOverview || state.focus == .workers)
        let inside = panel(
            "Workers", in: area, key: Tab.workers.digit, trailing: position(list, of: "worker", sort: sort),
            isFocused: isFocused)
        if isOverview {
            layout.spots.append(
                Layout.Spot(
                    rect: Rect(x: area.x, y: area.y, width: area.width, height: 1),
                    target: .action(.view(.workers))))
        }
        paintWorkerRows(inside, list: list, isOverview: isOverview)
    }

    /// The rows alone, with titles where there is room for a border too.
    mutating func paintWorkerRows(_ area: Rect, list: ListState<WorkerID>, isOverview: Bool) {
        let isFocused = state.details.isEmpty && (!isOverview || state.focus == .workers)
        // Where there is room, the longest state is spelled out.
        let isNarrow = state.size.width < 110 || area.width < 70
        let columns = [
            TableColumn("ID", minimum: workerWidth),
            TableColumn("STATE", minimum: isNarrow ? 8 : 13),
            TableColumn("JOB", priority: 1, minimum: jobWidth),
            kindColumn(priority: 6),
            TableColumn(
                "NAME", priority: 2, minimum: room == .compact ? 6 : 18, ideal: 24, maximum: 72,
                cutsShared: true),
            TableColumn("TRY", alignment: .right, priority: 8, minimum: 4),
            TableColumn("ELAPSED", alignment: .right, priority: 3, minimum: 7, ideal: 8),
            TableColumn("PROGRESS", priority: 7, minimum: 17, maximum: 40),
            TableColumn("DONE", alignment: .right, priority: 4, minimum: 5, ideal: 7),
            TableColumn("FAIL", alignment: .right, priority: 5, minimum: 4, ideal: 5),
            TableColumn("BUSY", alignment: .right, priority: 5, minimum: 5),
            TableColumn("PRI", alignment: .right, priority: 9, minimum: 4).shown(
                if: pool.seen.contains(.priority)),
        ]
        let pool = pool
        let top = table(
            columns, of: list, in: area, isFocused: isFocused,
            hasCursor: !isOverview || state.focus == .workers,
            sort: isOverview && list.sort == 0 ? nil : Self.sortMark(list),
            showsTitles: room != .compact || !isOverview,
            placeholder: emptyWorkers, spot: { isOverview ? .overviewRow($0) : .workerRow($0) }
        ) { id in
            let worker = pool.worker(id)
            return Self.workerCells(id, worker) + (worker == nil ? [] : [Self.priorityCell(worker?.job)])
        }
        if isOverview { layout.overviewTop = top } else { layout.workersTop = top }
    }

    private static func sortMark(_ list: ListState<WorkerID>) -> (column: Int, ascending: Bool)? {
        let columns: [WorkerSort: Int] = [.id: 0, .state: 1, .elapsed: 6, .done: 8, .failed: 9, .busy: 10]
        guard let sort = WorkerSort(rawValue: list.sort), let column = columns[sort] else { return nil }
        return (column, (sort == .id) != list.isReversed)
    }

    private var emptyWorkers: String {
        if state.overview.filter.isActive || state.workers.filter.isActive {
            return "no worker matches the filter"
        }
        if pool.snapshot?.state == .stopped { return "the pool has stopped" }
        return "no workers, dispatch is stopped: + adds one, = sets their number"
    }

    private static func workerCells(_ id: WorkerID, _ worker: WorkerSnapshot?) -> [TableRow.Content] {
        guard let worker else { return [.text(SafeText(id.description), .dim), .text("gone", .dim)] }
        let name: TableRow.Content
        let progress: TableRow.Content
        if let job = worker.job {
            name = .text(SafeText(job.name, limit: 512))
            progress = Self.progress(worker, job)
        } else {
            name = ""
            progress = ""
        }
        let style = Style(role(of: worker.state))
        return [
            .text(SafeText(id.description)),
            .text(SafeText(worker.state.rawValue), style),
            worker.job.map { .text(SafeText($0.id.description)) } ?? .text("—", .dim),
            .text(SafeText(worker.job?.kind ?? "", limit: 64), .dim),
            name,
            .text(SafeText(worker.job.map(attempts) ?? ""), .dim),
            .text(SafeText(worker.job == nil ? "" : Format.duration(worker.elapsed))),
            progress,
            .text(SafeText(Format.short(worker.succeeded))),
            .text(SafeText(Format.short(worker.failed)), worker.failed > 0 ? Style(.failed) : .dim),
            .text(SafeText(Format.percent(min(1, max(0, worker.busyShare))))),
        ]
    }

    private static func progress(_ worker: WorkerSnapshot, _ job: JobSummary) -> TableRow.Content {
        if let time = worker.stopping, worker.state == .stopping || worker.state == .uncooperative {
            return .text(SafeText("told to stop " + Format.whole(time)), Style(role(of: worker.state)))
        }
        guard let progress = job.progress else { return "" }
        return .progress(ProgressBar(fraction: progress.fraction))
    }

    /// `2/5` where there may be more than one attempt.
    static func attempts(_ job: JobSummary) -> String {
        job.maxAttempts > 1 ? "\(max(1, job.attempt))/\(job.maxAttempts)" : ""
    }

    static func role(of state: WorkerSnapshot.State) -> Role {
        switch state {
        case .idle: .idle
        case .running: .working
        case .stopping: .cancelled
        case .uncooperative: .failed
        case .retiring: .waiting
        }
    }
}
