import TerminalUI
import Testing

@Suite struct TableTests {
    private let columns = [
        TableColumn("ID", minimum: 9), TableColumn("STATE", minimum: 8),
        TableColumn("NAME", priority: 1, minimum: 6, ideal: 10, grows: true),
        TableColumn("DONE", alignment: .right, priority: 2, minimum: 5),
        TableColumn("PROGRESS", priority: 3, minimum: 9, ideal: 12),
    ]

    private func table(count: Int = 20, selection: Int? = 8, offset: Int = 0) -> TableView {
        TableView(
            columns: columns, count: count, selection: selection, offset: offset, sort: (0, false),
            placeholder: "no workers"
        ) { index in
            TableRow(
                [
                    .text("worker-\(index)"), "running", "漢字 name that is long", .text("\(index)"),
                    .progress(.init(fraction: 0.5)),
                ], isMarked: index == 7)
        }
    }

    @Test(arguments: [
        (
            60,
            """
               ID↓        STATE     NAME              DONE  PROGRESS
               worker-6   running   漢字 name that…      6  ━━━╸───  50%
            ●  worker-7   running   漢字 name that…      7  ━━━╸───  50%
             ▸ worker-8   running   漢字 name that…      8  ━━━╸───  50%
            """
        ),
        (
            44,
            """
               ID↓        STATE     NAME            DONE
               worker-6   running   漢字 name th…      6
            ●  worker-7   running   漢字 name th…      7
             ▸ worker-8   running   漢字 name th…      8
            """
        ),
        (
            30,
            """
               ID↓        STATE     NAME
               worker-6   running   漢字 …
            ●  worker-7   running   漢字 …
             ▸ worker-8   running   漢字 …
            """
        ),
        (
            16,
            """
               ID↓        S…
               worker-6   r…
            ●  worker-7   r…
             ▸ worker-8   r…
            """
        ),
    ])
    func columns_areLeftOutByPriority(width: Int, expected: String) {
        #expect(picture(width, 4) { table().render(in: $0, into: &$1) } == expected)
    }

    @Test func ascii_isSevenBits() {
        #expect(
            picture(44, 3, .ascii) { table().render(in: $0, into: &$1) } == """
                   IDv        STATE     NAME            DONE
                *  worker-7   running   ???? name th~      7
                 > worker-8   running   ???? name th~      8
                """)
    }

    @Test func emptyTable_saysSo() {
        #expect(
            picture(30, 4) { table(count: 0).render(in: $0, into: &$1) }
                == "   ID↓        STATE     NAME\n\n          no workers\n")
    }

    @Test func selectedRow_isOneBarInReverse() {
        var grid = CellGrid(width: 30, height: 4)
        let layout = table().render(in: grid.bounds, into: &grid)
        #expect((0..<30).allSatisfy { grid[$0, 3].style.role == .selection })
        #expect(grid[0, 2].style.role == .marked)
        #expect(layout.cursor == Point(x: 1, y: 3))
    }

    @Test func layout_findsRowsAndTitles() {
        var grid = CellGrid(width: 44, height: 4)
        let layout = table().render(in: grid.bounds, into: &grid)
        #expect(layout.rows == 6..<9)
        #expect(layout.row(at: Point(x: 5, y: 1)) == 6)
        #expect(layout.row(at: Point(x: 5, y: 0)) == nil)
        #expect(layout.title(at: Point(x: 15, y: 0)) == 1)
        #expect(layout.title(at: Point(x: 15, y: 1)) == nil)
        #expect(layout.row(at: Point(x: 5, y: 9)) == nil)
    }

    @Test func onlyVisibleRows_areAskedFor() {
        var asked: [Int] = []
        var grid = CellGrid(width: 30, height: 5)
        TableView(columns: columns, count: 1_000_000, selection: 999_999) { index in
            asked.append(index)
            return TableRow([.text("\(index)")])
        }.render(in: grid.bounds, into: &grid)
        #expect(asked == [999_996, 999_997, 999_998, 999_999])
    }

    @Test(arguments: [
        (0, nil, 10, 5, 0), (9, nil, 10, 50, 9), (49, nil, 10, 50, 40), (0, 12, 10, 50, 3),
        (20, 12, 10, 50, 12),
        (20, 25, 10, 50, 20), (5, 3, 0, 50, 0), (-4, nil, 10, 50, 0), (0, 99, 10, 50, 0),
    ])
    func offset_keepsTheSelectionInSight(
        current: Int, selection: Int?, visible: Int, count: Int, expected: Int
    ) {
        #expect(
            TableView.offset(from: current, selection: selection, visible: visible, count: count) == expected)
    }

    @Test func position_tellsWhereAndHowMany() {
        #expect(TableView.position(selection: 4, count: 20).string == "5 of 20")
        #expect(TableView.position(selection: nil, count: 20).string == "20")
        #expect(TableView.position(selection: 0, count: 0).string == "0")
        #expect(TableView.position(selection: 4, count: 7, total: 20).string == "filtered 7 of 20")
    }

    @Test func widths_neverExceedTheRoomAndGrowEvenly() {
        for room in 0...120 {
            let layout = TableColumn.layout(columns, room: room)
            if let last = layout.last { #expect(last.x + last.width <= room) }
            #expect(layout.allSatisfy { $0.width > 0 })
        }
        let two = [TableColumn("A", minimum: 1, grows: true), TableColumn("B", minimum: 1, grows: true)]
        #expect(TableColumn.layout(two, room: 22).map(\.width) == [10, 10])
    }
}
