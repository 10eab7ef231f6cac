import TerminalUI
import Testing

@Suite struct ScriptedTerminalTests {
    @Test func script_isReadStepByStepAndEnds() {
        let terminal = ScriptedTerminal(script: [[.key(.up)], [], [.resize(Size(width: 9, height: 3))]])
        #expect(terminal.read(timeout: nil) == [.key(.up)])
        #expect(terminal.read(timeout: .zero) == [])
        #expect(terminal.size == Size(width: 80, height: 24))
        _ = terminal.read(timeout: nil)
        #expect(terminal.size == Size(width: 9, height: 3))
        #expect(terminal.read(timeout: nil) == [.hangup])
        terminal.play([.key(.down)])
        #expect(terminal.read(timeout: nil) == [.key(.down)])
    }

    @Test func frames_areKeptUntilItIsClosed() {
        let terminal = ScriptedTerminal()
        let frame = Frame(grid: CellGrid(width: 2, height: 1))
        terminal.draw(frame, theme: .light)
        terminal.close()
        terminal.draw(frame, theme: .light)
        #expect(terminal.frames == [frame])
        #expect(terminal.theme == .light)
        #expect(terminal.isClosed)
        #expect(terminal.read(timeout: nil) == [.hangup])
    }

    @Test func suspension_isFollowedByItsEnd() {
        let terminal = ScriptedTerminal(script: [[.key(.enter)]])
        terminal.suspend()
        #expect(terminal.suspensions == 1)
        #expect(terminal.read(timeout: nil) == [.resumed])
        terminal.waker.wake()
        #expect(terminal.wakeCount == 1)
        terminal.redraw()
        #expect(terminal.redraws == 1)
    }
}
