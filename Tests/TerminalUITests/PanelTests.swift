import TerminalUI
import Testing

@Suite struct PanelTests {
    private let panel = Panel("Workers", hotKey: "2", trailing: "1 of 4")

    @Test(arguments: [
        (
            GlyphSet.unicode,
            """
            ╭─ 2 Workers ─────── 1 of 4 ─╮
            │                            │
            ╰────────────────────────────╯
            """
        ),
        (
            .console,
            """
            ┌─ 2 Workers ─────── 1 of 4 ─┐
            │                            │
            └────────────────────────────┘
            """
        ),
        (
            .ascii,
            """
            +- 2 Workers ------- 1 of 4 -+
            |                            |
            +----------------------------+
            """
        ),
    ])
    func border_carriesTitleAndState(glyphs: GlyphSet, expected: String) {
        #expect(picture(30, 3, glyphs) { panel.render(in: $0, into: &$1) } == expected)
    }

    @Test func narrowPanel_keepsTheTitle() {
        #expect(picture(14, 2) { panel.render(in: $0, into: &$1) } == "╭─ 2 Worke… ─╮\n╰────────────╯")
        #expect(picture(6, 2) { panel.render(in: $0, into: &$1) } == "╭────╮\n╰────╯")
    }

    @Test func tinyPanel_isAllContent() {
        let rect = Rect(x: 0, y: 0, width: 3, height: 1)
        var grid = CellGrid(width: 3, height: 1)
        #expect(panel.render(in: rect, into: &grid) == rect)
        #expect(grid.text == "")
        #expect(
            Panel.content(of: Rect(x: 0, y: 0, width: 9, height: 4)) == Rect(x: 1, y: 1, width: 7, height: 2))
    }
}
