import Monitoring
import TerminalUI

/// Details of one thing: facts on top that stay, and below them what can be scrolled.
struct DetailPage {
    /// Facts, one line each.
    var head: [StyledText] = []
    /// What stands above the rest, such as `Output`, and its state on the right.
    var bodyTitle = ""
    var bodyState = StyledText()
    /// What can be scrolled.
    var body: [StyledText] = []
    /// The line of ``body`` that must be seen.
    var chosen: Int?

    /// Columns of the labels.
    static let labelWidth = 11

    /// A fact with its label.
    mutating func add(_ label: String, _ text: StyledText) {
        head.append(StyledText(SafeText(label).padded(to: Self.labelWidth), .dim) + text)
    }

    mutating func add(_ label: String, _ text: String, _ style: Style = .text) {
        add(label, StyledText(SafeText(text), style))
    }

    /// A fact that may take several lines.
    mutating func add(_ label: String, wrapped text: String, room: Int, most: Int, style: Style = .text) {
        let lines = Self.wrap(text, room: room - Self.labelWidth, most: most)
        for (index, line) in lines.enumerated() { add(index == 0 ? label : "", StyledText(line, style)) }
    }

    /// Text cut into lines of at most `room` columns, at most so many of them.
    static func wrap(_ text: String, room: Int, most: Int) -> [SafeText] {
        guard room > 0, most > 0 else { return [] }
        var lines: [SafeText] = []
        for line in text.split(separator: "\n", maxSplits: most, omittingEmptySubsequences: false).prefix(
            most)
        {
            var rest = SafeText(line, limit: room * most)
            repeat {
                lines.append(rest.prefix(room))
                rest = rest.dropFirst(room)
            } while !rest.isEmpty && lines.count < most
            if lines.count >= most { break }
        }
        return lines
    }
}

extension Painter {
    mutating func paintDetail(_ detail: Detail, _ area: Rect) {
        guard !area.isEmpty else { return }
        var crumbs = [state.tab.title]
        crumbs += state.details.map(\.title)
        let title = crumbs.joined(separator: " › ")
        let inside = panel(
            title, in: area, trailing: StyledText("Esc", .footerKey) + StyledText(" back", .dim),
            isFocused: true)
        var room = room == .compact ? inside : inside.inset(horizontally: 1, vertically: 0)
        let page: DetailPage =
            switch detail.subject {
            case .worker(let id): workerPage(id, width: room.width)
            case .job(let id): jobPage(id, width: room.width)
            case .limits: limitsPage(width: room.width)
            case .error(let key, let failure): errorPage(key, failure, size: room.size)
            }
        cursor = room.origin
        layout.spots.removeAll { !$0.rect.intersection(area).isEmpty }
        // What the thing is stays in sight; the other facts do where there is room for all of them.
        let isSplit = page.head.count + 1 + min(page.body.count, 3) <= room.height
        let fixed = isSplit ? page.head.count : min(2, page.head.count, max(0, room.height - 1))
        for line in page.head.prefix(fixed) { grid.write(line, in: room.take(top: 1)) }
        if isSplit {
            if !page.bodyTitle.isEmpty { paintRule(page, detail, room.take(top: 1)) }
            scroll(page.body, detail, room, chosen: page.chosen)
        } else {
            var rest = Array(page.head.dropFirst(fixed))
            if !page.bodyTitle.isEmpty { rest.append(StyledText(SafeText(page.bodyTitle), Style(.title))) }
            scroll(rest + page.body, detail, room)
        }
    }

    /// A line across with the title of what follows.
    private mutating func paintRule(_ page: DetailPage, _ detail: Detail, _ row: Rect) {
        guard !row.isEmpty else { return }
        grid.fill(row, with: SafeText("─").glyphs[0], style: .border)
        grid.write(
            StyledText(SafeText(page.bodyTitle + " "), Style(.title)), at: row.origin, maxWidth: row.width)
        let note = page.bodyState
        if !note.isEmpty {
            grid.write(StyledText(" ") + note, in: row, alignment: .right)
        }
    }

    private mutating func scroll(
        _ lines: [StyledText], _ detail: Detail, _ area: Rect, chosen: Int? = nil
    ) {
        let end = max(0, lines.count - area.height)
        layout.detailEnd = end
        layout.detailPage = max(1, area.height)
        var top = detail.follows ? end : min(max(0, detail.top), end)
        if let chosen {
            top = TableView.offset(from: top, selection: chosen, visible: area.height, count: lines.count)
        }
        layout.detailTop = top
        for (row, line) in lines.dropFirst(top).prefix(area.height).enumerated() {
            grid.write(line, in: area, row: row)
        }
    }

    /// What keys do here, for the last line of the facts.
    func actions(_ pairs: [(String, String)]) -> StyledText {
        var text = StyledText()
        for (key, what) in pairs {
            if !text.isEmpty { text.append("   ") }
            text.append(SafeText(key), Style(.footerKey))
            text.append(SafeText(" " + what), .dim)
        }
        return text
    }
}
