import TerminalUI
import Testing

@Suite struct TextFieldTests {
    private func edited(_ start: String, _ keys: Key...) -> (text: String, cursor: Int) {
        var field = TextField(start)
        for key in keys { _ = field.handle(.key(key)) }
        return (field.text, field.cursor)
    }

    @Test func editing() {
        #expect(edited("abc", .left, .char("x")) == ("abxc", 3))
        #expect(edited("abc", .backspace, .backspace) == ("a", 1))
        #expect(edited("abc", .home, .delete) == ("bc", 0))
        #expect(edited("abc", .home, .backspace) == ("abc", 0))
        #expect(edited("abc def", .control("w")) == ("abc ", 4))
        #expect(edited("abc  ", .control("w")) == ("", 0))
        #expect(edited("abc", .left, .control("k")) == ("ab", 2))
        #expect(edited("abc", .left, .control("u")) == ("c", 0))
        #expect(edited("abc", .home, .end, .right, .char("d")) == ("abcd", 4))
        #expect(edited("e", .char("\u{301}"), .backspace) == ("", 0))
    }

    @Test func paste_becomesOneLineWithoutControls() {
        var field = TextField("a")
        let isTaken = field.handle(.paste("b\r\nc\td\u{1B}[2J\u{7}"))
        #expect(isTaken)
        #expect(field.text == "ab  c d[2J")
    }

    @Test func otherKeys_areTheCallers() {
        var field = TextField()
        for key in [Key.enter, .escape, .tab, .up, .down, .function(1), .control("c")] {
            let isTaken = field.handle(.key(key))
            #expect(!isTaken, "\(key)")
        }
    }

    @Test func length_isBounded() {
        var field = TextField(String(repeating: "x", count: 5000))
        _ = field.handle(.paste(String(repeating: "y", count: 5000)))
        #expect(field.text.count == TextField.limit)
    }

    @Test func longText_isScrolledToTheCursor() {
        var cursor = Point(x: 0, y: 0)
        let text = picture(20) {
            cursor = TextField("a longer text than fits").render(in: $0, prompt: "/", into: &$1)
        }
        #expect(text == "/ger text than fits")
        #expect(cursor == Point(x: 19, y: 0))
    }
}
