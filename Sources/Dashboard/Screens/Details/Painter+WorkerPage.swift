import Monitoring
import TerminalUI

/// Details of a worker.
extension Painter {
    func workerPage(_ id: WorkerID, width: Int) -> DetailPage {
        var page = DetailPage()
        guard let worker = pool.worker(id) else {
            page.head.append(StyledText(SafeText("\(id) is gone: the pool has fewer workers now."), .dim))
            return page
        }
        var state = StyledText(
            SafeText(worker.state.rawValue), Style(Self.role(of: worker.state), bold: true))
        switch worker.state {
        case .idle: state.append("  waits for a job", .dim)
        case .running: break
        case .stopping: state.append(SafeText("  told to stop \(Format.whole(worker.stopping)) ago"), .dim)
        case .uncooperative:
            state.append(SafeText("  told to stop \(Format.whole(worker.stopping)) ago, does not"), .dim)
        case .retiring: state.append("  leaves when its job ends", .dim)
        }
        page.add("state", state)
        page.add(
            "busy",
            ProgressBar(fraction: worker.busyShare).text(width: 24, glyphs: grid.glyphs)
                + StyledText("  of the last 10 s", .dim))
        let total = worker.succeeded + worker.failed
        var counts = StyledText(SafeText("\(Format.count(worker.succeeded)) succeeded"))
        counts.append(
            SafeText("   \(Format.count(worker.failed)) failed"), worker.failed > 0 ? Style(.failed) : .dim)
        if total > 0 {
            counts.append(
                SafeText("   \(Format.percent(Double(worker.failed) / Double(total))) of attempts"), .dim)
        }
        page.add("attempts", counts)
        guard let job = worker.job else {
            page.add("job", "none", .dim)
            addFailures(of: id, to: &page)
            return page
        }
        page.head.append(StyledText())
        page.add(
            "job",
            StyledText(SafeText("\(job.id) "))
                + StyledText(SafeText(job.name, limit: 1_000), Style(.text, bold: true)))
        page.add(
            "running",
            Format.duration(worker.elapsed) + (job.maxAttempts > 1 ? ", attempt \(Self.attempts(job))" : ""))
        if let progress = job.progress {
            page.add(
                "progress",
                ProgressBar(fraction: progress.fraction).text(width: 24, glyphs: grid.glyphs)
                    + StyledText(SafeText("  " + progress.note.prefix(200)), .dim))
        }
        var keys = [("Enter", "the job")]
        if !self.state.environment.isReadOnly {
            keys.append(("x", "cancel the job"))
            if worker.state == .stopping || worker.state == .uncooperative {
                keys.append(("A", "give the job up"))
            }
        }
        page.add("", actions(keys))
        addFailures(of: id, to: &page)
        return page
    }

    private func addFailures(of id: WorkerID, to page: inout DetailPage) {
        let failures = pool.failures.filter { $0.worker == id }
        guard !failures.isEmpty else { return }
        page.bodyTitle = "Failures here"
        page.bodyState = StyledText(SafeText("\(Format.count(failures.count)) kept"), .dim)
        page.body = failures.prefix(200).map { failure in
            StyledText(SafeText(state.environment.clock(failure.time) + "  "), .dim)
                + StyledText(SafeText(failure.job.description).padded(to: jobWidth) + "  ")
                + Self.message(failure)
        }
    }
}
