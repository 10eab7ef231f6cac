import Monitoring
import TerminalUI

/// All pools at a glance: one line each, and below them the course of the selected one.
extension Painter {
    mutating func paintPools(_ area: Rect) {
        guard !area.isEmpty else { return }
        if let name = state.pipeline { return paintPipeline(name, area) }
        var area = area
        let count = state.panes.count
        let height = min(area.height, count + (room == .compact ? 2 : 3))
        // Graphs below only where they are worth looking at.
        let rest =
            area.height - height >= 8
            ? area.take(bottom: area.height - height) : Rect(x: 0, y: 0, width: 0, height: 0)
        let inside = panel(
            "Pools", in: area, key: Tab.pools.digit, trailing: poolsPosition, isFocused: state.details.isEmpty
        )
        paintPoolRows(inside)
        paintSelected(rest)
    }

    /// `2 of 4 pools`.
    var poolsPosition: StyledText {
        let noun = state.pipeline == nil ? "pools" : "stages"
        return StyledText(SafeText("\(state.selected + 1) of \(state.panes.count) \(noun)"), .dim)
    }

    /// The course of the selected pool, and where there is room the latest errors of all.
    mutating func paintSelected(_ area: Rect) {
        guard area.height >= 6 else { return }
        guard area.width >= 110 else { return paintGraphs(area) }
        let columns = area.columns([.share(1), .share(1)])
        paintGraphs(columns[0])
        paintErrorsOfAll(columns[1])
    }

    /// The latest errors of all pools, newest first.
    private mutating func paintErrorsOfAll(_ area: Rect) {
        let all = state.panes.indices.flatMap { index in
            (state.shown(index).snapshot?.errors.latest ?? []).map { (index, $0) }
        }
        let whose = state.pipeline == nil ? "all pools" : "all stages"
        let total = state.panes.indices.reduce(UInt64(0)) {
            $0 + (state.shown($1).snapshot?.errors.total ?? 0)
        }
        let inside = panel(
            "Errors of \(whose)", in: area, trailing: StyledText(SafeText(Format.count(total)), .dim)
        ).inset(horizontally: 1, vertically: 0)
        if all.isEmpty {
            grid.write(
                SafeText("no failures"), in: inside, row: max(0, inside.height - 1) / 2, alignment: .center,
                style: .dim)
        }
        let newest = all.sorted { ($0.1.time, $0.0) > ($1.1.time, $1.0) }.prefix(inside.height)
        let width = min(12, newest.reduce(0) { max($0, SafeText(state.name(of: $1.0)).width) })
        for (row, (index, failure)) in newest.enumerated() {
            var text = StyledText(SafeText(state.environment.clock(failure.time) + "  "), .dim)
            text.append(SafeText(state.name(of: index)).padded(to: width))
            text.append(SafeText("  \(failure.job)  "), .dim)
            text += Self.message(failure)
            grid.write(text, in: inside, row: row)
        }
    }

    private static let poolColumns = [
        TableColumn("POOL", minimum: 9, ideal: 18, maximum: 30),
        TableColumn("STATE", minimum: 10, ideal: 22, maximum: 34),
        TableColumn("QUEUE", priority: 1, minimum: 14, ideal: 24, maximum: 44),
        TableColumn("WORKERS", alignment: .right, minimum: 7, ideal: 9),
        TableColumn("IN/S", alignment: .right, priority: 4, minimum: 6),
        TableColumn("OUT/S", alignment: .right, priority: 1, minimum: 6),
        TableColumn("WAIT P99", alignment: .right, priority: 5, minimum: 8),
        TableColumn("FAILED", alignment: .right, priority: 2, minimum: 6, ideal: 7),
        TableColumn("LATEST ERROR", priority: 6, minimum: 24, grows: true),
    ]

    private mutating func paintPoolRows(_ area: Rect) {
        var area = area
        let places = poolPlaces(Self.poolColumns, titles: area.take(top: area.height > 1 ? 1 : 0))
        paintRows(area, linesEach: 1) { painter, index, band in
            let row = PoolLine(places: places, band: band)
            painter.paintName(index, in: row[0])
            guard let snapshot = painter.reachable(index, from: row[1], to: band) else { return }
            painter.grid.write(painter.lifeNote(snapshot, room: row[1].width), in: row[1])
            painter.meter(of: snapshot).render(in: row[2], into: &painter.grid)
            painter.write(painter.busyText(snapshot), in: row[3])
            painter.write(StyledText(SafeText(Format.rate(snapshot.rates.arrivals))), in: row[4])
            painter.write(StyledText(SafeText(Format.rate(snapshot.rates.completions))), in: row[5])
            painter.write(StyledText(SafeText(Format.duration(snapshot.latencies.wait?.p99))), in: row[6])
            painter.write(painter.tally(snapshot.counters.failed), in: row[7])
            let error = snapshot.errors.latest.first.map { $0.type + $0.rest } ?? ""
            painter.grid.write(SafeText(error, limit: 300), in: row[8], style: .dim)
        }
    }

    // MARK: What Pools and Pipeline share

    /// Where the columns of one line are; empty where there is no room for one.
    struct PoolLine {
        var places: [Int: (x: Int, width: Int)]
        var band: Rect

        subscript(column: Int) -> Rect {
            guard let place = places[column] else { return Rect(x: band.x, y: band.y, width: 0, height: 0) }
            return Rect(x: place.x, y: band.y, width: place.width, height: 1)
        }
    }

    /// Columns in front of every line: a blank, the pointer, a blank.
    static let poolMargin = 3

    /// Places the columns and draws their titles.
    mutating func poolPlaces(
        _ columns: [TableColumn], titles: Rect
    ) -> [Int: (x: Int, width: Int)] {
        let start = titles.x + Self.poolMargin
        var places: [Int: (x: Int, width: Int)] = [:]
        for column in TableColumn.layout(columns, room: titles.right - start - (room == .compact ? 0 : 1)) {
            places[column.index] = (start + column.x, column.width)
            let place = Rect(x: start + column.x, y: titles.y, width: column.width, height: titles.height)
            let spec = columns[column.index]
            grid.write(spec.title, in: place, alignment: spec.alignment, style: .heading)
        }
        return places
    }

    /// Draws as many pools as fit, the selected one among them, and notes where they are.
    mutating func paintRows(
        _ area: Rect, linesEach lines: Int, _ paint: (inout Painter, Int, Rect) -> Void
    ) {
        let count = state.panes.count
        // The air below the last one is no loss.
        let visible = max(1, (area.height + (lines > 2 ? 1 : 0)) / max(1, lines))
        let first = TableView.offset(from: 0, selection: state.selected, visible: visible, count: count)
        for (row, index) in (first..<min(count, first + visible)).enumerated() {
            let band = Rect(x: area.x, y: area.y + row * lines, width: area.width, height: lines)
                .intersection(area)
            guard !band.isEmpty else { break }
            if index == state.selected {
                let place = Point(x: band.x + 1, y: band.y)
                grid.write("▸", at: place, maxWidth: band.width - 1)
                if state.details.isEmpty { cursor = place }
            }
            layout.spots.append(Layout.Spot(rect: band, target: .poolRow(index)))
            paint(&self, index, band)
        }
        if state.details.isEmpty { layout.page = visible }
    }

    /// A pool's name, that of the selected one conspicuous.
    mutating func paintName(_ index: Int, in place: Rect, style: Style = .text) {
        let name = SafeText(state.name(of: index), limit: 200)
        guard index == state.selected else {
            grid.write(name, in: place, style: style)
            return
        }
        grid.write(name, in: place, style: Style(.selection, bold: true))
        let width = min(place.width, name.width)
        grid.fill(
            Rect(x: place.x + width, y: place.y, width: place.width - width, height: 1), style: .selection)
    }

    /// The pool's snapshot; where its source is lost or has not answered yet, that is said in its line instead.
    mutating func reachable(_ index: Int, from place: Rect, to band: Rect) -> PoolSnapshot? {
        let rest = Rect(x: place.x, y: band.y, width: max(0, band.right - 1 - place.x), height: 1)
        let connection = state.panes[index].connection
        let age = Format.whole(Double(connection.silence ?? 0))
        if let lost = connection.lost {
            var text = StyledText(SafeText(" NO ANSWER for \(age) "), Style(.failed, reverse: true))
            text.append(SafeText(" " + lost.reason, limit: 200), .dim)
            grid.write(text, in: rest)
            return nil
        }
        guard let snapshot = state.shown(index).snapshot else {
            grid.write(SafeText("connecting …"), in: rest, style: .dim)
            return nil
        }
        if connection.isStale {
            grid.write(
                StyledText(SafeText(" NO NEWS for \(age) "), Style(.waiting, reverse: true)), in: rest)
            return nil
        }
        return snapshot
    }

    /// What is out of the ordinary: paused, draining, over, without workers; empty where nothing is.
    func exception(_ snapshot: PoolSnapshot, short: Bool) -> StyledText {
        let all: [(String, Pause?)] = [
            ("INTAKE", snapshot.paused.intake), ("DISPATCH", snapshot.paused.dispatch),
            ("FROZEN", snapshot.paused.frozen),
        ]
        let standing = all.filter { $0.1 != nil }.map(\.0)
        if snapshot.state == .stopped { return StyledText("STOPPED", Style(.dim, bold: true)) }
        if !standing.isEmpty {
            var words = standing.joined(separator: "+") + (short || standing == ["FROZEN"] ? "" : " PAUSED")
            if short, standing.count > 1 { words = "PAUSED" }
            return StyledText(SafeText(" \(words) "), Style(.paused))
        }
        if snapshot.state == .draining {
            return StyledText(
                SafeText("DRAINING \(Format.count(snapshot.counters.unfinished)) left"),
                Style(.waiting, bold: true))
        }
        if snapshot.workers.target == 0 { return StyledText(" 0 WORKERS ", Style(.paused)) }
        return StyledText()
    }

    /// What a pool as a whole does, in so many columns where that can be.
    private func lifeNote(_ snapshot: PoolSnapshot, room: Int) -> StyledText {
        let exception = exception(snapshot, short: false)
        if exception.width > room { return self.exception(snapshot, short: true) }
        if !exception.isEmpty { return exception }
        if snapshot.isIdle { return StyledText("idle", .dim) }
        var text = StyledText("running", Style(.working))
        let waiting = ", \(snapshot.producers.waiting) waiting"
        if snapshot.producers.waiting > 0, text.width + waiting.count <= room {
            text.append(SafeText(waiting), Style(.waiting))
        }
        return text
    }

    /// How full the queue is; where it has no bound, beside its deepest.
    func meter(of snapshot: PoolSnapshot) -> Meter {
        let queue = snapshot.queue
        let most = queue.capacity ?? queue.highWater
        // As wide as it ever gets, so that the bar keeps its length.
        let bound = queue.capacity.map { "/" + Format.short($0) } ?? ""
        let width = Format.short(most).count + bound.count
        let text = SafeText(Format.short(queue.depth) + bound).padded(to: max(width, 7), alignment: .right)
        return Meter(
            fraction: most > 0 ? Double(queue.depth) / Double(most) : 0, value: StyledText(text),
            role: queue.capacity == nil ? .meterLow : nil)
    }

    /// `4/4`: workers busy, of those asked for.
    func busyText(_ snapshot: PoolSnapshot) -> StyledText {
        let workers = snapshot.workers
        return StyledText(SafeText("\(Format.short(workers.busy))/\(Format.short(workers.target))"))
    }

    /// A number of things that should not happen.
    func tally(_ count: UInt64) -> StyledText {
        StyledText(SafeText(Format.short(count)), count > 0 ? Style(.failed) : .dim)
    }

    /// Writes a number.
    mutating func write(_ text: StyledText, in place: Rect) { grid.write(text, in: place, alignment: .right) }
}
