import Monitoring
import TerminalUI

extension CockpitState {
    /// From so many jobs on, their number must be typed.
    static let manyJobs = 10

    /// Asks before doing what cannot be undone. What it is done to is settled here, not when the answer comes.
    mutating func ask(_ action: Action, now: UnixTime) -> [Effect] {
        switch action {
        case .cancel: return askCancel(cancelTargets(), now: now)
        case .cancelAll: askCancelAll(now: now)
        case .retry: return askRetry(retryTargets(), now: now)
        case .retryDead: askRetryDead(now: now)
        case .delete: return askDelete(now: now)
        case .abandon: askAbandon(workerInFront, now: now)
        case .drain: askDrain(now: now)
        default: break
        }
        return []
    }

    /// Asks; says which pool it is about where there are several.
    mutating func pose(_ question: Question) {
        var question = question
        if hasSeveral {
            let line = StyledText("in ", .dim) + StyledText(SafeText(name(of: addressed)), Style(.title))
            question.dialog.lines.insert(line, at: 0)
        }
        overlay = .question(question)
    }

    /// The jobs that `x` means now, and how many of what was chosen have none.
    func cancelTargets() -> [JobID] {
        if let detail = details.last {
            switch detail.subject {
            case .job(let id): return [id]
            case .worker(let id): return shown.worker(id)?.job.map { [$0.id] } ?? []
            case .limits: return []
            case .error(_, let id): return shown.failure(id).map { [$0.job] } ?? []
            }
        }
        switch tab {
        case .pools: return []
        case .overview where focus == .workers: return jobs(of: overview)
        case .overview where focus == .errors:
            return latest.cursor.flatMap(shown.failure).map { [$0.job] } ?? []
        case .overview: return []
        case .workers: return jobs(of: workers)
        case .jobs: return jobs.marks.isEmpty ? jobs.cursor.map { [$0] } ?? [] : jobs.marks.sorted()
        case .errors, .queues: return []
        case .log: return shown.log.entries.last { $0.id == log.cursor }?.job.map { [$0] } ?? []
        }
    }

    /// The jobs of the marked workers, or of the selected one.
    private func jobs(of list: ListState<WorkerID>) -> [JobID] {
        let chosen = list.marks.isEmpty ? list.cursor.map { [$0] } ?? [] : list.marks.sorted()
        return chosen.compactMap { shown.worker($0)?.job?.id }
    }

    /// What is known of a job.
    func summary(of id: JobID) -> JobSummary? {
        if let detail = shown.job?.detail, detail.summary.id == id { return detail.summary }
        if let job = shown.jobs.known[id] { return job }
        return shown.snapshot?.workers.each.first { $0.job?.id == id }?.job
    }

    /// A job in one line: `#12 thumbnails/7.png, running`.
    func line(_ id: JobID) -> String {
        guard let job = summary(of: id) else { return id.description }
        return "\(id) \(job.name.prefix(120)), \(job.state.rawValue)"
    }

    mutating func askCancel(_ ids: [JobID], now: UnixTime) -> [Effect] {
        guard !ids.isEmpty else { return nothingToCancel(now: now) }
        let open = ids.filter { id in !(summary(of: id)?.state.isFinal ?? false) }
        guard let first = open.first else {
            let what =
                ids.count == 1
                ? "\(ids[0]) has finished already"
                : "All \(Format.count(ids.count)) jobs have finished already"
            toasts.show("\(what): nothing to cancel", .warning, now: now)
            return []
        }
        if open.count == 1 {
            pose(
                .confirm(
                    "Cancel \(first)?", lines: [line(first)], action: "Cancel the job", .cancel(open),
                    asked: "Cancelling \(first)", keep: "Keep it"))
            return []
        }
        var lines = open.prefix(5).map(line)
        if open.count > 5 { lines.append("and \(Format.count(open.count - 5)) more") }
        pose(
            .confirm(
                "Cancel \(Format.many(open.count, "job"))?", lines: lines,
                action: "Cancel \(Format.many(open.count, "job"))", .cancel(open),
                asked: "Cancelling \(Format.many(open.count, "job"))", keep: "Keep them",
                count: open.count > Self.manyJobs ? open.count : nil))
        return []
    }

    private mutating func nothingToCancel(now: UnixTime) -> [Effect] {
        let worker = workerInFront
        switch place {
        case .pools:
            toasts.show("x cancels jobs: Enter shows those of \(name(of: selected))", .info, now: now)
        case .queues: toasts.show("x cancels jobs: Enter shows those of the queue", .info, now: now)
        case .errors: toasts.show("x cancels jobs: Enter shows the error's job", .info, now: now)
        case .overview where focus == .home:
            toasts.show("Nothing is selected: ↓ goes to the workers", .info, now: now)
        case .workers, .overview, .workerDetail:
            guard let worker else { return lostItem(now: now) }
            toasts.show("\(worker) runs no job now: nothing to cancel", .info, now: now)
        default: return lostItem(now: now)
        }
        return []
    }

    private mutating func askCancelAll(now: UnixTime) {
        let count = Int(clamping: pool.snapshot?.counters.unfinished ?? 0)
        guard count > 0 else {
            toasts.show("Every job has ended: nothing to cancel", .info, now: now)
            return
        }
        pose(
            .confirm(
                "Cancel all jobs?", lines: ["\(Format.many(count, "job")) queued, scheduled or running"],
                action: "Cancel \(Format.many(count, "job"))", .cancelAll, asked: "Cancelling all jobs",
                keep: "Keep them", count: count > Self.manyJobs ? count : nil))
    }

    /// The jobs that `r` means now.
    func retryTargets() -> [JobID] {
        if let detail = details.last {
            switch detail.subject {
            case .job(let id): return [id]
            case .worker, .limits: return []
            case .error(_, let id): return shown.failure(id).map { [$0.job] } ?? []
            }
        }
        switch tab {
        case .overview:
            return focus == .errors ? latest.cursor.flatMap(shown.failure).map { [$0.job] } ?? [] : []
        case .jobs: return jobs.marks.isEmpty ? jobs.cursor.map { [$0] } ?? [] : jobs.marks.sorted()
        case .errors:
            let chosen = errors.marks.isEmpty ? Set([errors.cursor].compactMap { $0 }) : errors.marks
            return shown.groups.filter { chosen.contains($0.id) }.flatMap(\.lostJobs)
        case .pools, .workers, .log, .queues: return []
        }
    }

    /// Why a job is not run again; `nil` where it can be.
    private func whyNotRetry(_ id: JobID) -> String? {
        if let state = summary(of: id)?.state {
            if [.failed, .cancelled, .dead].contains(state) { return nil }
            return "is \(state.rawValue): only failed and cancelled jobs run again"
        }
        switch shown.failure(of: id)?.outcome {
        case .retry?: return "is tried again by itself"
        case .recovered?: return "has succeeded since"
        case .failedAgain?, .gaveUp?, nil: return nil
        }
    }

    mutating func askRetry(_ ids: [JobID], now: UnixTime) -> [Effect] {
        let ready = ids.filter { whyNotRetry($0) == nil }
        guard let first = ready.first else {
            switch (ids.first, place) {
            case (let id?, _): toasts.show("\(id) \(whyNotRetry(id) ?? "")", .warning, now: now)
            case (nil, .errors):
                toasts.show("None of these jobs gave up: nothing to run again", .info, now: now)
            case (nil, .overview):
                toasts.show("Nothing is selected: r runs the job of a selected error again", .info, now: now)
            default: return lostItem(now: now)
            }
            return []
        }
        if ready.count == 1 { return perform(.retry(ready), "Running \(first) again", now: now) }
        let what = Format.many(ready.count, "job")
        pose(
            .confirm(
                "Run \(what) again?", lines: ready.prefix(5).map(line), action: "Run \(what) again",
                .retry(ready), asked: "Running \(what) again", keep: "Leave them"))
        return []
    }

    /// The worker under the cursor.
    var workerInFront: WorkerID? {
        if case .worker(let id)? = details.last?.subject { return id }
        switch tab {
        case .overview: return focus == .workers ? overview.cursor : nil
        case .workers: return workers.cursor
        default: return nil
        }
    }

    mutating func askAbandon(_ id: WorkerID?, now: UnixTime) {
        guard let id, let worker = shown.worker(id) else {
            _ = lostItem(now: now)
            return
        }
        guard let job = worker.job, worker.state == .stopping || worker.state == .uncooperative else {
            toasts.show(
                "\(id): only a job that was told to stop and does not can be given up", .warning, now: now)
            return
        }
        pose(
            .confirm(
                "Give up the job of \(id)?",
                lines: [line(job.id), "It may go on running, unseen. The slot takes another job."],
                action: "Give it up", .abandon(id), asked: "Giving up \(job.id)", keep: "Wait for it"))
    }

    private mutating func askDrain(now: UnixTime) {
        guard let snapshot = pool.snapshot, snapshot.state == .running else {
            toasts.show("The pool takes no more jobs already", .info, now: now)
            return
        }
        pose(
            .confirm(
                hasSeveral ? "Drain \(name(of: addressed))?" : "Drain the pool?",
                lines: [
                    "No more jobs are taken, for good.",
                    "\(Format.many(snapshot.counters.unfinished, "job")) will be finished; then the pool stops.",
                ], action: "Drain", .drain, asked: "Draining", keep: "Go on"))
    }
}
