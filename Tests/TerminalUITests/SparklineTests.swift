import TerminalUI
import Testing

@Suite struct SparklineTests {
    @Test func values_standAtTheRightAndGapsStayEmpty() {
        let line = Sparkline([nil, 0, 1, 2, 3, nil, 4, 5, 6, 7])
        #expect(picture(12) { line.render(in: $0, into: &$1) } == "   ▁▂▃▄ ▅▆▇█")
        #expect(picture(12, 1, .ascii) { line.render(in: $0, into: &$1) } == "   ..:: ||##")
    }

    @Test func onlyTheNewestAreShown() {
        #expect(picture(3) { Sparkline([9, 9, 0, 1, 2], maximum: 2).render(in: $0, into: &$1) } == "▁▅█")
        #expect(picture(3) { Sparkline([0, 0, .nan]).render(in: $0, into: &$1) } == "▁▁")
    }
}
