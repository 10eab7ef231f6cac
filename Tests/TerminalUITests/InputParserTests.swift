import TerminalUI
import Testing

@Suite struct InputParserTests {
    private func parse(_ text: String) -> [Input] {
        var parser = InputParser()
        return parser.take(text.utf8, now: .zero)
    }

    @Test(arguments: [
        ("a", Key.char("a")), (" ", .char(" ")), ("é", .char("é")), ("🙂", .char("🙂")), ("\r", .enter),
        ("\n", .enter),
        ("\t", .tab), ("\u{7F}", .backspace), ("\u{8}", .backspace), ("\0", .control("@")),
        ("\u{3}", .control("c")),
        ("\u{C}", .control("l")), ("\u{1F}", .control("_")), ("\u{1B}[A", .up), ("\u{1B}OA", .up),
        ("\u{1B}[1;5B", .down), ("\u{1B}[C", .right), ("\u{1B}OD", .left), ("\u{1B}[H", .home),
        ("\u{1B}[1~", .home),
        ("\u{1B}[7~", .home), ("\u{1B}OF", .end), ("\u{1B}[4~", .end), ("\u{1B}[2~", .insert),
        ("\u{1B}[3~", .delete),
        ("\u{1B}[5~", .pageUp), ("\u{1B}[6;2~", .pageDown), ("\u{1B}[Z", .backTab),
        ("\u{1B}OP", .function(1)),
        ("\u{1B}[[E", .function(5)), ("\u{1B}[15~", .function(5)), ("\u{1B}[17~", .function(6)),
        ("\u{1B}[21~", .function(10)), ("\u{1B}[24~", .function(12)), ("\u{1B}x", .alt("x")),
        ("\u{1B}é", .alt("é")),
        ("\u{1B}\u{7F}", .control("w")),
    ])
    func sequence_isItsKey(bytes: String, key: Key) {
        #expect(parse(bytes) == [.key(key)])
    }

    @Test func sequenceInPieces_isOneKey() {
        var parser = InputParser()
        var inputs: [Input] = []
        for byte in "\u{1B}[15~漢".utf8 { inputs += parser.take([byte], now: .zero) }
        #expect(inputs == [.key(.function(5)), .key(.char("漢"))])
        #expect(parser.patience == nil)
    }

    @Test func loneEscape_isAKeyAfterItsDelay() {
        var parser = InputParser()
        #expect(parser.take([0x1B], now: .zero) == [])
        #expect(parser.patience == InputParser.escapeDelay)
        #expect(parser.giveUp() == [.key(.escape)])
        #expect(parser.patience == nil)
        #expect(parser.take([0x1B, 0x1B], now: .zero) == [.key(.escape)])
        #expect(parser.giveUp() == [.key(.escape)])
    }

    @Test func unfinishedSequence_isDropped() {
        var parser = InputParser()
        #expect(parser.take("\u{1B}[12".utf8, now: .zero) == [])
        #expect(parser.patience == InputParser.sequenceDelay)
        #expect(parser.giveUp() == [])
        #expect(parser.take("q".utf8, now: .zero) == [.key(.char("q"))])
    }

    @Test(arguments: [
        "\u{1B}[?62;4c", "\u{1B}[12;40y", "\u{1B}]11;rgb:0000/0000/0000\u{1B}\\",
        "\u{1B}]52;c;eA==\u{7}", "\u{1B}P>|xterm(390)\u{1B}\\", "\u{1B}[I", "\u{1B}[<35;3;3M", "\u{1B}[99~",
        "\u{1B}[9999999999~", "\u{1B}[201~",
    ])
    func whatWasNotAskedFor_isNoKey(bytes: String) {
        #expect(parse(bytes + "z") == [.key(.char("z"))])
    }

    @Test func invalidBytes_areDropped() {
        var parser = InputParser()
        #expect(
            parser.take([0xFF, 0x80, 0xC3, 0x61, 0xE2, 0x82, 0x1B, 0x5B, 0x41], now: .zero) == [
                .key(.char("a")), .key(.up),
            ])
        #expect(parser.take([0xC2, 0x85], now: .zero) == [], "a control character in two bytes")
    }

    @Test func endlessSequence_isGivenUp() {
        let inputs = parse("\u{1B}[" + String(repeating: "1;", count: 200) + "~")
        #expect(inputs.allSatisfy { if case .key(.char) = $0 { true } else { false } })
    }

    @Test func paste_isWholeWhateverIsInIt() {
        var parser = InputParser()
        let text = "rm -rf\r\u{1B}[A\u{1B}[200~\t\u{3}漢"
        var inputs: [Input] = []
        for byte in "\u{1B}[200~\(text)\u{1B}[201~x".utf8 { inputs += parser.take([byte], now: .zero) }
        #expect(inputs == [.paste(text), .key(.char("x"))])
    }

    @Test func hugePaste_isCutAndStillEnds() {
        let inputs = parse(
            "\u{1B}[200~" + String(repeating: "y", count: InputParser.pasteLimit * 2) + "\u{1B}[201~x")
        #expect(inputs.count == 2)
        #expect(inputs.last == .key(.char("x")))
        guard case .paste(let text) = inputs[0] else { return #expect(Bool(false)) }
        #expect(text.utf8.count == InputParser.pasteLimit)
    }

    @Test(arguments: [
        ("\u{1B}[<0;1;1M", MouseEvent.Kind.press, 0, 0), ("\u{1B}[<2;300;120M", .otherPress, 299, 119),
        ("\u{1B}[<64;5;6M", .wheelUp, 4, 5), ("\u{1B}[<65;5;6M", .wheelDown, 4, 5),
        ("\u{1B}[<16;5;6M", .press, 4, 5),
        ("\u{1B}[M !\"", .press, 0, 1),
    ])
    func mouse_isTold(bytes: String, kind: MouseEvent.Kind, x: Int, y: Int) {
        #expect(parse(bytes) == [.mouse(MouseEvent(kind, at: Point(x: x, y: y)))])
    }

    @Test func releasesAndMoves_areNotTold() {
        #expect(parse("\u{1B}[<0;1;1m\u{1B}[<32;1;1M\u{1B}[M#!!") == [])
    }

    @Test func twoPressesOnACell_areADoubleClickIfQuick() {
        var parser = InputParser()
        let press = "\u{1B}[<0;4;4M".utf8
        let place = Point(x: 3, y: 3)
        #expect(parser.take(press, now: .zero) == [.mouse(.init(.press, at: place))])
        #expect(
            parser.take(press, now: .milliseconds(200)) == [
                .mouse(.init(.press, at: place)), .mouse(.init(.doubleClick, at: place)),
            ])
        #expect(parser.take(press, now: .milliseconds(300)).count == 1, "a third press begins anew")
        #expect(parser.take(press, now: .milliseconds(900)).count == 1, "too late")
        #expect(parser.take("\u{1B}[<0;5;4M".utf8, now: .milliseconds(950)).count == 1, "another cell")
    }
}
