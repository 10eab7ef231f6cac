import TerminalUI
import Testing

@Suite struct SafeTextTests {
    @Test(arguments: [
        ("\u{1B}]0;x\u{7}\u{1B}[2J", "␛]0;x␇␛[2J"),
        ("a\tb\nc\rd", "a b␊c␍d"),
        ("\u{7F}\u{85}\u{9B}31m", "␡��31m"),
        ("user\u{202E}gpj.exe", "user�gpj.exe"),
        ("a\u{200B}b\u{FEFF}c\u{2066}d", "a�b�c�d"),
        ("\u{2028}\u{E000}\u{AD}", "���"),
        ("a\u{A0}b\u{2003}c", "a b c"),
        ("\u{E0041}\u{3164}", "��"),
    ])
    func whatActsOrHides_becomesVisible(text: String, shown: String) {
        #expect(SafeText(text).string == shown)
        #expect(SafeText(text).width == shown.unicodeScalars.count)
    }

    @Test func namesOfRandomBytes_holdNothingThatActs() {
        let seed = UInt64(20_261)
        var random = Generator(seed: seed)
        for round in 0..<10_000 {
            let bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let text = SafeText(utf8: bytes, limit: 40)
            #expect(text.width == text.glyphs.reduce(0) { $0 + $1.width }, "seed \(seed), round \(round)")
            #expect(text.width <= 40)
            for scalar in text.string.unicodeScalars {
                let category = scalar.properties.generalCategory
                #expect(
                    ![.control, .format, .surrogate, .privateUse, .unassigned].contains(category),
                    "seed \(seed), round \(round): \(bytes)")
            }
        }
    }

    @Test func invalidBytes_areReplaced() {
        #expect(SafeText(utf8: [0x61, 0xFF, 0xC3, 0x62, 0xE2, 0x82]).string == "a��b�")
        #expect(SafeText(utf8: Array("né漢".utf8)).string == "né漢")
    }

    @Test func longText_isReadUpToItsLimitOnly() {
        let counter = Counter()
        let text = SafeText(utf8: CountedBytes(byte: 0x61, count: 10_000_000, counter: counter))
        #expect(text.width == 1024)
        #expect(counter.reads < 1100)
        #expect(SafeText(String(repeating: "x", count: 10_000_000)).width == 1024)
    }

    @Test func textOfMarksAlone_ends() {
        let counter = Counter()
        // Bytes that go on without a beginning are one placeholder each.
        _ = SafeText(utf8: CountedBytes(byte: 0x80, count: 10_000_000, counter: counter))
        #expect(counter.reads < 1100)
        let marks = SafeText(String(repeating: "\u{301}", count: 1_000_000))
        #expect(marks.string == "\u{25CC}\u{301}\u{301}\u{301}\u{301}")
    }

    @Test func wideCharacterAtTheLimit_isLeftOut() {
        #expect(SafeText("abc漢d", limit: 4).string == "abc")
        #expect(SafeText("abc漢d", limit: 5).string == "abc漢")
    }

    @Test func cell_holdsABaseAndFourMarks() {
        let text = SafeText("a\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}b")
        #expect(text.string == "a\u{301}\u{302}\u{303}\u{304}b")
        #expect(text.width == 2)
        #expect(text.glyphs.count == 2)
    }

    @Test(arguments: [
        ("👩‍🚀!", "👩🚀!", 5), ("👍🏽", "👍", 2), ("❤\u{FE0F}", "❤", 1), ("🇩🇪", "DE", 2),
        ("🏃‍♂\u{FE0F}x", "🏃♂x", 4), ("a\u{200D}b", "a�b", 3), ("👩\u{200D}b", "👩�b", 4), ("한글", "한글", 4),
    ])
    func joinedPictures_areShownOneByOne(text: String, shown: String, width: Int) {
        let safe = SafeText(text)
        #expect(safe.string == shown)
        #expect(safe.width == width)
        #expect(safe.glyphs.allSatisfy { $0.width > 0 })
    }

    @Test func jamo_joinTheirSyllableOnly() {
        #expect(SafeText("\u{1112}\u{1161}\u{11AB}").width == 2)
        #expect(SafeText("a\u{11AB}").string == "a�")
    }

    @Test func ownText_isSafeToo() {
        let name = "x\u{1B}[2J"
        let text: SafeText = "\u{7}job \(name) \(42) \(SafeText("ok"))"
        #expect(text.string == "␇job x␛[2J 42 ok")
    }

    @Test func sum_isAsWideAsItsParts() {
        var text: SafeText = "漢"
        text += "ab"
        #expect((text + "字").width == 6)
        #expect((text + "字").string == "漢ab字")
    }
}

private final class Counter {
    var reads = 0
}

/// The same byte again and again, counting how often one is read.
private struct CountedBytes: Collection {
    let byte: UInt8
    let count: Int
    let counter: Counter
    var startIndex: Int { 0 }
    var endIndex: Int { count }

    func index(after index: Int) -> Int { index + 1 }

    subscript(position: Int) -> UInt8 {
        counter.reads += 1
        return byte
    }
}
