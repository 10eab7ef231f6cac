import Monitoring
import TerminalUI
import Testing

@testable import Dashboard

@Suite struct SeveralPoolsTests {
    private var stage: Stage { Scenes.pools(Stage(pools: 3)) }

    /// The commands of the last message, and whom they are meant for.
    private func commands(_ stage: Stage) -> [(source: Int, command: OperatorCommand)] {
        stage.errands.compactMap { errand in
            if case .perform(let command, _) = errand.effect { (errand.source, command) } else { nil }
        }
    }

    @Test func severalPools_beginWithAllOfThem() {
        #expect(stage.state.tab == .pools && stage.state.place == .pools)
        #expect(Stage().state.tab == .overview)
    }

    @Test func keys_meanTheSelectedPool_inEveryView() {
        for view in 0...5 {
            for pool in 0..<3 {
                var stage = stage
                stage.press(.char(Unicode.Scalar(UInt8(48 + view))))
                for _ in 0..<pool { stage.press(.char("]")) }
                stage.press(.char("+"))
                #expect(commands(stage).map(\.source) == [pool])
                #expect(commands(stage).map(\.command) == [.adjust(by: 1)])
                #expect(stage.toasts == ["\(["one", "two", "three"][pool]): One worker more"])
            }
        }
    }

    @Test func aPausedPool_isResumed_andItsNeighbourPaused() {
        var stage = stage
        stage.press(.char("p"))
        #expect(commands(stage).map(\.command) == [.pauseIntake])
        stage.press(.char("]"), .char("p"))
        #expect(commands(stage).map(\.command) == [.resumeIntake] && commands(stage)[0].source == 1)
    }

    @Test func brackets_goRound_andKeepTheView() {
        var stage = stage
        stage.press(.char("3"), .char("["))
        #expect(stage.state.selected == 2 && stage.state.tab == .jobs)
        #expect(stage.errands.contains { $0.source == 2 && $0.effect.isQuestion })
        stage.press(.char("]"))
        #expect(stage.state.selected == 0)
    }

    @Test func enterStepsIn_andEscapeOut() {
        var stage = stage
        stage.press(.down, .enter)
        #expect(stage.state.tab == .overview && stage.text.contains("two  "))
        stage.press(.escape)
        #expect(stage.state.tab == .pools && stage.state.selected == 1)
    }

    @Test func aPoolLeft_isFoundAgain_asItWasLeft() {
        var stage = stage
        stage.press(.char("2"), .down, .down, .enter)
        #expect(stage.state.workers.index == 2 && !stage.state.details.isEmpty)
        stage.press(.char("]"))
        #expect(stage.state.details.isEmpty && stage.state.workers.index == 0)
        stage.press(.char("["))
        #expect(stage.state.workers.index == 2)
    }

    @Test func newsOfAnotherPool_changeNothingElse() {
        var stage = stage
        stage.press(.char("1"))
        let before = stage.text
        var other = Scenes.failing(at: Stage.start + 1)
        other.name = "three"
        other.workers.target = 9
        stage.take(.snapshot(other), from: 2)
        #expect(stage.text == before)
        #expect(stage.state.panes[2].pool.snapshot?.workers.target == 9)
        // Of what is not on the screen, only the events are asked for.
        #expect(stage.errands.allSatisfy { $0.source == 2 && $0.effect == .fetchEvents(after: 0) })
    }

    @Test func anAnswer_isOfThePoolThatWasAsked_evenIfAnotherIsOnTheScreenNow() {
        var stage = stage
        stage.press(.char("-"), .char("]"))
        let request = stage.state.nextRequest - 1
        stage.take(
            .receipt(request: request, Receipt(id: 7, phase: .done, message: "3 workers")), from: 0)
        #expect(stage.toasts == ["one: 3 workers"])
        #expect(stage.errands == [Errand(source: 0, effect: .sampleNow)])
    }

    @Test func receiptsOfTwoPools_withTheSameNumber_areToldApart() {
        var stage = stage
        stage.press(.char("p"), .char("]"), .char("p"))
        for source in 0...1 {
            let receipt = Receipt(id: 1, phase: .requested, message: "on its way")
            stage.take(.receipt(request: source + 1, receipt), from: source)
        }
        #expect(stage.toasts == ["one: on its way", "two: on its way"])
    }

    @Test func questions_nameThePool() {
        var stage = stage
        stage.press(.char("]"), .char("d"))
        #expect(stage.question?.dialog.title.string == "Drain two?")
        #expect(stage.question?.dialog.lines.first?.text.string == "in two")
        stage.press(.char("]"))
        #expect(stage.state.selected == 1, "a question takes all keys")
        stage.press(.char("y"))
        #expect(commands(stage).map(\.command) == [.drain] && commands(stage)[0].source == 1)
    }

    @Test func aLostSource_isShown_andTheOthersGoOn() {
        var stage = stage
        stage.take(.lost("connection refused"), from: 1)
        let lines = stage.text.split(separator: "\n")
        #expect(lines.contains { $0.contains("two") && $0.contains("NO ANSWER for 0 s") })
        #expect(lines.contains { $0.contains("three") && $0.contains("running") })
        stage.press(.char("1"))
        #expect(stage.text.contains("two LOST"))
        #expect(stage.state.panes[0].connection.lost == nil)
    }

    @Test func theFrozenDisplay_standsStill_forAllPools() {
        var stage = stage
        stage.press(.char("z"))
        let before = stage.text
        for source in 0..<3 {
            var snapshot = Scenes.busy(at: Stage.start + 5)
            snapshot.name = ["one", "two", "three"][source]
            stage.take(.snapshot(snapshot), from: source)
        }
        #expect(stage.text == before)
        stage.press(.char("z"))
        #expect(stage.text != before)
    }

    @Test func thePalette_goesToAPoolByName() {
        var stage = stage
        stage.press(.char(":"))
        stage.type("pool thr")
        stage.press(.enter)
        #expect(stage.state.selected == 2)
        stage.press(.char(":"))
        stage.type("pool nine")
        stage.press(.enter)
        if case .palette(let palette)? = stage.state.overlay {
            #expect(palette.mistake == "there is no pool nine")
        } else {
            Issue.record("the palette is closed")
        }
    }

    @Test func aClickSelects_aDoubleClickStepsIn() throws {
        var stage = stage
        let spot = try #require(stage.state.layout.spots.first { $0.target == .poolRow(2) })
        stage.take(.input(.mouse(MouseEvent(.press, at: spot.rect.origin))))
        #expect(stage.state.selected == 2 && stage.state.tab == .pools)
        stage.take(.input(.mouse(MouseEvent(.doubleClick, at: spot.rect.origin))))
        #expect(stage.state.tab == .overview)
    }

    @Test func leaving_asksForAllPools() {
        var stage = Scenes.pools(Stage(pools: 3) { $0.canLoseJobs = true })
        stage.press(.char("q"))
        #expect(stage.question != nil)
        stage.press(.char("c"))
        #expect(commands(stage).map(\.source) == [0, 1, 2])
        #expect(commands(stage).allSatisfy { $0.command == .cancelAll })
        stage.take(
            .receipt(request: 2, Receipt(id: 1, phase: .done, message: "cancelled")), from: 1)
        #expect(!stage.effects.contains(.quit(.quitCancelled)))
        for (request, source) in [(1, 0), (3, 2)] {
            stage.take(
                .receipt(request: request, Receipt(id: 1, phase: .done, message: "cancelled")), from: source)
        }
        #expect(stage.effects == [.quit(.quitCancelled)])
    }

    @Test func ofOnePool_nothingOfThisIsToBeSeen() {
        var stage = Stage()
        stage.show(Scenes.busy())
        stage.press(.char("0"), .char("["), .char("]"))
        #expect(stage.state.tab == .overview && !stage.text.contains("0 Pools"))
        stage.press(.char("?"))
        #expect(!stage.text.contains("next pool"))
        stage.press(.escape, .char(":"))
        stage.type("pool")
        #expect(!stage.text.contains("go to that pool"))
    }
}
