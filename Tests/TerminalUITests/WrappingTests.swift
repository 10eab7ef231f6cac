import TerminalUI
import Testing

@Suite struct WrappingTests {
    private func wrap(_ text: SafeText, _ room: Int, limit: Int = .max) -> [String] {
        StyledText(text).wrapped(to: room, limit: limit).map(\.text.string)
    }

    @Test func lines_breakAtBlanks() {
        #expect(wrap("cancel three running jobs", 12) == ["cancel three", "running jobs"])
        #expect(wrap("cancel three running jobs", 10) == ["cancel", "three", "running", "jobs"])
        #expect(wrap("short", 10) == ["short"])
        #expect(wrap("", 10) == [""])
    }

    @Test func longWords_areCut() {
        #expect(wrap("abcdefgh ij", 3) == ["abc", "def", "gh", "ij"])
        #expect(wrap("漢字漢字", 3) == ["漢", "字", "漢", "字"])
        #expect(wrap("a漢b", 1) == ["a", "", "b"])
        #expect(wrap("abc", 0) == [])
    }

    @Test func lastLine_saysThatThereIsMore() {
        #expect(wrap("one two three four", 5, limit: 2) == ["one", "two …"])
    }

    @Test func styles_areKept() {
        let text = StyledText("plain ", .text) + StyledText("red words", .failed)
        let lines = text.wrapped(to: 9)
        #expect(lines.map(\.text.string) == ["plain red", "words"])
        #expect(lines[1].spans.map(\.style) == [.failed])
    }
}
