import TerminalUI
import Testing

@Suite struct RectTests {
    @Test func take_cutsFromEverySideAndNeverTooMuch() {
        var rect = Rect(x: 1, y: 2, width: 10, height: 8)
        #expect(rect.take(top: 2) == Rect(x: 1, y: 2, width: 10, height: 2))
        #expect(rect.take(bottom: 1) == Rect(x: 1, y: 9, width: 10, height: 1))
        #expect(rect.take(left: 3) == Rect(x: 1, y: 4, width: 3, height: 5))
        #expect(rect.take(right: 4) == Rect(x: 7, y: 4, width: 4, height: 5))
        #expect(rect == Rect(x: 4, y: 4, width: 3, height: 5))
        #expect(rect.take(top: 99).height == 5)
        #expect(rect.isEmpty)
        #expect(rect.take(left: -1).isEmpty)
    }

    @Test func columns_fillTheWidthExactly() {
        let rect = Rect(x: 0, y: 0, width: 11, height: 1)
        #expect(rect.columns([.share(1), .fixed(2), .share(2)]).map(\.width) == [3, 2, 6])
        #expect(rect.columns([.share(1), .share(1), .share(1)]).map(\.width) == [3, 4, 4])
        #expect(rect.columns([.fixed(8), .fixed(8), .share(1)]).map(\.width) == [8, 3, 0])
        #expect(rect.columns([.share(1), .share(1)]).map(\.x) == [0, 5])
    }

    @Test func rows_areStacked() {
        let rows = Rect(x: 3, y: 1, width: 5, height: 9).rows([.fixed(1), .share(1), .fixed(2)])
        #expect(rows.map(\.y) == [1, 2, 8])
        #expect(rows.map(\.height) == [1, 6, 2])
    }

    @Test func intersection_ofStrangers_isEmpty() {
        let rect = Rect(x: 0, y: 0, width: 4, height: 4)
        #expect(
            rect.intersection(Rect(x: 2, y: 3, width: 9, height: 9)) == Rect(x: 2, y: 3, width: 2, height: 1))
        #expect(rect.intersection(Rect(x: 5, y: 0, width: 2, height: 2)).isEmpty)
        #expect(rect.inset(horizontally: 3).isEmpty)
    }

    @Test func centered_neverExceeds() {
        let rect = Rect(x: 0, y: 0, width: 10, height: 5)
        #expect(rect.centered(Size(width: 4, height: 3)) == Rect(x: 3, y: 1, width: 4, height: 3))
        #expect(rect.centered(Size(width: 40, height: 30)) == rect)
    }
}
