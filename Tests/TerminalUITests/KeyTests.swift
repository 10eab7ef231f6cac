import TerminalUI
import Testing

@Suite struct KeyTests {
    @Test func labels_areTheNamesOnTheKeyboard() {
        let labels: [(Key, String)] = [
            (.char("x"), "x"), (.char(" "), "Space"), (.control("l"), "Ctrl-L"), (.alt("x"), "Alt-x"),
            (.function(5), "F5"), (.backTab, "Shift-Tab"), (.escape, "Esc"), (.pageDown, "PgDn"), (.up, "↑"),
        ]
        for (key, label) in labels { #expect(key.label == label) }
    }
}
