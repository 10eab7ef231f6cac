import Monitoring
import TerminalUI

/// A pipeline: its stages as a chain from the source to the sink, and what holds it back.
extension Painter {
    mutating func paintPipeline(_ name: String, _ area: Rect) {
        var area = area
        let bottleneck = Bottleneck(
            state.panes.indices.map { index in
                state.panes[index].connection.lost == nil ? state.shown(index).snapshot : nil
            })
        let count = state.panes.count
        let frame = room == .compact ? 1 : 2
        let verdict = verdictHeight(area, count)
        let ends = area.height - verdict - frame - 1 >= count + 2
        let fixed = frame + 1 + (ends ? 2 : 0)
        // A line for the figures, one for what they do not say, one of air.
        let lines = max(1, min(3, (area.height - verdict - fixed + 1) / max(1, count)))
        let height = min(area.height - verdict, fixed + lines * count - (lines == 3 ? 1 : 0))
        let chain = area.take(top: height)
        let inside = panel(
            "Pipeline " + name.prefix(40), in: chain, key: Tab.pools.digit,
            trailing: legend(area.width) + poolsPosition,
            isFocused: state.details.isEmpty)
        paintChain(inside, bottleneck, linesEach: lines, hasEnds: ends)
        paintVerdict(bottleneck, area.take(top: verdict))
        paintSelected(area)
    }

    /// Rows for what holds the pipeline back.
    private func verdictHeight(_ area: Rect, _ count: Int) -> Int {
        if room == .compact { return max(0, min(3, area.height - count - 2)) }
        return area.width >= 110 ? 4 : 5
    }

    private static let stageColumns = [
        TableColumn("STAGE", minimum: 9, ideal: 12, maximum: 22),
        TableColumn("BUFFER", priority: 1, minimum: 14, ideal: 20, maximum: 44),
        TableColumn("WORKERS", minimum: 7, ideal: 9, maximum: 16),
        TableColumn("TIME", priority: 2, minimum: 8, ideal: 16, grows: true),
        TableColumn("WORK", alignment: .right, priority: 3, minimum: 5),
        TableColumn("IN/S", alignment: .right, priority: 5, minimum: 6),
        TableColumn("OUT/S", alignment: .right, priority: 1, minimum: 6),
        TableColumn("SKIPPED", alignment: .right, priority: 4, minimum: 7),
    ]

    private mutating func paintChain(
        _ area: Rect, _ bottleneck: Bottleneck, linesEach lines: Int, hasEnds: Bool
    ) {
        var area = area
        let titles = area.take(top: area.height > 1 ? 1 : 0)
        let places = poolPlaces(Self.stageColumns, titles: titles)
        if hasEnds { paintSource(PoolLine(places: places, band: area.take(top: 1))) }
        let end = hasEnds ? area.take(bottom: 1) : Rect(x: 0, y: 0, width: 0, height: 0)
        let last = state.panes.count - 1
        paintRows(area, linesEach: lines) { painter, index, band in
            let isNarrowest = bottleneck.stage == index && bottleneck.finding != .sink
            var row = PoolLine(places: places, band: Rect(x: band.x, y: band.y, width: band.width, height: 1))
            painter.paintStage(index, row, isNarrowest: isNarrowest, isAlone: lines == 1)
            guard lines > 1 else { return }
            for line in 1..<lines where index < last || hasEnds {
                guard line < band.height else { break }
                painter.grid.write("│", at: Point(x: row[0].x, y: band.y + line), style: .border)
            }
            guard band.height > 1 else { return }
            row.band = Rect(x: band.x, y: band.y + 1, width: band.width, height: 1)
            painter.paintStageDetail(index, row, isNarrowest: isNarrowest)
        }
        if hasEnds { paintSink(PoolLine(places: places, band: end)) }
    }

    /// What the parts of the bars mean.
    private func legend(_ width: Int) -> StyledText {
        guard width >= 72 else { return StyledText() }
        var text = StyledText()
        for (mark, word, role) in [
            ("█", "working", Role.working), ("▓", "blocked", .waiting), ("·", "waiting", .dim),
        ] {
            text.append(SafeText(mark), Style(role))
            text.append(SafeText(" \(word)  "), .dim)
        }
        return text
    }

    private mutating func paintStage(_ index: Int, _ row: PoolLine, isNarrowest: Bool, isAlone: Bool) {
        paintName(
            index, in: row[0], style: isNarrowest ? Style(.waiting, bold: true) : Style(.text, bold: true))
        guard let snapshot = reachable(index, from: row[1], to: row.band) else { return }
        let stage = snapshot.stage ?? StageFigures(pipeline: "", position: index, count: 0)
        meter(of: snapshot).render(in: row[1], into: &grid)
        grid.write(workersText(snapshot, stage, room: row[2].width), in: row[2])
        let exception = exception(snapshot, short: row[3].width < 17)
        if isAlone, !exception.isEmpty {
            let place = row[3].isEmpty ? row[1] : row[3]
            grid.fill(place)
            grid.write(exception, in: place)
        } else {
            paintShares(stage, in: row[3])
        }
        write(StyledText(SafeText(Format.percent(stage.working))), in: row[4])
        write(StyledText(SafeText(Format.rate(snapshot.rates.arrivals))), in: row[5])
        write(StyledText(SafeText(Format.rate(snapshot.rates.completions))), in: row[6])
        write(tally(stage.skipped), in: row[7])
    }

    /// `6/8`, and how many of the busy ones are blocked.
    private func workersText(_ snapshot: PoolSnapshot, _ stage: StageFigures, room: Int) -> StyledText {
        var text = busyText(snapshot)
        guard stage.blockedWorkers > 0 else { return text }
        let long = " \(stage.blockedWorkers) blocked"
        if text.width + long.count <= room {
            text.append(SafeText(long), Style(.waiting))
        } else if text.width + 2 + String(stage.blockedWorkers).count <= room {
            text.append(SafeText(" ▓\(stage.blockedWorkers)"), Style(.waiting))
        }
        return text
    }

    /// What the workers spent their time on, as parts of a bar.
    private mutating func paintShares(_ stage: StageFigures, in place: Rect) {
        guard !place.isEmpty else { return }
        let working = min(1, max(0, stage.working))
        let blocked = min(1 - working, max(0, stage.blocked))
        let first = Int((working * Double(place.width)).rounded())
        let second = Int(((working + blocked) * Double(place.width)).rounded())
        var text = StyledText(SafeText(String(repeating: "█", count: first)), Style(.working))
        text.append(SafeText(String(repeating: "▓", count: second - first)), Style(.waiting))
        text.append(SafeText(String(repeating: "·", count: place.width - second)), .dim)
        grid.write(text, in: place)
    }

    /// The course of the buffer, and what the figures above do not say.
    private mutating func paintStageDetail(_ index: Int, _ row: PoolLine, isNarrowest: Bool) {
        let model = state.shown(index)
        guard let snapshot = model.snapshot, state.panes[index].connection.lost == nil else { return }
        let place = row[1]
        if !place.isEmpty {
            let depths = model.history.complete.suffix(place.width).map(\.depth)
            let most = snapshot.queue.capacity.map(Double.init)
            Sparkline(depths, maximum: most, role: .graph2).render(in: place, into: &grid)
        }
        if isNarrowest {
            let under = Rect(x: row[0].x + 2, y: row.band.y, width: max(0, row[0].width - 2), height: 1)
            grid.write(
                StyledText(SafeText(under.width >= 10 ? "bottleneck" : "narrow"), Style(.waiting)), in: under)
        }
        let rest = Rect(
            x: row[2].x, y: row.band.y, width: max(0, row.band.right - 1 - row[2].x), height: 1)
        var text = exception(snapshot, short: false)
        for note in notes(snapshot) {
            let next = StyledText(SafeText((text.isEmpty ? "" : " · ") + note), .dim)
            guard text.width + next.width <= rest.width else { break }
            text += next
        }
        grid.write(text, in: rest)
    }

    private func notes(_ snapshot: PoolSnapshot) -> [String] {
        guard let stage = snapshot.stage else { return [] }
        var notes: [String] = []
        if let run = snapshot.latencies.run { notes.append("p50 \(Format.duration(run.p50))") }
        if stage.keepsOrder {
            notes.append(
                stage.reordering > 0 ? "keeps order, \(Format.short(stage.reordering)) held" : "keeps order")
        }
        notes.append(stage.onFailure == "fail" ? "an error fails all" : "skips errors")
        if snapshot.counters.retried > 0 {
            notes.append("\(Format.short(snapshot.counters.retried)) retried")
        }
        if stage.cancelled > 0 { notes.append("\(Format.short(stage.cancelled)) cancelled") }
        if let run = snapshot.latencies.run { notes.append("p99 \(Format.duration(run.p99))") }
        notes.append("\(Format.short(stage.passed)) passed")
        return notes
    }

    private mutating func paintSource(_ row: PoolLine) {
        grid.write(SafeText("source"), in: row[0], style: .dim)
        guard let snapshot = state.shown(0).snapshot else { return }
        let producers = snapshot.producers
        let text =
            producers.waiting > 0
            ? StyledText(
                SafeText(
                    "\(Format.many(producers.waiting, "producer waits", "producers wait")) for room"
                        + (producers.longest.map { ", \(Format.duration($0))" } ?? "")), Style(.waiting))
            : StyledText(SafeText(snapshot.state == .running ? "nobody waits for room" : "closed"), .dim)
        paintEnd(text, rate: snapshot.rates.arrivals, row)
    }

    private mutating func paintSink(_ row: PoolLine) {
        grid.write(SafeText("sink"), in: row[0], style: .dim)
        guard let snapshot = state.shown(state.panes.count - 1).snapshot, let stage = snapshot.stage else {
            return
        }
        var text = StyledText(SafeText("\(Format.count(stage.passed)) came out"), .dim)
        if stage.blocked >= 0.2 { text.append(SafeText(", reading is slow"), Style(.waiting)) }
        paintEnd(text, rate: snapshot.rates.completions, row)
    }

    private mutating func paintEnd(_ text: StyledText, rate: Double, _ row: PoolLine) {
        let start = row[1].isEmpty ? row[2] : row[1]
        let end = row[6].isEmpty ? row.band.right : row[6].x
        grid.write(text, in: Rect(x: start.x, y: row.band.y, width: max(0, end - start.x), height: 1))
        write(StyledText(SafeText(Format.rate(rate)), .dim), in: row[6])
    }

    /// What holds the pipeline back, in words.
    private mutating func paintVerdict(_ bottleneck: Bottleneck, _ area: Rect) {
        guard !area.isEmpty else { return }
        let inside: Rect
        if room == .compact {
            inside = area
        } else {
            let content = panel("Bottleneck", in: area)
            inside = content.inset(horizontally: 1, vertically: 0)
        }
        let reason = StyledText(SafeText(bottleneck.reason, limit: 1_000))
        let advice = StyledText(SafeText(bottleneck.advice, limit: 500), Style(.operated))
        var lines = reason.wrapped(to: inside.width, limit: inside.height)
        if !advice.isEmpty, lines.count < inside.height {
            lines += advice.wrapped(to: inside.width, limit: inside.height - lines.count)
        } else if !advice.isEmpty, let last = lines.last, last.width + 1 + advice.width <= inside.width {
            lines[lines.count - 1] = last + " " + advice
        }
        for (row, line) in lines.enumerated() { grid.write(line, in: inside, row: row) }
    }
}
