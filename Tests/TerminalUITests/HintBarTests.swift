import TerminalUI
import Testing

@Suite struct HintBarTests {
    private let bar = HintBar([
        .init("?", "help"), .init("+ -", "workers", priority: 3), .init("p", "pause", priority: 2),
        .init("x", "cancel", priority: 1), .init("q", "quit", priority: 4),
    ])

    @Test(arguments: [
        (70, " ? help  + - workers  p pause  x cancel  q quit"), (40, "? help  + - workers  p pause  q quit"),
        (20, "? help  q quit"), (8, "? help"), (3, "?"),
    ])
    func hints_areLeftOutByPriorityAndHelpNever(width: Int, expected: String) {
        #expect(picture(width) { bar.render(in: $0, into: &$1) } == expected)
    }

    @Test func mouse_findsTheHint() {
        let rect = Rect(x: 0, y: 5, width: 40, height: 1)
        #expect(bar.hint(at: Point(x: 1, y: 5), in: rect) == 0)
        #expect(bar.hint(at: Point(x: 31, y: 5), in: rect) == 4)
        #expect(bar.hint(at: Point(x: 7, y: 5), in: rect) == nil)
        #expect(bar.hint(at: Point(x: 1, y: 4), in: rect) == nil)
    }
}
