import Testing

@testable import TerminalUI

@Suite struct CellGridTests {
    private func line(_ width: Int, _ glyphs: GlyphSet = .unicode, _ draw: (inout CellGrid) -> Void) -> String
    {
        picture(width, 1, glyphs) { _, grid in draw(&grid) }
    }

    @Test func wideCharacter_atTheRightEdge_isNotHalved() {
        #expect(line(4) { $0.write("abc漢", at: Point(x: 0, y: 0)) } == "abc")
        #expect(line(5) { $0.write("abc漢", at: Point(x: 0, y: 0)) } == "abc漢")
        #expect(line(9) { $0.write("a漢字", at: Point(x: 0, y: 0), maxWidth: 4) } == "a漢")
    }

    @Test func wideCharacter_atTheLeftEdge_isNotHalved() {
        #expect(line(4) { $0.write("漢b", at: Point(x: -1, y: 0)) } == " b")
        #expect(line(4) { $0.write("abc", at: Point(x: -2, y: 0)) } == "c")
    }

    @Test func writingOverHalfAWideCharacter_blanksTheOtherHalf() {
        #expect(
            line(6) {
                $0.write("漢字", at: Point(x: 0, y: 0))
                $0.write("x", at: Point(x: 1, y: 0))
            } == " x字")
        #expect(
            line(6) {
                $0.write("漢字", at: Point(x: 0, y: 0))
                $0.write("x", at: Point(x: 2, y: 0))
            } == "漢x")
        #expect(
            line(6) {
                $0.write("漢字", at: Point(x: 0, y: 0))
                $0.write("語", at: Point(x: 1, y: 0))
            } == " 語")
        #expect(
            line(6) {
                $0.write("漢字", at: Point(x: 0, y: 0))
                $0.fill(Rect(x: 1, y: 0, width: 2, height: 1), with: Glyph(base: ".", width: 1))
            } == " ..")
    }

    @Test func write_tellsHowFarItWent() {
        var grid = CellGrid(width: 6, height: 1)
        #expect(grid.write("abc", at: Point(x: 0, y: 0)) == 3)
        #expect(grid.write("abc", at: Point(x: 4, y: 0)) == 2)
        #expect(grid.write("漢字", at: Point(x: 0, y: 0), maxWidth: 3) == 3)
        #expect(grid.write("abc", at: Point(x: 9, y: 0)) == 0)
        #expect(grid.write("abc", at: Point(x: 0, y: 7)) == 3)
    }

    @Test func asciiGrid_holdsSevenBitsOnly() {
        #expect(line(20, .ascii) { $0.write("a漢 é … → ▸ ▁█ ⣿", at: Point(x: 0, y: 0)) } == "a?? ? ~ > > .# ?")
    }

    @Test func asciiGrid_holdsSevenBitsWhateverIsWritten() {
        var grid = CellGrid(width: 4, height: 1, glyphs: .ascii)
        for value in stride(from: UInt32(1), to: 0x2FFFF, by: 3) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let text = SafeText(String(Character(scalar)))
            grid.fill(grid.bounds)
            grid.write(text, at: Point(x: 0, y: 0))
            let isSevenBit = grid[row: 0].allSatisfy { $0.glyph.base.isASCII && $0.glyph.width == 1 }
            #expect(isSevenBit, "\(String(value, radix: 16))")
        }
    }

    @Test func randomWrites_leaveNoHalfCharacters() {
        let seed = UInt64(99)
        var random = Generator(seed: seed)
        let texts: [SafeText] = ["漢", "a", "字漢", "e\u{301}", "🙂x", "ab漢c"]
        for round in 0..<300 {
            var grid = CellGrid(width: 9, height: 3, glyphs: round % 3 == 0 ? .ascii : .unicode)
            for _ in 0..<30 {
                let place = Point(
                    x: Int.random(in: -3...10, using: &random), y: Int.random(in: -1...3, using: &random))
                if Bool.random(using: &random) {
                    let text = texts[Int.random(in: 0..<texts.count, using: &random)]
                    grid.write(text, at: place, maxWidth: Int.random(in: 0...6, using: &random))
                } else {
                    grid.fill(Rect(x: place.x, y: place.y, width: 3, height: 2))
                }
            }
            for row in 0..<3 {
                let widths = grid[row: row].map(\.glyph.width)
                for x in 0..<9 {
                    let isRightHalf = widths[x] == 0
                    let followsWide = x > 0 && widths[x - 1] == 2
                    #expect(isRightHalf == followsWide, "seed \(seed), round \(round), row \(row): \(widths)")
                }
                #expect(widths[8] != 2)
            }
        }
    }

    @Test func changes_coverWhatDiffersAndNoHalves() {
        var old = CellGrid(width: 8, height: 2)
        old.write("ab漢cd", at: Point(x: 0, y: 0))
        var new = old
        #expect(new.changes(from: old, row: 0) == nil)
        #expect(new.changes(from: nil, row: 0) == 0..<8)
        new.write("x", at: Point(x: 4, y: 0))
        #expect(new.changes(from: old, row: 0) == 4..<5)
        #expect(new.changes(from: old, row: 1) == nil)
        new = old
        new.write("y", at: Point(x: 3, y: 0))
        #expect(new.changes(from: old, row: 0) == 2..<4)
        new = old
        new.write("字", at: Point(x: 2, y: 0))
        #expect(new.changes(from: old, row: 0) == 2..<4)
        #expect(new.changes(from: CellGrid(width: 7, height: 2), row: 0) == 0..<8)
    }

    @Test func writingIntoARectangle_alignsAndShortens() {
        let text = picture(12, 2) { rect, grid in
            grid.write(SafeText("right"), in: rect, row: 0, alignment: .right)
            grid.write(SafeText("a much longer one"), in: rect, row: 1)
            grid.write(SafeText("nowhere"), in: rect, row: 2)
        }
        #expect(text == "       right\na much long…")
    }

    @Test func emptyGrid_takesWritesAndShowsNothing() {
        var grid = CellGrid(width: 0, height: 0)
        grid.write("x", at: Point(x: 0, y: 0))
        grid.fill(Rect(x: 0, y: 0, width: 3, height: 3))
        #expect(grid.text == "")
        #expect(CellGrid(width: -1, height: -5).size == Size(width: 0, height: 0))
    }
}
