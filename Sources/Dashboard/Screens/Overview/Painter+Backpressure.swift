import Monitoring
import TerminalUI

/// Whether work comes in faster than it goes out, and what to do about it.
extension Painter {
    /// Columns of the labels in front of the figures.
    private static let labelWidth = 11

    /// The panels on the right of the graphs, as many as fit.
    mutating func paintFigurePanels(_ area: Rect, showsLimits: Bool = true) {
        var area = area
        let backpressure = 10
        let times = 6
        let room = area.height - backpressure
        let wanted = showsLimits ? limitsHeight(atMost: room) : 0
        let hasTimes = room - times >= min(wanted, 7)
        let gauges = hasTimes ? min(wanted, room - times) : wanted
        let left = room - times - gauges
        if left >= 4 { paintCounters(area.take(bottom: min(7, left))) }
        if hasTimes { paintTimes(area.take(bottom: times)) }
        if gauges > 0 { paintLimits(area.take(bottom: gauges)) }
        paintBackpressure(area, hasTimes: hasTimes, hasLimits: gauges > 0 || !showsLimits)
    }

    private mutating func paintBackpressure(_ area: Rect, hasTimes: Bool, hasLimits: Bool) {
        guard let snapshot = pool.snapshot else { return }
        let (word, role) = pressure(snapshot)
        let inside = panel("Backpressure", in: area, trailing: StyledText(SafeText(word), Style(role)))
            .inset(horizontally: 1, vertically: 0)
        var lines: [(label: String, text: StyledText, weight: Int)] = []
        lines.append(("producers", producersText(snapshot), 1))
        lines.append(("refused", lostText(snapshot), hasTimes ? 3 : 5))
        if !hasTimes {
            lines.append(
                ("wait", timesText(snapshot.latencies.wait, last: ("oldest", snapshot.queue.oldest)), 2))
            lines.append(
                ("run", timesText(snapshot.latencies.run, last: ("longest", snapshot.latencies.run?.max)), 3))
        } else {
            lines.append(("oldest", oldestText(snapshot), 4))
        }
        let figuresRoom = inside.width - Self.labelWidth
        if let sizing = snapshot.sizing {
            if !sizing.isActive { lines.append(("size", heldSizing(sizing, room: figuresRoom), 1)) }
            if let pressure = sizing.pressure { lines.append(("pressure", pressureText(pressure), 2)) }
        }
        if !hasLimits, !snapshot.limits.isEmpty {
            lines.append(("limits", limitsLine(room: figuresRoom), 1))
        }
        let hints = hintLines(room: figuresRoom)
        // The queue takes two lines, the hint one or two.
        let spare = inside.height - 2 - hints.count
        while lines.count > max(0, spare) {
            let worst = lines.map(\.weight).max() ?? 0
            lines.removeAll { $0.weight == worst }
        }
        var rest = inside
        queueMeter(snapshot, isShort: false).render(in: rest.take(top: 1), into: &grid)
        paintTrend(rest.take(top: 1))
        for line in lines { paint(line.label, line.text, in: rest.take(top: 1)) }
        // Air before the hint where there is some.
        if rest.height > hints.count { _ = rest.take(top: 1) }
        for (index, hint) in hints.enumerated() {
            let row = rest.take(top: 1)
            paint(index == 0 ? hintLabel : "", hint, in: row)
            if pool.hint.suggestion != nil {
                layout.spots.append(Layout.Spot(rect: row, target: .action(.applyHint)))
            }
        }
    }

    private mutating func paint(_ label: String, _ text: StyledText, in row: Rect) {
        guard !row.isEmpty else { return }
        grid.write(SafeText(label), at: row.origin, style: .dim, maxWidth: row.width)
        let rest = Rect(
            x: row.x + Self.labelWidth, y: row.y, width: max(0, row.width - Self.labelWidth), height: 1)
        grid.write(text, in: rest)
    }

    /// The queue's meter with its water marks.
    func queueMeter(_ snapshot: PoolSnapshot, isShort: Bool) -> Meter {
        let queue = snapshot.queue
        let label = StyledText(SafeText("queue").padded(to: isShort ? 5 : Self.labelWidth - 1), .dim)
        let full = Double(queue.capacity ?? max(1, queue.highWater))
        let share = full > 0 ? Double(queue.depth) / full : 0
        var value = StyledText(
            SafeText(Format.count(queue.depth)).padded(to: Format.count(Int(full)).count, alignment: .right))
        if let capacity = queue.capacity { value.append(SafeText("/" + Format.count(capacity)), .dim) }
        if queue.capacity == nil { value.append(isShort ? " " : " waiting", .dim) }
        if isShort, pool.forecast == .full { value.append(" FULL", Style(.meterHigh)) }
        let role: Role =
            queue.capacity == nil ? .graph2 : share >= 0.9 ? .meterHigh : share >= 0.6 ? .meterMid : .meterLow
        return Meter(
            label: label, fraction: share, value: value,
            lowMark: queue.capacity == nil ? nil : Double(queue.lowWater) / full,
            highMark: queue.capacity == nil ? nil : Double(queue.highWater) / full, role: role)
    }

    private mutating func paintTrend(_ row: Rect) {
        guard !row.isEmpty else { return }
        let forecast = forecastText
        let width = max(forecast.width, 14)
        let bar = Rect(
            x: row.x + Self.labelWidth, y: row.y, width: max(0, row.width - Self.labelWidth - width - 2),
            height: 1)
        grid.write(SafeText("trend"), at: row.origin, style: .dim, maxWidth: row.width)
        paintSparkline(bar) { $0.depth }
        grid.write(forecast, in: row, alignment: .right)
    }

    /// One bar for each of the last seconds.
    private mutating func paintSparkline(
        _ area: Rect, role: Role = .graph2, value: (History.Second) -> Double?
    ) {
        let seconds = pool.history.complete.suffix(area.width)
        let top = role == .graph1 ? pool.rateScale.maximum : pool.depthScale.maximum
        Sparkline(seconds.map(value), maximum: top, role: role).render(in: area, into: &grid)
    }

    var forecastText: StyledText {
        let role: Role =
            switch pool.forecast {
            case .full, .stalled: .meterHigh
            case .fills(let time): time < 60 ? .meterHigh : .meterMid
            case .grows: .meterMid
            case .drains, .steady, .empty: .text
            case .unknown: .dim
            }
        return StyledText(SafeText(pool.forecast.text), Style(role))
    }

    /// How it stands, in one word.
    private func pressure(_ snapshot: PoolSnapshot) -> (String, Role) {
        if snapshot.producers.waiting > 0 { return ("saturated", .meterHigh) }
        switch pool.forecast {
        case .full: return ("saturated", .meterHigh)
        case .stalled: return ("stalled", .meterHigh)
        case .fills, .grows: return ("filling", .meterMid)
        case .drains: return ("draining", .text)
        case .empty, .steady, .unknown: return ("at ease", .dim)
        }
    }

    private func producersText(_ snapshot: PoolSnapshot) -> StyledText {
        let producers = snapshot.producers
        guard producers.waiting > 0 else {
            let held =
                producers.waits > 0
                ? "none waiting; held back \(Format.count(producers.waits)) times so far" : "none waiting"
            return StyledText(SafeText(held), producers.waits > 0 ? .text : .dim)
        }
        let many =
            producers.known.map { "\(Format.count(producers.waiting)) of \(Format.count($0))" }
            ?? Format.count(producers.waiting)
        var text = StyledText(SafeText(many + " waiting"), Style(.waiting))
        text.append(SafeText(", longest " + Format.duration(producers.longest)))
        return text
    }

    private func lostText(_ snapshot: PoolSnapshot) -> StyledText {
        let counters = snapshot.counters
        var text = StyledText(
            SafeText(Format.count(counters.rejected)), counters.rejected > 0 ? Style(.failed) : .text)
        text.append("   dropped ", .dim)
        text.append(SafeText(Format.count(counters.dropped)), counters.dropped > 0 ? Style(.failed) : .text)
        text.append(SafeText("   when full: " + Self.overflow(snapshot.queue.overflow)), .dim)
        return text
    }

    private static func overflow(_ policy: String) -> String {
        switch policy {
        case "wait": "producers wait"
        case "reject": "refused"
        case "dropOldest": "oldest dropped"
        case "dropNewest": "newest dropped"
        case "callerRuns": "caller runs it"
        default: String(policy.prefix(24))
        }
    }

    private func oldestText(_ snapshot: PoolSnapshot) -> StyledText {
        var text = StyledText(SafeText(Format.duration(snapshot.queue.oldest)))
        text.append("   high water ", .dim)
        text.append(SafeText(Format.count(snapshot.queue.highWater)))
        text.append("   low ", .dim)
        text.append(SafeText(Format.count(snapshot.queue.lowWater)))
        return text
    }

    /// `p50  96 ms   p99  1.2 s   longest  4.1 s`, in columns.
    private func timesText(_ figures: LatencyFigures?, last: (label: String, value: Seconds?)) -> StyledText {
        var text = StyledText()
        for (label, value) in [("p50", figures?.p50), ("p99", figures?.p99), last] {
            if !text.isEmpty { text.append("   ") }
            text.append(SafeText(label + " "), .dim)
            text.append(SafeText(Format.duration(value)).padded(to: 7, alignment: .right))
        }
        return text
    }

    /// The block of figures above the workers on a screen without room for panels.
    ///
    /// - Returns: how many lines it took.
    mutating func paintBackpressureLines(_ area: Rect, hasLimits: Bool) -> Int {
        guard let snapshot = pool.snapshot else { return 0 }
        var rest = area.inset(horizontally: 1, vertically: 0)
        let row = rest.take(top: 1)
        let producers = shortProducers(snapshot)
        let side = producers.isEmpty ? forecastText : forecastText + StyledText("  ") + producers
        var left = row
        let right = left.take(right: max(24, side.width + 2))
        queueMeter(snapshot, isShort: false).render(in: left, into: &grid)
        grid.write(side, in: right, alignment: .right)

        let second = rest.take(top: 1)
        grid.write(SafeText("done/s"), at: second.origin, style: .dim)
        let rate =
            StyledText(SafeText(Format.rate(snapshot.rates.completions)).padded(to: 6, alignment: .right))
            + StyledText("  in/s ", .dim)
            + StyledText(SafeText(Format.rate(snapshot.rates.arrivals)).padded(to: 6, alignment: .right))
        var line = second
        _ = line.take(left: Self.labelWidth)
        grid.write(rate, in: line.take(right: max(24, rate.width + 1)), alignment: .right)
        paintSparkline(line, role: .graph1) { $0.completed }

        let third = rest.take(top: 1)
        var times = StyledText()
        let (wait, run) = (snapshot.latencies.wait, snapshot.latencies.run)
        for (label, value) in [
            ("wait p50", wait?.p50), ("p99", wait?.p99), ("run p50", run?.p50), ("p99", run?.p99),
            ("oldest", snapshot.queue.oldest),
        ] {
            if !times.isEmpty { times.append(" ") }
            times.append(SafeText(label + " "), .dim)
            times.append(SafeText(Format.duration(value)).padded(to: 7, alignment: .right))
        }
        grid.write(times, in: third)

        let fourth = rest.take(top: 1)
        paint(hintLabel, hintText(room: fourth.width - Self.labelWidth), in: fourth)
        if pool.hint.suggestion != nil {
            layout.spots.append(Layout.Spot(rect: fourth, target: .action(.applyHint)))
        }
        let most = rest.height
        if let sizing = snapshot.sizing { paintSizingLine(sizing, &rest) }
        if !hasLimits, !snapshot.limits.isEmpty {
            let row = rest.take(top: 1)
            paint("limits", limitsLine(room: row.width - Self.labelWidth), in: row)
            layout.spots.append(Layout.Spot(rect: row, target: .action(.limits)))
        }
        return 4 + most - rest.height
    }

    /// That the size is held, and how much the machine suffers.
    private mutating func paintSizingLine(_ sizing: SizingFigures, _ rest: inout Rect) {
        let pressure = sizing.pressure.map(pressureText) ?? StyledText()
        if sizing.isActive {
            if !pressure.isEmpty { paint("pressure", pressure, in: rest.take(top: 1)) }
            return
        }
        let row = rest.take(top: 1)
        let held = heldSizing(sizing, room: row.width - Self.labelWidth)
        paint("size", held, in: row)
        layout.spots.append(Layout.Spot(rect: row, target: .action(.adapt)))
        if Self.labelWidth + held.width + 3 + pressure.width <= row.width {
            grid.write(pressure, in: row, alignment: .right)
        }
    }

    private func shortProducers(_ snapshot: PoolSnapshot) -> StyledText {
        let producers = snapshot.producers
        guard producers.waiting > 0 else { return StyledText() }
        let many = producers.known.map { "\(producers.waiting)/\($0)" } ?? Format.short(producers.waiting)
        let isOne = producers.waiting == 1 && producers.known == nil
        return StyledText(SafeText(isOne ? "1 producer waits" : "\(many) producers wait"), Style(.waiting))
    }
}
