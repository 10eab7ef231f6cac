import Monitoring
import TerminalUI

/// What lies over the view.
extension Painter {
    mutating func paintOverlay(_ area: Rect) {
        switch state.overlay {
        case nil, .filter, .workers: break
        case .help(let top): paintHelp(top, area)
        case .palette(let palette): paintPalette(palette, area)
        case .question(let question):
            let place = question.dialog.render(in: area, into: &grid)
            cursor = place
            cursorIsVisible = question.dialog.field != nil
            layout.stage = area
        }
    }

    mutating func paintFilterPrompt(_ field: TextField, _ area: Rect) {
        let filter = state.filterInFront
        var note = StyledText()
        if let mistake = filter.mistake {
            note = StyledText(SafeText(mistake), Style(.failed))
        } else if filter.isActive {
            note = StyledText("Enter keeps  Esc undoes", .dim)
        } else {
            note = StyledText("text, /regex/, ~regex, ! inverts", .dim)
        }
        prompt(field, StyledText(" filter ", .footerKey), note, area)
    }

    mutating func paintWorkersPrompt(_ field: TextField, _ mistake: String?, _ area: Rect) {
        var note = StyledText()
        if let mistake {
            note = StyledText(SafeText(mistake), Style(.failed))
        } else {
            let now = pool.snapshot?.workers.target ?? 0
            let hint = pool.hint.suggestion.map { ", hint \($0)" } ?? ""
            note = StyledText(SafeText("now \(now)\(hint)  Enter sets  Esc leaves"), .dim)
        }
        let whose = state.hasSeveral ? " workers of \(String(title.prefix(24))) " : " workers "
        prompt(field, StyledText(SafeText(whose), .footerKey), note, area)
    }

    private mutating func prompt(_ field: TextField, _ label: StyledText, _ note: StyledText, _ area: Rect) {
        guard !area.isEmpty else { return }
        var area = area
        // What was typed comes first: the note goes where there is no room for both.
        if area.width >= label.width + 16 + note.width + 2 {
            grid.write(note, in: area.take(right: note.width + 2), alignment: .center)
        } else if state.filterInFront.mistake != nil, area.width >= 24 {
            grid.write(note, in: area.take(right: area.width / 2))
        }
        cursor = field.render(in: area, prompt: label, into: &grid)
        cursorIsVisible = true
    }

    /// The palette: what is typed, and what fits it.
    private mutating func paintPalette(_ palette: PaletteState, _ area: Rect) {
        let matches = palette.matches
        let width = area.width < 90 ? area.width : 76
        let height = area.height < 8 ? area.height : min(area.height - 2, min(matches.count, 12) + 4)
        let box = Rect(
            x: (area.width - width) / 2, y: max(0, min(3, area.height - height)), width: width, height: height
        )
        grid.fill(box)
        layout.spots = []
        let inside = Panel(
            "Command", trailing: StyledText(SafeText("\(matches.count)"), .dim), isFocused: true
        )
        .render(in: box, into: &grid)
        var rest = box.height < 3 ? inside : inside.inset(horizontally: 1, vertically: 0)
        let line = rest.take(top: 1)
        cursor = palette.field.render(in: line, prompt: StyledText(": ", .footerKey), into: &grid)
        cursorIsVisible = true
        if rest.height > 1 {
            let note =
                palette.mistake.map { StyledText(SafeText($0), Style(.failed)) }
                ?? StyledText(SafeText(matches.isEmpty ? "no such command" : ""), .dim)
            grid.write(note, in: rest.take(top: 1))
        }
        let first = TableView.offset(
            from: 0, selection: palette.selected, visible: rest.height, count: matches.count)
        for (row, index) in (first..<min(matches.count, first + rest.height)).enumerated() {
            let entry = matches[index]
            let band = Rect(x: rest.x - 1, y: rest.y + row, width: rest.width + 2, height: 1)
            let isSelected = index == palette.selected
            var text = StyledText(isSelected ? "▸" : " ")
            text.append(SafeText(entry.command), Style(.text, bold: true))
            if !entry.argument.isEmpty { text.append(SafeText(" " + entry.argument), Style(.operated)) }
            let name = max(20, text.width + 2)
            text.append(.spaces(max(1, name - text.width)))
            text.append(SafeText(entry.help), .dim)
            grid.write(text, in: Rect(x: band.x, y: band.y, width: max(0, band.width - 8), height: 1))
            grid.write(SafeText(entry.key + " "), in: band, alignment: .right, style: Style(.footerKey))
            if isSelected { grid.restyle(band) { Style(.selection, bold: $0.bold) } }
            layout.spots.append(Layout.Spot(rect: band, target: .paletteRow(index)))
        }
    }

    /// The keys, made from the key map; scrolled where they do not fit.
    private mutating func paintHelp(_ top: Int, _ area: Rect) {
        let columns = area.width >= 132 ? 2 : 1
        let width = min(area.width, columns == 2 ? 150 : 84)
        // Less the border, and a column of air on either side.
        let chapters = Keymap.helpPages(
            columns: columns, width: (width - 2) / columns - 2, ofSeveral: state.hasSeveral,
            hasQueues: state.hasQueues)
        let lines = chapters.map(\.count).max() ?? 0
        var box = area
        if area.height > 3, room != .figures, room != .line {
            box = area.centered(Size(width: width, height: min(area.height - 1, lines + 2)))
        }
        grid.fill(box)
        layout.spots = []
        let end = max(0, lines - Panel.content(of: box).height)
        layout.helpEnd = end
        let from = min(top, end)
        var trailing = StyledText()
        if end > 0 { trailing.append(SafeText("\(from + 1)–\(from + lines - end) of \(lines)"), .dim) }
        let inside = Panel("Help", trailing: trailing, isFocused: true).render(in: box, into: &grid)
        let places = inside.columns(Array(repeating: .share(1), count: columns))
        for (place, lines) in zip(places, chapters) {
            let page = place.inset(horizontally: 1, vertically: 0)
            for (row, line) in lines.dropFirst(from).prefix(page.height).enumerated() {
                grid.write(line, in: page, row: row)
            }
        }
        cursor = inside.origin
    }
}
