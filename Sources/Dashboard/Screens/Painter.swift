import Monitoring
import TerminalUI

/// Draws a state into cells. Each screen is an extension in a file of its own.
struct Painter {
    let state: CockpitState
    /// The pool as it is shown.
    let pool: PoolModel
    var grid: CellGrid
    var layout = Layout()
    var cursor: Point?
    var cursorIsVisible = false

    init(_ state: CockpitState) {
        self.state = state
        pool = state.shown
        grid = CellGrid(state.size, glyphs: state.environment.capabilities.glyphs)
        layout.stage = Rect(state.size)
        // Lists that are not in this picture stay as they are.
        (layout.overviewTop, layout.workersTop) = (state.overview.top, state.workers.top)
        (layout.jobsTop, layout.errorsTop) = (state.jobs.top, state.errors.top)
        (layout.logTop, layout.latestTop) = (state.log.top, state.latest.top)
        layout.queuesTop = state.queues.top
    }

    /// How much room there is, in the terms of the screens.
    enum Room {
        /// One line of figures.
        case line
        /// A few lines of figures.
        case figures
        /// No borders, the most important columns.
        case compact
        /// A line for the views, panels with borders.
        case normal
        /// Panels side by side.
        case wide
        /// Three of them.
        case veryWide
    }

    var room: Room {
        let size = state.size
        if size.height <= 2 || size.width < 16 { return .line }
        if size.height <= 6 || size.width < 30 { return .figures }
        if size.height < 20 || size.width < 60 { return .compact }
        if size.width >= 160, size.height >= 36 { return .veryWide }
        if size.width >= 110, size.height >= 26 { return .wide }
        return .normal
    }

    /// When the shown picture of the pool was taken.
    var now: UnixTime { pool.snapshot?.time ?? 0 }

    mutating func paint() {
        var area = grid.bounds
        switch room {
        case .line, .figures:
            // What is typed is seen, however little room there is.
            if isPrompting { paintFooter(area.take(bottom: 1)) }
            if room == .line { paintLine(area) } else { paintFigures(area) }
        default:
            paintStateLine(area.take(top: 1))
            if room != .compact { paintTabs(area.take(top: 1)) }
            let footer = area.take(bottom: 1)
            paintView(area)
            paintToasts(area)
            paintFooter(footer)
        }
        paintOverlay(grid.bounds)
    }

    /// Whether something is being typed in place of the footer.
    private var isPrompting: Bool {
        switch state.overlay {
        case .filter, .workers: true
        case .help, .palette, .question, nil: false
        }
    }

    /// The view in front, with the details that are open beside or over it.
    private mutating func paintView(_ area: Rect) {
        var area = area
        guard let detail = state.details.last else {
            paintList(area)
            return
        }
        // Beside the list where both have room to be read.
        if area.width >= 120, area.height >= 12, state.tab != .overview {
            let side = area.take(right: area.width * 11 / 20)
            paintList(area)
            paintDetail(detail, side)
        } else if area.width >= 120, area.height >= 12 {
            let side = area.take(right: area.width * 11 / 20)
            paintWorkers(area, list: state.overview, isOverview: true)
            paintDetail(detail, side)
        } else {
            paintDetail(detail, area)
        }
    }

    private mutating func paintList(_ area: Rect) {
        switch state.tab {
        case .pools: paintPools(area)
        case .overview: paintOverview(area)
        case .workers: paintWorkers(area, list: state.workers, isOverview: false)
        case .jobs: paintJobs(area)
        case .errors: paintErrors(area)
        case .log: paintLog(area)
        case .queues: paintQueues(area)
        }
    }

    /// Draws a panel's border where there is room for one, a title line where there is not.
    ///
    /// - Returns: the room inside.
    mutating func panel(
        _ title: String, in area: Rect, key: Int? = nil, letter: Unicode.Scalar? = nil,
        trailing: StyledText = StyledText(),
        isFocused: Bool = false
    ) -> Rect {
        let hotKey = letter ?? key.flatMap { Unicode.Scalar(UInt32(48 + $0)) }
        if room != .compact {
            return Panel(SafeText(title), hotKey: hotKey, trailing: trailing, isFocused: isFocused)
                .render(in: area, into: &grid)
        }
        var area = area
        let line = area.take(top: 1)
        var text = StyledText(" ")
        text.append(SafeText(title), .title)
        grid.write(text, in: line)
        grid.write(
            trailing,
            in: Rect(
                x: line.x + text.width + 1, y: line.y, width: max(0, line.width - text.width - 2), height: 1),
            alignment: .right)
        return area
    }

    /// Draws a table, notes what is where for the mouse, and parks the cursor on its selection.
    ///
    /// - Returns: the first row shown.
    mutating func table<ID>(
        _ columns: [TableColumn], of list: ListState<ID>, in area: Rect, isFocused: Bool,
        hasCursor: Bool = true,
        sort: (column: Int, ascending: Bool)? = nil, showsTitles: Bool = true, placeholder: String,
        spot: (Int) -> Layout.Spot.Target, row: @escaping (ID) -> [TableRow.Content]
    ) -> Int {
        let selection = hasCursor && list.isEntered && !list.rows.isEmpty ? list.index : nil
        // A column of air before the border.
        let inside =
            room == .compact
            ? area
            : area.width > 4 ? Rect(x: area.x, y: area.y, width: area.width - 1, height: area.height) : area
        let view = TableView(
            columns: columns, count: list.rows.count, selection: list.cursor == nil ? nil : selection,
            offset: list.firstVisible(height: area.height - (showsTitles && area.height > 1 ? 1 : 0)),
            sort: sort,
            showsTitles: showsTitles, placeholder: StyledText(SafeText(placeholder), .dim)
        ) { index in
            TableRow(row(list.rows[index]), isMarked: list.marks.contains(list.rows[index]))
        }
        let placed = view.render(in: inside, into: &grid)
        for (line, index) in placed.rows.enumerated() {
            let band = Rect(x: placed.area.x, y: placed.area.y + line, width: placed.area.width, height: 1)
            layout.spots.append(Layout.Spot(rect: band, target: spot(index)))
            if index == view.selection, inside.width < area.width {
                grid.fill(Rect(x: inside.right, y: band.y, width: 1, height: 1), style: .selection)
            }
        }
        if let selection, list.cursor == nil, placed.rows.contains(selection) {
            // The item is gone: an empty pointer holds its place.
            let place = Point(x: placed.area.x + 1, y: placed.area.y + selection - placed.rows.lowerBound)
            grid.write("▹", at: place, style: .dim, maxWidth: max(0, placed.area.width - 1))
            cursor = place
        }
        if isFocused {
            if let place = placed.cursor { cursor = place }
            layout.page = max(1, placed.area.height)
        }
        return placed.rows.lowerBound
    }

    /// `3 of 12`, `12`, `filtered 3 of 12`, and how the list is sorted.
    func position<ID>(
        _ list: ListState<ID>, of noun: String, offset: Int = 0, sort: String? = nil, isMore: Bool = false
    ) -> StyledText {
        var text = StyledText()
        if !list.marks.isEmpty { text.append(SafeText("\(list.marks.count) marked"), Style(.marked)) }
        func add(_ part: String, _ style: Style = .dim) {
            if !text.isEmpty { text.append(" · ", .dim) }
            text.append(SafeText(part), style)
        }
        if list.filter.isActive {
            let found = Format.count(list.rows.count) + (isMore ? "+" : "")
            add(
                "filtered \(found) of \(Format.count(list.total)): \(list.filter.source.prefix(40))",
                Style(.operated))
        } else if list.isEntered, list.cursor != nil, !list.rows.isEmpty {
            add("\(Format.count(offset + list.index + 1)) of \(Format.count(list.total))")
        } else {
            add(Format.many(list.total, noun))
        }
        if let sort { add("sort: " + sort + (list.isReversed ? " ↓" : "")) }
        if list.isHeld { add("order held", Style(.operated)) }
        return text
    }
}
