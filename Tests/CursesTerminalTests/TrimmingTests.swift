import Testing

@testable import CursesTerminal

@Suite struct TrimmingTests {
    @Test(arguments: [
        ("abc", "abc"), ("", ""), ("\u{1B}(B", ""), ("a\u{1B}(B\u{1B}[mb", "a\u{1B}[mb"),
        ("\u{1B}[39m\u{1B}(B\u{1B}[mx", "\u{1B}[mx"), ("\u{1B}[39;49m\u{1B}[m", "\u{1B}[m"),
        ("\u{1B}[39mx\u{1B}[m", "\u{1B}[39mx\u{1B}[m"),
        ("\u{1B}[38;5;39m\u{1B}[m", "\u{1B}[38;5;39m\u{1B}[m"),
        ("(B[m", "(B[m"), ("漢\u{1B}(B字", "漢字"),
    ])
    func onlyWhatIsNotNeeded_isLeftOut(sent: String, expected: String) {
        let trimmed = Array(sent.utf8).withUnsafeBufferPointer(Trimming.trimmed)
        #expect(String(decoding: trimmed, as: UTF8.self) == expected)
    }
}
