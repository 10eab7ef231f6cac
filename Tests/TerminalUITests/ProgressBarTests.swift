import TerminalUI
import Testing

@Suite struct ProgressBarTests {
    @Test(arguments: [
        (0.0, "────────────   0%", "------------   0%"), (0.55, "━━━━━━╸─────  55%", "======>-----  55%"),
        (0.999, "━━━━━━━━━━━╸  99%", "===========>  99%"), (1, "━━━━━━━━━━━━ 100%", "============ 100%"),
        (.nan, "────────────   0%", "------------   0%"),
    ])
    func bar_showsAHundredOnlyWhenDone(fraction: Double, unicode: String, ascii: String) {
        #expect(picture(17) { ProgressBar(fraction: fraction).render(in: $0, into: &$1) } == unicode)
        #expect(picture(17, 1, .ascii) { ProgressBar(fraction: fraction).render(in: $0, into: &$1) } == ascii)
    }

    @Test func narrowBar_isThePercentageAlone() {
        #expect(picture(5) { ProgressBar(fraction: 0.61).render(in: $0, into: &$1) } == "  61%")
    }
}
