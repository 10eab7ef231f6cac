import TerminalUI
import Testing

@Suite struct SharedEndsTests {
    private let commands = ["f38", "f4", "f140"].map {
        SafeText("gzip -c /tmp/pics/\($0).bin | sha256sum; sleep 0.2")
    }

    private func shown(_ texts: [SafeText], _ room: Int) -> [String] {
        let ends = SharedEnds(of: texts)
        return texts.map { ends.truncate($0, to: room).string }
    }

    @Test func whatATextHasAlone_staysReadable() {
        #expect(
            shown(commands, 24) == [
                "gzip -c…f38.bin | sha25…", "gzip -c …f4.bin | sha25…", "gzip -c…f140.bin | sha2…",
            ])
        #expect(shown(commands, 12) == ["…f38.bin | …", "…f4.bin | s…", "…f140.bin…"])
    }

    @Test func whereThereIsRoom_nothingIsCut() {
        #expect(shown(commands, 60) == commands.map(\.string))
        #expect(shown(commands, 49)[0] == "gzip -c /tmp/pics/f38.bin | sha256sum; sleep 0.2")
    }

    @Test func aBeginningAlone_isCutBeforeWhatFollows() {
        let paths: [SafeText] = ["/srv/www/images/a.png", "/srv/www/images/b.png"]
        #expect(shown(paths, 12) == ["/srv/w…a.png", "/srv/w…b.png"])
        #expect(shown(paths, 7) == ["…a.png", "…b.png"])
    }

    @Test func anEndAlone_isCutBehindWhatIsBefore() {
        #expect(shown(["one | sort | uniq -c", "two | sort | uniq -c"], 9) == ["one | so…", "two | so…"])
    }

    @Test func wordsAreNotTornApart() {
        // "re" is common to both, and so is "s".
        #expect(SharedEnds(of: ["resize pools", "rebuild tools"]) == SharedEnds(of: []))
    }

    @Test(arguments: [["img/2041/night.png"], ["img/2041/night.png", "x"]])
    func withoutAnythingInCommon_theMiddleIsCut(texts: [String]) {
        #expect(shown(texts.map { SafeText($0) }, 12)[0] == "img/20…t.png")
    }

    @Test func whatIsTooLongByItself_isCutInItsMiddle() {
        #expect(shown(["run abcdefghijkl", "run mnopqrstuvwx"], 7) == ["run…jkl", "run…vwx"])
    }

    /// Whatever the texts and the room: it fits, and no wide character is halved.
    @Test(arguments: 0..<40) func itFits(room: Int) {
        let texts = ["漢字 /漢字/", "a /漢字/", "字字字 /漢字/"].map { SafeText("処理 /漢/" + $0 + "漢 処理 漢字漢字") }
        for text in texts { #expect(SharedEnds(of: texts).truncate(text, to: room).width <= room) }
    }
}
