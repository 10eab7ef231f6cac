import Monitoring
import TerminalUI

/// What may run at once and how often it may start, by kind: a gauge for each limit.
extension Painter {
    /// The limits, the most loaded first.
    var limits: [LimitFigures] {
        guard let snapshot = pool.snapshot else { return [] }
        return pool.gauges.arranged(snapshot.limits).map { limit in
            guard limit.kind.isEmpty, limit.concurrency == nil else { return limit }
            // Of the whole pool, all that runs does.
            var whole = limit
            whole.running = snapshot.workers.busy
            return whole
        }
    }

    /// Rows the panel asks for: a border, titles and a row for each limit, up to `most` rows.
    func limitsHeight(atMost most: Int) -> Int {
        let count = pool.snapshot?.limits.count ?? 0
        return count == 0 || most < 4 ? 0 : min(count + 3, most)
    }

    /// What a limit is called.
    static func name(of limit: LimitFigures) -> String { limit.kind.isEmpty ? "whole pool" : limit.kind }

    mutating func paintLimits(_ area: Rect) {
        let limits = limits
        guard !limits.isEmpty, area.height >= 3 else { return }
        let inside = panel("Limits", in: area, letter: "L", trailing: limitsNote(limits))
            .inset(horizontally: 1, vertically: 0)
        layout.spots.append(Layout.Spot(rect: area, target: .action(.limits)))
        let columns = limitColumns(limits)
        let places = TableColumn.layout(columns.map(\.column), room: inside.width)
        func cell(_ place: (index: Int, x: Int, width: Int), _ row: Int) -> Rect {
            Rect(x: inside.x + place.x, y: inside.y + row, width: place.width, height: 1)
        }
        for place in places {
            let column = columns[place.index].column
            grid.write(column.title, in: cell(place, 0), alignment: column.alignment, style: .heading)
        }
        let room = max(0, inside.height - 1)
        // Where not all fit, the last row says what is missing.
        let shown = limits.count <= room ? limits.count : max(0, room - 1)
        // By what may run and not by what does, so that the bars keep their length.
        let value =
            limits.map { limit in
                max(
                    Self.runningValue(limit).width,
                    limit.concurrency.map { Format.short($0).count * 2 + 1 } ?? 0)
            }.max() ?? 0
        for (row, limit) in limits.prefix(shown).enumerated() {
            for place in places {
                let rect = cell(place, row + 1)
                switch columns[place.index].figure {
                case .running: paintRunning(limit, valueWidth: value, rect)
                case let figure:
                    grid.write(
                        text(of: figure, limit), in: rect, alignment: columns[place.index].column.alignment)
                }
            }
        }
        guard shown < limits.count, room > 0 else { return }
        let rest = limits.dropFirst(shown)
        var note = StyledText(SafeText("… \(rest.count) more"), .dim)
        let held = rest.reduce(0) { $0 + $1.held }
        if held > 0 { note.append(SafeText(", \(Format.many(held, "job")) held back"), Style(.waiting)) }
        note.append(": ", .dim)
        note.append("L", .footerKey)
        note.append(" shows all", .dim)
        grid.write(note, in: inside, row: shown + 1)
    }

    private enum Figure { case kind, running, held, rate, tokens }

    /// The columns that have something to say.
    private func limitColumns(_ limits: [LimitFigures]) -> [(figure: Figure, column: TableColumn)] {
        let longest = limits.map { SafeText(Self.name(of: $0), limit: 64).width }.max() ?? 4
        let isSlim = !limits.contains { $0.concurrency != nil }
        var columns: [(Figure, TableColumn)] = [
            (.kind, TableColumn("KIND", minimum: min(max(longest, 4), 10), ideal: min(max(longest, 4), 20))),
            (
                .running,
                isSlim
                    ? TableColumn("RUNNING", alignment: .right, minimum: 7)
                    : TableColumn("RUNNING", minimum: 9, ideal: 18, maximum: 40)
            ),
            (.held, TableColumn("HELD", alignment: .right, priority: 1, minimum: 5)),
        ]
        guard limits.contains(where: { $0.rate != nil }) else { return columns }
        // With room for the pace, whether it is known now or not.
        let rate = limits.compactMap(Self.allowed).map { $0.number.count * 2 + 8 + $0.unit.count }.max()
        columns += [
            (.rate, TableColumn("RATE", alignment: .right, priority: 2, minimum: max(10, rate ?? 0))),
            (.tokens, TableColumn("TOKENS", alignment: .right, priority: 3, minimum: 9)),
        ]
        return columns
    }

    private func limitsNote(_ limits: [LimitFigures]) -> StyledText {
        let held = limits.reduce(0) { $0 + $1.held }
        var note = StyledText(SafeText(Format.many(limits.count, "limit")), .dim)
        if held > 0 {
            note =
                StyledText(SafeText("\(Format.many(held, "job")) held back"), Style(.waiting))
                + StyledText(" · ", .dim) + note
        }
        return note
    }

    private func text(of figure: Figure, _ limit: LimitFigures) -> StyledText {
        switch figure {
        case .kind: return Self.limitName(limit)
        case .running: return Self.runningValue(limit)
        case .held:
            return StyledText(
                SafeText(Format.short(limit.held)), limit.held > 0 ? Style(.waiting) : .dim)
        case .rate: return rateText(limit)
        case .tokens:
            // Where there are none, it matters when there will be one.
            guard let rate = limit.rate, rate.wait > 0 else { return Self.tokensText(limit) }
            let next = Self.nextText(limit)
            return next.width <= 6 ? StyledText("in ", .dim) + next : next
        }
    }

    private mutating func paintRunning(_ limit: LimitFigures, valueWidth: Int, _ rect: Rect) {
        let value = Self.runningValue(limit)
        guard limit.concurrency != nil else {
            grid.write(value, in: rect, alignment: .right)
            return
        }
        // A thin bar: full blocks in neighbouring rows would run into each other.
        let bar = limitBar(limit, width: max(0, rect.width - valueWidth - 1))
        grid.write(bar, in: rect)
        grid.write(value, in: rect, alignment: .right)
    }

    /// How much of the allowed number runs, as a bar without a percentage.
    func limitBar(_ limit: LimitFigures, width: Int) -> StyledText {
        guard width >= 3 else { return StyledText() }
        return ProgressBar(fraction: Self.share(limit), role: Self.role(of: limit))
            .text(width: width + 5, glyphs: grid.glyphs).truncated(to: width, ellipsis: "")
    }

    static func limitName(_ limit: LimitFigures) -> StyledText {
        limit.kind.isEmpty
            ? StyledText("whole pool", Style(.text, bold: true)) : StyledText(SafeText(limit.kind, limit: 64))
    }

    /// `4/4`, or what runs alone where its number is not limited.
    static func runningValue(_ limit: LimitFigures) -> StyledText {
        let running = StyledText(SafeText(Format.short(limit.running)))
        guard let most = limit.concurrency else { return running }
        return running + StyledText(SafeText("/" + Format.short(most)), .dim)
    }

    /// How much of the allowed number runs, 0 ... 1.
    static func share(_ limit: LimitFigures) -> Double {
        guard let most = limit.concurrency else { return 0 }
        return most > 0 ? Double(limit.running) / Double(most) : 1
    }

    /// Only what holds jobs back stands out.
    static func role(of limit: LimitFigures) -> Role {
        let isFull = limit.concurrency.map { limit.running >= $0 } ?? false
        return isFull && limit.held > 0 ? .meterHigh : isFull ? .meterMid : .meterLow
    }

    /// `9.8/10 per s`: the pace where it is known, and what is allowed.
    func rateText(_ limit: LimitFigures) -> StyledText {
        guard let allowed = Self.allowed(limit) else { return StyledText(SafeText(Format.none), .dim) }
        var text = StyledText()
        if let pace = pool.gauges.pace(of: limit.kind) {
            text.append(SafeText(Format.rate(pace * allowed.scale) + "/"))
        }
        text.append(SafeText("\(allowed.number) per \(allowed.unit)"), text.isEmpty ? .text : .dim)
        return text
    }

    /// How often jobs may start: by the second, and slow rates by the minute or the hour.
    private static func allowed(_ limit: LimitFigures) -> (number: String, unit: String, scale: Double)? {
        guard let rate = limit.rate, rate.perSecond.isFinite, rate.perSecond > 0 else { return nil }
        let (unit, scale) =
            rate.perSecond >= 1 ? ("s", 1.0) : rate.perSecond >= 1.0 / 60 ? ("min", 60) : ("h", 3_600)
        return (plain(rate.perSecond * scale), unit, scale)
    }

    /// A number without decimals where it has none.
    private static func plain(_ value: Double) -> String {
        let whole = value.rounded()
        return abs(value - whole) < 1e-9 * max(1, whole) && whole < 1e9
            ? Format.count(Int64(whole)) : Format.significant(value)
    }

    /// `2/10`: how many could start now of those that may at once.
    static func tokensText(_ limit: LimitFigures) -> StyledText {
        guard let rate = limit.rate else { return StyledText(SafeText(Format.none), .dim) }
        let there = rate.available.isFinite ? min(max(0, rate.available), 1e9) : 0
        return StyledText(SafeText(Format.short(Int64(there.rounded(.down)))))
            + StyledText(SafeText("/" + Format.short(rate.burst)), .dim)
    }

    /// `120 ms` until the next may start, or `now`.
    static func nextText(_ limit: LimitFigures) -> StyledText {
        guard let rate = limit.rate else { return StyledText(SafeText(Format.none), .dim) }
        guard rate.wait > 0 else { return StyledText("now", .dim) }
        return StyledText(SafeText(Format.duration(rate.wait)), limit.held > 0 ? Style(.waiting) : .text)
    }

    /// The limits on one line, as many as fit: `resize 4/4, 12 held · mail 1/3, 10/s, next in 120 ms  +2 more L`.
    func limitsLine(room: Int) -> StyledText {
        let limits = limits
        var text = StyledText()
        var shown = 0
        for (place, limit) in limits.enumerated() {
            var next = text.isEmpty ? StyledText() : StyledText(" · ", .dim)
            next += shortText(limit)
            // What follows needs room to be counted.
            let needed = place + 1 < limits.count ? 9 : 0
            guard text.width + next.width + needed <= room || place == 0 else { break }
            text += next
            shown += 1
        }
        if shown < limits.count {
            text.append(SafeText(" +\(limits.count - shown) more "), .dim)
            text.append("L", .footerKey)
        }
        return text
    }

    private func shortText(_ limit: LimitFigures) -> StyledText {
        var text = Self.limitName(limit)
        if let most = limit.concurrency {
            let isFull = limit.running >= most
            text.append(
                SafeText(" \(Format.short(limit.running))/\(Format.short(most))"),
                Style(isFull ? Self.role(of: limit) : .text))
        } else if limit.held == 0 {
            text.append(" ")
            text += rateText(limit)
        }
        if limit.held > 0 { text.append(SafeText(" \(Format.short(limit.held)) held"), Style(.waiting)) }
        if let rate = limit.rate, rate.wait > 0, limit.held > 0 {
            text.append(SafeText(" next in \(Format.duration(rate.wait))"), .dim)
        }
        return text
    }
}
