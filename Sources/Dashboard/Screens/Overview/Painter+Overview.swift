import Monitoring
import TerminalUI

/// The pool at a glance.
extension Painter {
    mutating func paintOverview(_ area: Rect) {
        guard pool.snapshot != nil else {
            grid.write(
                SafeText("connecting …"), in: area, row: area.height / 2, alignment: .center, style: .dim)
            return
        }
        switch room {
        case .veryWide: paintVeryWide(area)
        case .wide: paintWide(area)
        case .compact: paintCompact(area)
        default: paintNormal(area)
        }
    }

    /// Rows a table of workers asks for: titles, rows, border.
    private var workersHeight: Int { max(1, state.overview.rows.count) + 3 }

    /// Rows of the errors panel without its border: in steps, so that it does not change its size often.
    private func errorRows(atMost most: Int) -> Int {
        let count = state.latest.rows.count
        let steps = [1, 3, 5, 8, 12, 16, 24, 40]
        return max(1, min(most, steps.first { $0 >= count } ?? 40))
    }

    /// Graphs, figures and errors side by side, the workers below them.
    private mutating func paintVeryWide(_ area: Rect) {
        var area = area
        let top = min(max(17, area.height - workersHeight), 23, area.height / 2 + 2)
        let band = area.take(top: top)
        let columns = band.columns([.share(40), .share(29), .share(31)])
        paintGraphs(columns[0])
        paintFigurePanels(columns[1], showsLimits: false)
        var side = columns[2]
        let errors = errorRows(atMost: 12) + 2
        if side.height - errors >= 5 {
            paintLatest(side.take(top: errors))
            let gauges = limitsHeight(atMost: side.height)
            if gauges > 0 { paintLimits(side.take(top: side.height - gauges < 4 ? side.height : gauges)) }
            if side.height > 0 { paintNews(side) }
        } else {
            let gauges = limitsHeight(atMost: min(5, side.height - 4))
            if gauges > 0 { paintLimits(side.take(bottom: gauges)) }
            paintLatest(side)
        }
        paintWorkersAndNext(area)
    }

    /// The workers, and below them, where they leave room, the jobs that wait and that ended last.
    private mutating func paintWorkersAndNext(_ area: Rect) {
        var area = area
        if area.height - workersHeight >= 6 {
            let workers = area.take(top: workersHeight)
            paintWorkers(workers, list: state.overview, isOverview: true)
            paintNext(area)
        } else {
            paintWorkers(area, list: state.overview, isOverview: true)
        }
    }

    /// Graphs and figures side by side, then the workers, then the errors.
    private mutating func paintWide(_ area: Rect) {
        var area = area
        let errors = errorRows(atMost: max(3, area.height / 7)) + 2
        let least = pool.snapshot?.limits.isEmpty == false ? 15 : 12
        let top = min(max(least, area.height - errors - workersHeight), 23, area.height * 5 / 9)
        let band = area.take(top: top)
        let columns = band.columns([.share(1), .share(1)])
        paintGraphs(columns[0])
        paintFigurePanels(columns[1])
        let below = area.take(bottom: errors)
        paintWorkersAndNext(area)
        paintLatest(below)
    }

    /// The figures in a few lines without a border, then the workers, then the errors.
    private mutating func paintNormal(_ area: Rect) {
        var area = area
        let gauges = area.height >= 30 ? limitsHeight(atMost: min(8, area.height - 26)) : 0
        let lines = paintBackpressureLines(area, hasLimits: gauges > 0)
        _ = area.take(top: lines)
        if gauges > 0 { paintLimits(area.take(top: gauges)) }
        if area.height >= 26 {
            let spare = area.height - 10 - min(workersHeight, 13)
            paintGraphs(area.take(top: min(max(8, spare), 12)))
        }
        let room = area.height - min(workersHeight, 13)
        let errors = errorRows(atMost: min(8, max(2, room - 2))) + 2
        let below = area.take(bottom: errors)
        paintWorkersAndNext(area)
        paintLatest(below)
    }

    /// Forty columns, ten rows: one meter, the workers, the newest error.
    private mutating func paintCompact(_ area: Rect) {
        guard let snapshot = pool.snapshot else { return }
        var area = area
        queueMeter(snapshot, isShort: true).render(in: area.take(top: 1), into: &grid)
        let newest = area.height >= 4 ? area.take(bottom: 1) : area.take(bottom: 0)
        let status = area.height >= 3 ? area.take(bottom: 1) : area.take(bottom: 0)
        paintWorkerRows(area, list: state.overview, isOverview: true)
        paintCompactStatus(status, snapshot)
        guard !newest.isEmpty else { return }
        if let failure = snapshot.errors.latest.first {
            var text = StyledText("E ", Style(.failed, bold: true))
            text.append(SafeText("\(failure.job) "), .dim)
            text.append(SafeText(failure.type + failure.rest, limit: 300), .text)
            grid.write(text, in: newest)
            layout.spots.append(Layout.Spot(rect: newest, target: .latestRow(0)))
        } else {
            grid.write(SafeText("no failures"), in: newest, style: .dim)
        }
    }

    private mutating func paintCompactStatus(_ area: Rect, _ snapshot: PoolSnapshot) {
        guard !area.isEmpty else { return }
        let place = position(state.overview, of: "worker")
        grid.write(place, in: area)
        let room = Rect(
            x: area.x + place.width + 1, y: area.y, width: max(0, area.width - place.width - 1), height: 1)
        let badges = badges(short: true)
        let isSilent = state.connection.silence != nil
        let notes = badges.isEmpty || isSilent ? screenNotes(room: room.width) : badges
        let text = notes.isEmpty ? hintText(room: room.width) : notes
        grid.write(text, in: room, alignment: .right)
    }

    /// Less than a screen: the counters, most important first.
    mutating func paintFigures(_ area: Rect) {
        guard let snapshot = pool.snapshot else {
            grid.write(SafeText(title), in: area, style: Style(.header))
            grid.write(SafeText("connecting …"), in: area, row: 1, style: .dim)
            return
        }
        var lines: [StyledText] = []
        let badges = badges(short: true)
        lines.append(
            StyledText(SafeText(title).truncated(to: max(4, area.width - 9)), Style(.header)) + " "
                + StyledText(SafeText(pool.idleSince == nil ? snapshot.state.rawValue.uppercased() : "IDLE")))
        let workers = snapshot.workers
        lines.append(
            StyledText(
                SafeText(
                    "\(workers.busy)/\(workers.target) busy \(Format.rate(snapshot.rates.completions))/s")))
        lines.append(StyledText(SafeText("queue \(queueText(snapshot.queue))")))
        let failed = StyledText(
            SafeText("\(Format.short(snapshot.counters.failed)) failed"),
            snapshot.counters.failed > 0 ? Style(.failed) : .dim)
        lines.append(badges.isEmpty ? failed : badges)
        lines.append(StyledText("?", .footerKey) + " help " + StyledText("q", .footerKey) + " quit")
        while lines.count > area.height, lines.count > 1 {
            lines.remove(at: lines.count == 2 ? 1 : lines.count - 2)
        }
        for (row, line) in lines.enumerated() { grid.write(line, in: area, row: row) }
    }

    /// One line: everything that matters in as few letters as possible.
    mutating func paintLine(_ area: Rect) {
        var text = StyledText()
        if let snapshot = pool.snapshot {
            let paused = snapshot.paused
            if paused.intake != nil || paused.dispatch != nil || paused.frozen != nil {
                text.append("PAUSED ", Style(.paused))
            }
            text.append(SafeText("\(snapshot.workers.busy)/\(snapshot.workers.target)"))
            text.append(SafeText(" q\(Format.short(snapshot.queue.depth))"))
            text.append(SafeText(" \(Format.rate(snapshot.rates.completions))/s"))
            if snapshot.counters.failed > 0 {
                text.append(SafeText(" \(Format.short(snapshot.counters.failed))!"), Style(.failed))
            }
        } else {
            text.append(SafeText(title + " …"))
        }
        grid.write(text, in: area)
        if area.height > 1 { grid.write(SafeText("? help  q quit"), in: area, row: 1, style: .dim) }
    }

    /// `982/1,024`, or the depth alone where there is no bound.
    func queueText(_ queue: QueueFigures) -> String {
        guard let capacity = queue.capacity else { return Format.count(queue.depth) }
        return Format.count(queue.depth) + "/" + Format.count(capacity)
    }
}
