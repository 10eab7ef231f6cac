import TerminalUI
import Testing

@Suite struct FittingTests {
    @Test(arguments: [
        (10, "harbour"), (7, "harbour"), (6, "harbo…"), (2, "h…"), (1, "h"), (0, ""), (-3, ""),
    ])
    func truncated_marksWhatWasCut(room: Int, shown: String) {
        #expect(SafeText("harbour").truncated(to: room).string == shown)
    }

    @Test func truncated_neverHalvesAWideCharacter() {
        #expect(SafeText("漢字漢字").truncated(to: 6).string == "漢字…")
        #expect(SafeText("漢字漢字").truncated(to: 5).string == "漢字…")
        #expect(SafeText("漢字").truncated(to: 1).string == "")
    }

    @Test(arguments: [
        (20, "img/2041/night.png"), (12, "img/20…t.png"), (7, "img…png"), (5, "im…ng"), (4, "img…"), (1, "i"),
    ])
    func truncatedInMiddle_keepsBothEnds(room: Int, shown: String) {
        let text = SafeText("img/2041/night.png").truncatedInMiddle(to: room)
        #expect(text.string == shown)
        #expect(text.width <= room)
    }

    @Test func padded_hasExactlyTheWidth() {
        #expect(SafeText("ab").padded(to: 5).string == "ab   ")
        #expect(SafeText("ab").padded(to: 5, alignment: .right).string == "   ab")
        #expect(SafeText("ab").padded(to: 5, alignment: .center).string == " ab  ")
        #expect(SafeText("漢字漢").padded(to: 4).string == "漢… ")
    }

    @Test func dropFirst_fillsTheOtherHalfOfAWideCharacter() {
        #expect(SafeText("a漢b").dropFirst(1).string == "漢b")
        #expect(SafeText("a漢b").dropFirst(2).string == " b")
        #expect(SafeText("a漢b").dropFirst(9).string == "")
    }

    @Test func suffix_fits() {
        #expect(SafeText("ab漢字").suffix(5).string == "b漢字")
        #expect(SafeText("ab漢字").suffix(3).string == "字")
    }

    @Test func styledText_isCutAcrossItsPieces() {
        let text = StyledText("abc", .working) + StyledText("def", .failed) + StyledText("ghi", .dim)
        let cut = text.truncated(to: 6)
        #expect(cut.text.string == "abcde…")
        #expect(cut.spans.map(\.style) == [.working, .failed])
        #expect(text.truncated(to: 9) == text)
        #expect(text.truncated(to: 4).text.string == "abc…")
        #expect(text.truncated(to: 0).isEmpty)
    }
}
