import TerminalUI

/// All widgets on one screen, for looking at.
struct Gallery {
    /// The row of the table that is selected.
    var selection = 2

    func frame(size: Size, glyphs: GlyphSet) -> Frame {
        var grid = CellGrid(size, glyphs: glyphs)
        var area = grid.bounds
        let footer = area.take(bottom: 1)
        var state = StyledText(" backpressure demo", .header)
        state.append("   RUNNING", .working)
        state.append(" 00:04:12   4/4 busy   41.2 done/s   ", .text)
        state.append("3 failed", .failed)
        state.append("   ")
        state.append(" INTAKE PAUSED 00:12 ", .paused)
        grid.write(state, in: area.take(top: 1))

        let top = area.take(top: min(12, area.height / 2))
        let halves = top.columns([.share(1), .share(1)])
        drawGraph(in: halves[0], into: &grid)
        drawMeters(in: halves[1], into: &grid)
        let table = drawTable(in: area, into: &grid)

        HintBar([
            .init("?", "help", priority: 9), .init("+ -", "workers", priority: 8), .init("=", "set"),
            .init("p", "pause intake", priority: 5), .init("x", "cancel", priority: 6),
            .init("/", "filter", priority: 4),
            .init(":", "command", priority: 3), .init("Tab", "view", priority: 2),
            .init("q", "quit", priority: 7),
        ]).render(in: footer, into: &grid)
        var toasts = Toasts()
        toasts.show("workers 4 → 6", now: .zero)
        toasts.show("could not cancel #10488: it has finished", .error, now: .zero)
        toasts.render(in: area, into: &grid)
        if size.height >= 36 {
            Dialog(
                "Cancel", lines: ["Cancel 3 running jobs?", StyledText("They get 5 s to stop.", .dim)],
                buttons: [.init("Yes, cancel 3", key: "y"), .init("No", key: "n")]
            ).render(in: grid.bounds, into: &grid)
        }
        return Frame(grid: grid, cursor: table)
    }

    private func drawGraph(in rect: Rect, into grid: inout CellGrid) {
        let inside = Panel("Throughput", hotKey: "1", trailing: StyledText("last 5 min", .dim)).render(
            in: rect, into: &grid)
        var random = Generator(state: 7)
        var value = 20.0
        let values = (0..<300).map { step -> Double? in
            value = max(0, min(58, value + Double.random(in: -6...6, using: &random)))
            return step > 60 ? value : nil
        }
        let arrivals = values.map { $0.map { 40 + $0 * 0.2 } }
        Graph(
            [.init(values), .init(arrivals, role: .graph2, isFilled: false)],
            marks: [.init(samplesAgo: 60, label: "+ 4→6"), .init(samplesAgo: 20, label: "p intake")]
        ).render(in: inside, into: &grid)
    }

    private func drawMeters(in rect: Rect, into grid: inout CellGrid) {
        var inside = Panel("Backpressure", trailing: StyledText("saturated", .failed), isFocused: true)
            .render(in: rect, into: &grid)
        Meter(
            label: StyledText("queue    ", .dim), fraction: 0.96, value: "982/1,024", lowMark: 0.5,
            highMark: 0.9
        ).render(in: inside.take(top: 1), into: &grid)
        Meter(label: StyledText("half     ", .dim), fraction: 0.437, value: "447/1,024")
            .render(in: inside.take(top: 1), into: &grid)
        Meter(label: StyledText("three    ", .dim), fraction: 0.75, value: "768/1,024", highMark: 0.9)
            .render(in: inside.take(top: 1), into: &grid)
        var line = inside.take(top: 1)
        grid.write(StyledText("trend", .dim), in: line.take(left: 10))
        Sparkline((0..<40).map { Double(($0 * 7) % 23) }).render(in: line.take(left: 40), into: &grid)
        grid.write(StyledText("fills in 3 s", .waiting), in: line, alignment: .right)
        let styles: [(SafeText, Style)] = [
            ("working", .working), ("idle", .idle), ("waiting", .waiting), ("failed", .failed),
            ("cancelled", .cancelled), ("operated", .operated), ("marked", .marked), ("dim", .dim),
            ("title", .title),
        ]
        var text = StyledText()
        for (name, style) in styles { text.append(name + " ", style) }
        grid.write(text, in: inside.take(top: 1))
        TextField("name ~ harbour").render(
            in: inside.take(top: 1), prompt: StyledText("filter: ", .footerKey), into: &grid)
    }

    private func drawTable(in rect: Rect, into grid: inout CellGrid) -> Point? {
        let inside = Panel("Workers", hotKey: "2", trailing: StyledText("3 of 20 · sort: id ↑", .dim))
            .render(in: rect, into: &grid)
        let columns = [
            TableColumn("ID", minimum: 9), TableColumn("STATE", minimum: 8),
            TableColumn("JOB", priority: 3, minimum: 7),
            TableColumn("NAME", priority: 1, minimum: 12, ideal: 24, grows: true, cutsShared: true),
            TableColumn("ELAPSED", alignment: .right, priority: 2, minimum: 7),
            TableColumn("PROGRESS", priority: 5, minimum: 12, ideal: 18),
            TableColumn("DONE", alignment: .right, priority: 4, minimum: 5),
        ]
        let names: [SafeText] = [
            "img/2041/harbour-night-with-a-very-long-name-that-does-not-fit.png", "映画/東京の夜.mp4",
            "evil \u{1B}]0;x\u{7}\u{202E}", "e\u{301}te\u{301}",
        ]
        let table = TableView(columns: columns, count: 20, selection: selection, sort: (0, true)) { index in
            let state: TableRow.Content =
                index % 4 == 3 ? .text("waiting", .waiting) : .text("running", .working)
            return TableRow(
                [
                    .text("worker-\(index + 1)"), state, .text("#\(10492 + index)", .dim),
                    .text(names[index % 4]),
                    .text("\(index * 37) ms"), .progress(ProgressBar(fraction: Double(index) / 19)),
                    .text("\(812 - index)"),
                ], isMarked: index == 1 || index == 4)
        }
        return table.render(in: inside, into: &grid).cursor
    }
}
