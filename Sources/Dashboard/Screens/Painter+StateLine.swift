import Monitoring
import TerminalUI

/// The line that answers "is it well?", the line of views below it, and the footer.
extension Painter {
    mutating func paintStateLine(_ area: Rect) {
        guard !area.isEmpty else { return }
        // On the smallest screens the Overview has a line for what is paused.
        let isShown = room != .compact || state.tab != .overview || !state.details.isEmpty
        var badges = isShown ? badges(short: area.width < 60) : StyledText()
        // Where the line of views has no room for it, or there is none, this one says it.
        if isShown, state.size.width < Self.roomyTabs, state.connection.silence != nil {
            badges = silenceText(room: area.width / 2)
        }
        let margin = area.width >= 60 ? 1 : 0
        let right = badges.truncated(to: area.width * 2 / 3)
        var left = stateText(room: area.width - right.width - 2 * margin - 2)
        left = left.truncated(to: max(0, area.width - right.width - 2 * margin - 1))
        grid.write(left, at: Point(x: area.x + margin, y: area.y))
        grid.write(right, at: Point(x: area.right - margin - right.width, y: area.y))
    }

    /// From this width on the line of views has room for news of the source.
    private static let roomyTabs = 100

    /// The name the pool goes by.
    var title: String {
        if state.hasSeveral { return state.name(of: state.selected) }
        let name = state.environment.title.isEmpty ? pool.snapshot?.name ?? "" : state.environment.title
        return name.isEmpty ? "pooltop" : name
    }

    /// The parts of the state line that fit, the important ones first.
    private func stateText(room: Int) -> StyledText {
        guard let snapshot = pool.snapshot else {
            return StyledText(SafeText(title).truncated(to: 30), Style(.header))
                + StyledText("  connecting …", .dim)
        }
        let isShort = room < 90
        let name = SafeText(title).truncated(to: self.room == .compact ? 7 : max(12, min(32, room / 4)))
        // The weight says what goes first when there is no room: the heaviest.
        var parts: [(text: StyledText, weight: Int)] = [(StyledText(name, Style(.header)), 0)]
        func add(_ text: String, _ style: Style = .text, weight: Int, width: Int = 0) {
            // Padded to a width that does not change from frame to frame, so that nothing moves.
            parts.append((StyledText(SafeText(text).padded(to: max(width, text.count)), style), weight))
        }
        parts.append((lifeText(snapshot), 1))
        let (workers, counters) = (snapshot.workers, snapshot.counters)
        if workers.target == 0 {
            add("0 workers: + or =", Style(.paused), weight: 1)
        } else {
            let word = isShort ? "busy" : "workers busy"
            add("\(Format.count(workers.busy))/\(Format.count(workers.target)) \(word)", weight: 2)
        }
        if let sizing = snapshot.sizing, self.room != .compact {
            add(sizingWord(sizing), sizing.isActive ? .dim : Style(.operated), weight: 6)
        }
        if workers.retiring > 0 { add("\(workers.retiring) retiring", Style(.waiting), weight: 6) }
        if self.room != .compact {
            let most = Format.short(snapshot.queue.capacity ?? snapshot.queue.highWater).count
            add("queue \(Format.short(snapshot.queue.depth))", weight: 5, width: 6 + most)
        }
        let unit = isShort ? "/s" : " done/s"
        add(Format.rate(snapshot.rates.completions) + unit, weight: 3, width: 5 + unit.count)
        if self.room != .compact { add("\(Format.count(counters.succeeded)) done", weight: 7) }
        if counters.failed > 0 { add("\(Format.short(counters.failed)) failed", Style(.failed), weight: 4) }
        let lost = counters.rejected + counters.dropped
        if lost > 0 {
            let word =
                counters.dropped == 0 ? "refused" : counters.rejected == 0 ? "dropped" : "refused, dropped"
            add("\(Format.short(lost)) \(word)", Style(.failed), weight: 4)
        }
        if counters.cancelled > 0 {
            add("\(Format.short(counters.cancelled)) cancelled", Style(.cancelled), weight: 8)
        }
        let gap = room >= 90 ? 3 : self.room == .compact ? 1 : 2
        while parts.count > 1, parts.reduce(-gap, { $0 + $1.text.width + gap }) > room {
            let least = parts.map(\.weight).max() ?? 0
            parts.removeAll { $0.weight == least }
        }
        var text = StyledText()
        for part in parts {
            if !text.isEmpty { text.append(.spaces(gap)) }
            text += part.text
        }
        return text
    }

    /// What the pool as a whole does, and since when.
    private func lifeText(_ snapshot: PoolSnapshot) -> StyledText {
        switch snapshot.state {
        case .stopped: return StyledText("STOPPED", Style(.dim, bold: true))
        case .draining:
            return StyledText(
                SafeText("DRAINING \(Format.count(snapshot.counters.unfinished)) left"),
                Style(.waiting, bold: true))
        case .running:
            if state.isOver == true { return StyledText("ALL DONE", Style(.text, bold: true)) }
            // A clock that stands still while nothing happens: an idle screen sends nothing.
            if let since = pool.idleSince {
                return StyledText("IDLE", Style(.text, bold: true))
                    + StyledText(SafeText(" since " + state.environment.clock(since)), .dim)
            }
            return StyledText("RUNNING", Style(.text, bold: true))
                + StyledText(SafeText(" " + Format.stopwatch(snapshot.uptime)))
        }
    }

    /// What stands on the right: everything that is switched off, and since when.
    func badges(short: Bool) -> StyledText {
        guard let snapshot = pool.snapshot else { return StyledText() }
        var all: [(String, Pause?)] = [
            ("INTAKE PAUSED", snapshot.paused.intake), ("DISPATCH PAUSED", snapshot.paused.dispatch),
            ("FROZEN", snapshot.paused.frozen),
        ]
        let held = (snapshot.queues ?? []).filter { $0.paused != nil }
        if let first = held.first {
            let word = held.count == 1 ? "QUEUE \(first.name.prefix(16))" : "\(held.count) QUEUES"
            all.append((word + " PAUSED", first.paused))
        }
        let standing = all.compactMap { word, pause in pause.map { (word, $0) } }
        var text = StyledText()
        if short, standing.count > 1 {
            // The words without the times that there is no room for.
            let words = standing.map { $0.0.replacing(" PAUSED", with: "") }.joined(separator: "+")
            return StyledText(SafeText(" \(words) PAUSED "), Style(.paused))
        }
        for (word, pause) in standing {
            if !text.isEmpty { text.append(" ") }
            let time =
                pool.idleSince == nil
                ? Format.stopwatch(pause.elapsed) : "since " + state.environment.clock(pause.since)
            let isOwn = pause.by.isEmpty || pause.by == state.environment.operatorName
            let by = short || isOwn ? "" : " by \(pause.by.prefix(16))"
            text.append(SafeText(" \(word) \(time)\(by) "), Style(.paused))
        }
        if text.isEmpty, !short, snapshot.state == .running { return StyledText("INTAKE OPEN", .dim) }
        return text
    }

    /// The views, and on the right what is special about this screen.
    mutating func paintTabs(_ area: Rect) {
        guard !area.isEmpty else { return }
        var x = area.x + 1
        for tab in Tab.views(ofSeveral: state.hasSeveral, hasQueues: state.hasQueues) {
            let isFront = tab == state.tab
            var text = StyledText(SafeText(" \(tab.digit) "), Style(.footerKey, reverse: isFront))
            let style = isFront ? Style(.text, bold: true, reverse: true) : Style.dim
            let title = tab == .pools && state.pipeline != nil ? "Pipeline" : tab.title
            text.append(SafeText(title + " "), style)
            if tab == .errors, let total = pool.snapshot?.errors.total, total > 0 {
                text.append(SafeText("\(Format.short(total)) "), isFront ? style : Style(.failed))
            }
            if tab == .queues, let dead = pool.snapshot?.deadLetters, dead > 0 {
                text.append(SafeText("\(Format.short(dead)) dead "), isFront ? style : Style(.failed))
            }
            guard x + text.width <= area.right else { break }
            grid.write(text, at: Point(x: x, y: area.y))
            let place = Rect(x: x, y: area.y, width: text.width, height: 1)
            layout.spots.append(Layout.Spot(rect: place, target: .action(.view(tab))))
            x += text.width + 1
        }
        let room = max(0, area.right - x - 1)
        let notes = screenNotes(room: room).truncated(to: room)
        grid.write(notes, at: Point(x: area.right - 1 - notes.width, y: area.y))
    }

    /// What is special about this screen: frozen, read-only, without a source; the first of these goes first where
    /// there is no room.
    func screenNotes(room: Int) -> StyledText {
        var text = StyledText()
        func add(_ note: String, _ style: Style) {
            if !text.isEmpty { text.append(" ") }
            text.append(SafeText(note), style)
        }
        let isToldAbove = self.room != .compact && state.size.width < Self.roomyTabs
        let news = isToldAbove ? StyledText() : silenceText(room: room)
        if state.environment.isReadOnly, news.width + 10 <= room { add("read-only", .dim) }
        if let frozen = state.frozen {
            add(
                " DISPLAY FROZEN since \(state.environment.clock(frozen.since)) ",
                Style(.operated, reverse: true))
        }
        if !news.isEmpty {
            if !text.isEmpty { text.append(" ") }
            text += news
        }
        for (index, pane) in state.panes.enumerated()
        where index != state.selected && pane.connection.lost != nil {
            add(" \(state.name(of: index).prefix(16)) LOST ", Style(.failed, reverse: true))
        }
        return text
    }

    /// How old what is shown is, where the source does not answer; in the words there is room for.
    func silenceText(room: Int) -> StyledText {
        let connection = state.connection
        guard let silence = connection.silence else { return StyledText() }
        let age = Format.whole(Double(silence))
        let words =
            connection.lost == nil
            ? [" NO NEWS for \(age) "]
            : [
                " NO ANSWER for \(age), reconnecting ", " NO ANSWER \(age), reconnecting ",
                " reconnecting, \(age) ",
            ]
        let fitting = words.first { $0.count <= room } ?? words[words.count - 1]
        return StyledText(
            SafeText(fitting), Style(connection.lost == nil ? .waiting : .failed, reverse: true))
    }

    mutating func paintFooter(_ area: Rect) {
        switch state.overlay {
        case .filter(let field, _): paintFilterPrompt(field, area)
        case .workers(let field, let mistake): paintWorkersPrompt(field, mistake, area)
        default:
            let hints = Keymap.footer(for: state)
            let bar = HintBar(hints.map(\.hint))
            bar.render(in: area, into: &grid)
            for place in bar.places(in: area) {
                layout.spots.append(
                    Layout.Spot(rect: place.rect, target: .action(hints[place.index].action)))
            }
        }
    }

    mutating func paintToasts(_ area: Rect) {
        var toasts = Toasts()
        for toast in state.toasts.toasts {
            let level: Toasts.Level =
                switch toast.level {
                case .pending, .info: .info
                case .warning: .warning
                case .error: .error
                }
            toasts.show(SafeText(toast.text), level, now: .zero)
        }
        toasts.render(in: area, into: &grid)
    }
}
