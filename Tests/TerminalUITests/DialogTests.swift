import TerminalUI
import Testing

@Suite struct DialogTests {
    private let screen = Rect(x: 0, y: 0, width: 50, height: 11)
    private var dialog = Dialog(
        "Cancel", lines: ["Cancel 3 running jobs?", "They get 5 s."],
        buttons: [.init("Yes", key: "y"), .init("No", key: "n")])

    @Test func box_isInTheMiddle() {
        #expect(
            picture(50, 11) { dialog.render(in: $0, into: &$1) } == """

                          ╭─ Cancel ───────────────────╮
                          │                            │
                          │  Cancel 3 running jobs?    │
                          │  They get 5 s.             │
                          │                            │
                          │    [ y Yes ]  [ n No ]     │
                          │                            │
                          ╰────────────────────────────╯


                """)
    }

    @Test func smallScreen_hasAllOfIt() {
        var small = dialog
        small.lines = ["Cancel 3 running jobs?"]
        small.buttons[0].label = "Yes, cancel"
        #expect(
            picture(24, 6, .ascii) { small.render(in: $0, into: &$1) } == """
                +- Cancel -------------+
                | Cancel 3 running     |
                | jobs?                |
                | [ y Yes, cancel ]    |
                | [ n No ]             |
                +----------------------+
                """)
    }

    @Test mutating func enter_doesNoHarm() {
        #expect(dialog.handle(.key(.enter), in: screen) == .pressed(1))
        #expect(dialog.handle(.key(.escape), in: screen) == .dismissed)
        #expect(dialog.handle(.paste("y\r"), in: screen) == .open)
    }

    @Test mutating func focus_isMoved() {
        #expect(dialog.handle(.key(.tab), in: screen) == .open)
        #expect(dialog.focus == 0)
        #expect(dialog.handle(.key(.enter), in: screen) == .pressed(0))
        _ = dialog.handle(.key(.right), in: screen)
        _ = dialog.handle(.key(.right), in: screen)
        #expect(dialog.focus == 1)
        _ = dialog.handle(.key(.backTab), in: screen)
        #expect(dialog.focus == 0)
    }

    @Test mutating func keysAndClicks_pressDirectly() {
        #expect(dialog.handle(.key(.char("y")), in: screen) == .pressed(0))
        #expect(dialog.handle(.key(.char("x")), in: screen) == .open)
        let place = dialog.places(in: screen)[0]
        #expect(dialog.handle(.mouse(.init(.press, at: place.origin)), in: screen) == .pressed(0))
        #expect(dialog.handle(.mouse(.init(.press, at: Point(x: 0, y: 0))), in: screen) == .open)
    }

    @Test func field_takesTheKeysAndTheCursor() {
        var dialog = Dialog(
            "Workers", lines: ["How many?"], buttons: [.init("Set", key: "s"), .init("Cancel")], focus: 0,
            field: TextField("1"))
        #expect(dialog.handle(.key(.char("2")), in: screen) == .open)
        #expect(dialog.handle(.key(.char("s")), in: screen) == .open)
        #expect(dialog.field?.text == "12s")
        var grid = CellGrid(width: 50, height: 11)
        let cursor = dialog.render(in: screen, into: &grid)
        #expect(grid.lines[cursor.y].contains("12s"))
        #expect(dialog.handle(.key(.enter), in: screen) == .pressed(0))
    }
}
