import CursesTerminal
import TerminalUI
import Testing

@Suite struct SurroundingsTests {
    private func surroundings(_ variables: [String: String]) -> Surroundings {
        Surroundings { variables[$0] }
    }

    @Test(arguments: [
        ([:], false), (["LANG": "de_DE.UTF-8"], true), (["LANG": "C.utf8"], true),
        (["LANG": "de_DE.ISO-8859-1"], false),
        (["LC_ALL": "C", "LANG": "de_DE.UTF-8"], false), (["LC_CTYPE": "en_US.UTF-8", "LANG": "C"], true),
        (["LC_ALL": "", "LANG": "C.UTF-8"], true), (["LANG": "de_DE.UTF-8@euro"], true),
        (["LANG": "UTF-8"], false),
    ])
    func encoding_isThatOfTheFirstVariableSet(variables: [String: String], isUTF8: Bool) {
        #expect(surroundings(variables).isUTF8 == isUTF8)
    }

    @Test func characters_followEncodingAndType() {
        #expect(surroundings(["LANG": "C.UTF-8", "TERM": "xterm"]).glyphs == .unicode)
        #expect(surroundings(["LANG": "C.UTF-8", "TERM": "linux"]).glyphs == .console)
        #expect(surroundings(["TERM": "linux"]).glyphs == .ascii)
    }

    @Test func noColor_countsUnlessItIsEmpty() {
        #expect(surroundings(["NO_COLOR": "0"]).isColorless)
        #expect(!surroundings(["NO_COLOR": ""]).isColorless)
    }

    @Test func ownType_isTriedFirst() {
        #expect(surroundings(["TERM": "vt100"]).candidates == ["vt100", "xterm-256color", "xterm", "ansi"])
        #expect(surroundings([:]).candidates == [])
        #expect(surroundings([:]).isDumb)
        #expect(surroundings(["TERM": "dumb"]).isDumb)
        #expect(!surroundings(["TERM": "vt100"]).isDumb)
    }
}
