import TerminalUI
import Testing

@Suite struct ToastsTests {
    @Test func messages_expireAndErrorsStay() {
        var toasts = Toasts()
        toasts.show("done", now: .seconds(1))
        toasts.show("failed", .error, now: .seconds(2))
        #expect(toasts.nextExpiry == .seconds(7))
        toasts.expire(now: .seconds(6))
        #expect(toasts.shown.count == 2)
        toasts.expire(now: .seconds(7))
        #expect(toasts.shown.map(\.text.string) == ["failed"])
        #expect(toasts.nextExpiry == nil)
        toasts.dismiss()
        #expect(toasts.shown.isEmpty)
    }

    @Test func sameMessage_isShownOnce() {
        var toasts = Toasts()
        toasts.show("again", now: .seconds(1))
        toasts.show("again", now: .seconds(3))
        #expect(toasts.shown.map(\.shownAt) == [.seconds(3)])
    }

    @Test func tooMany_loseTheOldestThatIsNoError() {
        var toasts = Toasts()
        toasts.show("bad", .error, now: .zero)
        for number in 1...9 { toasts.show("\(number)", now: .zero) }
        #expect(toasts.shown.map(\.text.string) == ["bad", "7", "8", "9"])
        for number in 1...9 { toasts.show("bad \(number)", .error, now: .zero) }
        #expect(toasts.shown.map(\.text.string) == ["bad 6", "bad 7", "bad 8", "bad 9"])
    }

    @Test func newest_isLowest() {
        var toasts = Toasts()
        toasts.show("done", now: .zero)
        toasts.show("careful", .warning, now: .zero)
        #expect(picture(14, 3) { toasts.render(in: $0, into: &$1) } == "\n       ✓ done\n    ! careful")
    }
}
