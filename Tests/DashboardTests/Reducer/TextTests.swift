import Monitoring
import TerminalUI
import Testing

@testable import Dashboard

/// Fields: filter and palette; and pasting.
@Suite struct TextTests {
    private func stage(_ tab: Tab = .overview) -> Stage {
        var stage = Stage()
        stage.jobs = Scenes.jobs()
        stage.show(Scenes.failing(), failures: Scenes.failures(40, at: Stage.start))
        stage.press(.char(Unicode.Scalar(UInt8(48 + tab.digit))))
        return stage
    }

    // MARK: Filter

    @Test func aFilter_narrowsWhileItIsTyped_andIsSaidToBeOn() {
        var stage = stage(.workers)
        stage.press(.char("/"))
        stage.type("harbour")
        #expect(stage.state.workers.rows == [WorkerID(rawValue: 3)])
        #expect(stage.text.contains("filtered 1 of 4: harbour"))
        stage.press(.enter)
        #expect(stage.state.overlay == nil && stage.state.workers.rows.count == 1)
        stage.press(.escape)
        #expect(stage.state.workers.rows.count == 4)
    }

    @Test func escape_takesTheFilterBackToWhatItWas() {
        var stage = stage(.workers)
        stage.press(.char("/"))
        stage.type("market")
        stage.press(.enter, .char("/"))
        stage.type("xyz")
        #expect(stage.state.workers.rows.isEmpty)
        #expect(stage.text.contains("no worker matches the filter"))
        stage.press(.escape)
        #expect(stage.state.workers.filter == Filter("market"))
        #expect(stage.state.workers.rows == [WorkerID(rawValue: 4)])
    }

    @Test func aBrokenPattern_isSaidWhereItIsTyped() {
        var stage = stage(.errors)
        stage.press(.char("/"))
        stage.type("~mail[")
        #expect(stage.text.contains("[ is never closed"))
        #expect(stage.state.errors.rows.count == 2)
        stage.press(.backspace)
        #expect(stage.state.errors.rows.count == 1)
    }

    @Test func plainText_isLookedForByTheSource_patternsHere() {
        var stage = stage(.jobs)
        stage.press(.char("/"))
        stage.type("market")
        guard case .fetchJobs(let query)? = stage.effects.last else {
            Issue.record("nothing was asked")
            return
        }
        #expect(query.text == "market")
        #expect(stage.state.jobs.rows.count == stage.jobs?.count { $0.name.contains("market") })
        for _ in 0..<6 { stage.press(.backspace) }
        stage.type("!~^(img|mail)")
        #expect(stage.state.jobQuery.text.isEmpty && stage.state.jobQuery.limit == JobQuery.maxLimit)
        #expect(
            stage.state.jobs.rows.count
                == stage.jobs?.count { !$0.name.hasPrefix("img") && !$0.name.hasPrefix("mail") })
    }

    // MARK: Palette

    @Test(arguments: [
        ("resize 12", [OperatorCommand.resize(to: 12)]), ("more", [.adjust(by: 1)]),
        ("pause in", [.pauseIntake]),
        ("freeze j", [.freeze]), ("retry #10400", [.retry([JobID(rawValue: 10_400)])]),
    ])
    func aCommand_isRunByItsName(typed: String, commands: [OperatorCommand]) {
        var stage = stage()
        stage.press(.char(":"))
        stage.type(typed)
        stage.press(.enter)
        #expect(stage.commands == commands)
        #expect(stage.state.overlay == nil)
    }

    @Test func commandsWithArguments_doTheirThing() {
        var stage = stage()
        func run(_ text: String) {
            stage.press(.char(":"))
            stage.type(text)
            stage.press(.enter)
        }
        run("theme light")
        #expect(stage.state.theme == .light)
        run("mouse off")
        #expect(stage.effects == [.setMouse(false)])
        run("show failed")
        #expect(stage.state.tab == .jobs && stage.state.jobState == .failed)
        #expect(stage.state.jobs.rows.count == 6)
        run("show all")
        #expect(stage.state.jobState == nil)
        run("sort name")
        #expect(stage.state.jobs.sort == JobSort.name.rawValue)
        run("filter market")
        #expect(stage.state.jobs.filter == Filter("market"))
        run("job #10492")
        #expect(stage.state.details.map(\.title) == ["#10492"])
        run("worker 3")
        #expect(stage.state.details.last?.title == "worker-3")
        run("cancel #10493")
        #expect(stage.question?.dialog.title.string == "Cancel #10493?")
        stage.press(.escape)
        run("cancel all")
        #expect(stage.question?.required == "988" || stage.question?.required == "987")
        stage.press(.escape)
        run("drain")
        #expect(stage.question?.dialog.title.string == "Drain the pool?")
    }

    @Test(arguments: [
        "resize x", "theme pink", "job x", "worker 99", "show odd", "sort odd", "mouse maybe", "zzz",
        "resize 99999",
    ])
    func aWrongArgument_isSaidInThePalette(typed: String) {
        var stage = stage(.workers)
        stage.press(.char(":"))
        stage.type(typed)
        stage.press(.enter)
        #expect(stage.commands.isEmpty)
        guard case .palette(let palette)? = stage.state.overlay else {
            Issue.record("the palette is gone")
            return
        }
        #expect(palette.mistake?.isEmpty == false)
    }

    @Test func aReadOnlyCockpit_refusesCommandsToo() {
        var stage = Stage { $0.isReadOnly = true }
        stage.show(Scenes.busy())
        for command in ["resize 3", "cancel #1", "cancel all", "drain", "retry #1", "abandon 1"] {
            stage.press(.char(":"))
            stage.type(command)
            stage.press(.enter)
            #expect(stage.commands.isEmpty && stage.state.overlay == nil, "\(command)")
        }
    }

    @Test func names_areFoundByTheirLetters() {
        #expect(PaletteState.matches(for: "pin").contains { $0.command == "pause intake" })
        #expect(PaletteState.matches(for: "res").first?.command == "resize")
        #expect(PaletteState.matches(for: "DISPLAY").first?.command == "freeze display")
        #expect(PaletteState.matches(for: "qqq").isEmpty)
    }

    @Test func everySteeringKey_canBeReachedByName() {
        let commands = PaletteEntry.all.map(\.deed)
        for binding in Keymap.bindings where binding.action.steers {
            #expect(commands.contains(.action(binding.action)))
        }
    }

    @Test func tab_completes_andArrowsChoose() {
        var stage = stage()
        stage.press(.char(":"))
        stage.type("res")
        stage.press(.tab)
        guard case .palette(let palette)? = stage.state.overlay else { return }
        #expect(palette.field.text == "resize")
        stage.press(.down, .enter)
        guard case .palette(let chosen)? = stage.state.overlay else {
            Issue.record("an argument was not asked for")
            return
        }
        #expect(chosen.field.text == "resize " && chosen.mistake == "such as resize 12")
    }

    // MARK: Paste

    @Test func pastedText_neverActs() {
        for place in Place.allCases {
            var stage = KeyTests.stage(in: place)
            let text = stage.text
            stage.take(.input(.paste("x\ny\nq\n+++p\n")))
            #expect(stage.effects.isEmpty && stage.state.overlay == nil)
            #expect(stage.toasts == ["Pasted text was ignored: there is no field to put it in"])
            stage.state.toasts.clear()
            #expect(stage.text == text)
        }
    }

    @Test func pastedText_doesNotAnswerADialog() {
        var stage = stage(.workers)
        stage.press(.char("x"))
        stage.take(.input(.paste("y\n")))
        #expect(stage.commands.isEmpty && stage.question != nil)
    }

    @Test func pastedText_goesIntoFields_itsFirstLineOnly() {
        var stage = stage(.workers)
        stage.press(.char("/"))
        stage.take(.input(.paste("market\nq\n")))
        #expect(stage.state.workers.filter.source == "market")
        #expect(stage.effects.isEmpty)
        stage.press(.escape, .char("="))
        stage.take(.input(.paste("12\n\n")))
        #expect(stage.commands.isEmpty)
        stage.press(.enter)
        #expect(stage.commands == [.resize(to: 12)])
    }

    // MARK: Help

    @Test func help_scrolls_whereItDoesNotFit() {
        var stage = Stage(size: Size(width: 40, height: 10))
        stage.show(Scenes.busy())
        stage.press(.char("?"))
        var seen = stage.text
        for _ in 0..<100 {
            stage.press(.down)
            seen += stage.text
        }
        for word in ["one worker more", "pause or resume the", "interrupt, as the", "cancel the selected"] {
            #expect(seen.contains(word), "\(word)")
        }
        stage.press(.escape)
        #expect(stage.state.overlay == nil)
    }

    @Test func help_namesEveryKey() {
        let lines = Keymap.helpPages(columns: 1, width: 100, ofSeveral: true, hasQueues: true)[0].map(
            \.text.string
        ).joined(
            separator: "\n")
        for binding in Keymap.bindings where !binding.keys.isEmpty {
            for key in binding.keys { #expect(lines.contains(key.label)) }
        }
    }
}
