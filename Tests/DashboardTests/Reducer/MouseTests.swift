import Monitoring
import TerminalUI
import Testing

@testable import Dashboard

@Suite struct MouseTests {
    private func stage() -> Stage { Scenes.watched(Scenes.failing(), size: Size(width: 120, height: 40)) }

    /// Where a text is on the screen.
    private func place(of text: String, in stage: Stage) throws -> Point {
        for (row, line) in stage.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let range = line.firstRange(of: text) {
                return Point(x: SafeText(String(line[..<range.lowerBound])).width, y: row)
            }
        }
        throw NotThere(text: text)
    }

    private struct NotThere: Error { var text: String }

    private func click(_ text: String, _ stage: inout Stage, _ kind: MouseEvent.Kind = .press) throws {
        stage.take(.input(.mouse(MouseEvent(kind, at: try place(of: text, in: stage)))))
    }

    @Test func aClick_selects_andTwoOpen() throws {
        var stage = stage()
        try click("worker-3   running", &stage)
        #expect(stage.state.focus == .workers && stage.state.overview.cursor == WorkerID(rawValue: 3))
        try click("worker-3   running", &stage, .doubleClick)
        #expect(stage.state.details.map(\.title) == ["worker-3"])
    }

    @Test func aClickOnAnError_selectsIt() throws {
        var stage = stage()
        try click("#10273", &stage)
        #expect(stage.state.focus == .errors && stage.state.latest.cursor == 39)
    }

    @Test func aClickOnAView_showsIt() throws {
        var stage = stage()
        try click("2 Workers", &stage)
        #expect(stage.state.tab == .workers)
        try click("Log", &stage)
        #expect(stage.state.tab == .log)
    }

    @Test func aClickOnAHint_doesWhatItSays() throws {
        var stage = stage()
        try click("p pause intake", &stage)
        #expect(stage.commands == [.pauseIntake])
        try click("? help", &stage)
        #expect(stage.state.overlay == .help(top: 0))
        try click("Help", &stage)
        #expect(stage.state.overlay == nil)
    }

    @Test func aClickOnAButton_pressesIt() throws {
        var stage = stage()
        stage.press(.char("d"))
        var no = stage
        try click("n Go on", &no)
        #expect(no.commands.isEmpty && no.state.overlay == nil)
        try click("y Drain", &stage)
        #expect(stage.commands == [.drain])
    }

    @Test func aClickBesideADialog_doesNothing() throws {
        var stage = stage()
        stage.press(.char("d"))
        stage.take(.input(.mouse(MouseEvent(.press, at: Point(x: 0, y: 39)))))
        #expect(stage.commands.isEmpty && stage.question != nil)
    }

    @Test func aClickInThePalette_runsTheCommand() throws {
        var stage = stage()
        stage.press(.char(":"))
        stage.type("pause")
        try click("pause dispatch", &stage)
        #expect(stage.commands == [.pauseDispatch])
    }

    @Test func theWheel_scrolls() {
        var stage = Stage()
        stage.show(Scenes.thousand())
        stage.press(.char("2"))
        stage.take(.input(.mouse(MouseEvent(.wheelDown, at: Point(x: 5, y: 10)))))
        #expect(stage.state.workers.index == 3)
        stage.take(.input(.mouse(MouseEvent(.wheelUp, at: Point(x: 5, y: 10)))))
        #expect(stage.state.workers.index == 0)
    }

    @Test func aMouseThatIsOff_doesNothing() {
        var stage = stage()
        stage.press(.char("m"))
        let text = stage.text
        stage.take(.input(.mouse(MouseEvent(.press, at: Point(x: 30, y: 1)))))
        #expect(stage.text == text)
    }
}
