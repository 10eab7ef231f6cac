import Monitoring
import TerminalUI
import Testing

@testable import Dashboard

/// What changes the pool.
@Suite struct SteeringTests {
    private func stage(
        _ snapshot: PoolSnapshot = Scenes.busy(), _ change: (inout CockpitEnvironment) -> Void = { _ in }
    ) -> Stage {
        var stage = Stage(change)
        stage.jobs = Scenes.jobs()
        stage.show(snapshot)
        return stage
    }

    private func receipt(_ id: UInt64, _ phase: Receipt.Phase, _ message: String) -> Receipt {
        Receipt(id: id, phase: phase, message: message)
    }

    // MARK: Workers

    @Test func plusPressedQuickly_sendsOneCommandEach_andShowsOneMessage() {
        var stage = stage()
        for _ in 0..<3 {
            stage.press(.char("+"))
            #expect(stage.commands == [.adjust(by: 1)])
        }
        #expect(stage.toasts == ["One worker more"])
        stage.take(.receipt(request: 1, receipt(1, .done, "workers 4 → 5")))
        stage.take(.receipt(request: 3, receipt(3, .done, "workers 6 → 7")))
        #expect(stage.toasts == ["workers 6 → 7"])
    }

    @Test func equals_asksForANumber() {
        var stage = stage()
        stage.press(.char("="))
        stage.type("12")
        stage.press(.enter)
        #expect(stage.commands == [.resize(to: 12)])
        #expect(stage.state.overlay == nil)
    }

    @Test(arguments: [
        ("", "a whole number"), ("x", "a whole number"), ("-3", "a whole number"),
        ("10001", "at most 10,000"),
        ("99999999999999999999", "at most 10,000"),
    ])
    func aWrongNumber_isSaidInPlace(typed: String, mistake: String) {
        var stage = stage()
        stage.press(.char("="))
        stage.type(typed)
        stage.press(.enter)
        #expect(stage.commands.isEmpty)
        guard case .workers(_, let said)? = stage.state.overlay else {
            Issue.record("the prompt is gone")
            return
        }
        #expect(said?.hasPrefix(mistake) == true)
        #expect(stage.text.contains(mistake))
        stage.press(.escape)
        #expect(stage.state.overlay == nil)
    }

    @Test func enterOnTheOverview_takesTheHint_onlyWithNothingSelected() {
        var stage = Scenes.watched(Scenes.busy(), size: Size(width: 120, height: 40))
        #expect(stage.state.pool.hint.suggestion == 8)
        #expect(stage.text.contains("try 8 → 78 % busy [Enter]"))
        var selected = stage
        stage.press(.enter)
        #expect(stage.commands == [.resize(to: 8)])
        selected.press(.down)
        #expect(selected.text.contains("[a]"))
        selected.press(.enter)
        #expect(selected.commands.isEmpty)
        #expect(selected.state.details.map(\.title) == ["worker-1"])
        selected.press(.escape, .char("a"))
        #expect(selected.commands == [.resize(to: 8)])
    }

    @Test func rightArrow_neverTakesTheHint() {
        var stage = Scenes.watched(Scenes.busy(), size: Size(width: 120, height: 40))
        stage.press(.right, .char("l"))
        #expect(stage.commands.isEmpty)
    }

    // MARK: Pauses

    @Test func pause_isATwoWaySwitch() {
        var stage = stage(Scenes.paused())
        stage.press(.char("p"))
        #expect(stage.commands == [.resumeIntake])
        stage.press(.char("P"))
        #expect(stage.commands == [.resumeDispatch])
        #expect(
            stage.text.contains("INTAKE PAUSED 00:12") && stage.text.contains("DISPATCH PAUSED 01:15 by bob"))
    }

    // MARK: Cancelling

    @Test func cancel_namesTheJob_andEnterMeansNo() {
        var stage = stage()
        stage.press(.char("2"), .down, .char("x"))
        #expect(stage.text.contains("Cancel #10492?"))
        var no = stage
        no.press(.enter)
        #expect(no.commands.isEmpty && no.state.overlay == nil)
        no = stage
        no.press(.escape)
        #expect(no.commands.isEmpty && no.state.overlay == nil)
        no = stage
        no.press(.char("n"))
        #expect(no.commands.isEmpty && no.state.overlay == nil)
        stage.press(.char("y"))
        #expect(stage.commands == [.cancel([JobID(rawValue: 10_492)])])
    }

    @Test func cancel_hitsTheJobThatWasThere_whenTheKeyWasPressed() {
        var stage = stage()
        stage.press(.char("2"), .char("x"))
        var later = Scenes.busy(at: Stage.start + 1)
        later.workers.each[0].job?.id = JobID(rawValue: 99_999)
        later.workers.each.reverse()
        stage.show(later)
        stage.press(.char("y"))
        #expect(stage.commands == [.cancel([JobID(rawValue: 10_491)])])
    }

    @Test func aCancel_isFollowedToItsEnd() {
        var stage = stage()
        stage.press(.char("2"), .char("x"), .char("y"))
        #expect(stage.toasts == ["Cancelling #10491"])
        stage.take(.receipt(request: 1, receipt(7, .signalled, "cancel sent to #10491")))
        #expect(stage.toasts == ["cancel sent to #10491"])
        var event = PoolEvent(id: 1, time: Stage.start, kind: .cancelled, message: "#10491 cancelled")
        event.receipt = receipt(7, .done, "#10491 cancelled")
        stage.take(.events(EventPage(events: [event], skipped: 0)))
        #expect(stage.toasts == ["#10491 cancelled"])
        #expect(stage.state.receipts.isEmpty)
    }

    @Test func aRefusal_staysUntilAKey() {
        var stage = stage()
        stage.press(.char("2"), .char("x"), .char("y"))
        stage.take(.receipt(request: 1, receipt(7, .refused, "#10491 has ended")))
        stage.now += 60
        stage.take(.tick)
        #expect(stage.toasts == ["#10491 has ended"])
        stage.press(.escape)
        #expect(stage.toasts.isEmpty && stage.state.tab == .workers)
    }

    @Test func markedJobs_areCancelledTogether() {
        var stage = stage()
        stage.press(.char("3"), .char(" "), .char(" "), .char(" "), .char("x"))
        #expect(stage.question?.dialog.title.string == "Cancel 3 jobs?")
        stage.press(.char("y"))
        #expect(stage.commands == [.cancel([10_491, 10_492, 10_493].map { JobID(rawValue: $0) })])
        #expect(stage.state.jobs.marks.isEmpty)
    }

    @Test func manyJobs_wantTheirNumberTyped() {
        var stage = stage()
        stage.press(.char("3"))
        for _ in 0..<12 { stage.press(.char(" ")) }
        stage.press(.char("x"), .char("y"))
        #expect(stage.commands.isEmpty)
        var wrong = stage
        wrong.press(.enter)
        #expect(wrong.commands.isEmpty && wrong.state.overlay == nil)
        stage.press(.backspace)
        stage.type("12")
        stage.press(.enter)
        #expect(stage.commands.count == 1)
    }

    @Test func endedJobs_areNotCancelled() {
        var stage = stage()
        stage.press(.char("3"), .char("G"), .char("x"))
        #expect(stage.question == nil)
        #expect(stage.toasts.first?.hasSuffix("has finished already: nothing to cancel") == true)
    }

    @Test func anIdleWorker_hasNothingToCancel() {
        var stage = stage(Scenes.empty())
        stage.press(.char("2"), .char("x"))
        #expect(stage.toasts == ["worker-1 runs no job now: nothing to cancel"])
    }

    @Test func anItemThatIsGone_isNotActedUpon() {
        var stage = stage()
        stage.press(.char("2"), .char("G"))
        var later = Scenes.busy(at: Stage.start + 10)
        later.workers.each.removeLast()
        stage.show(later)
        stage.press(.char("x"))
        #expect(stage.question == nil)
        #expect(stage.toasts == ["What was selected is gone: ↑ ↓ selects anew"])
    }

    // MARK: Draining, abandoning, retrying

    @Test func drain_asks() {
        var stage = stage()
        stage.press(.char("d"), .enter)
        #expect(stage.commands.isEmpty)
        stage.press(.char("d"), .char("y"))
        #expect(stage.commands == [.drain])
    }

    @Test func abandon_isForJobsThatDoNotStop() {
        var stage = stage(Scenes.draining())
        stage.press(.char("2"), .down, .char("X"))
        #expect(stage.question?.dialog.title.string == "Give up the job of worker-2?")
        stage.press(.char("y"))
        #expect(stage.commands == [.abandon(WorkerID(rawValue: 2))])
        stage.press(.down, .char("X"))
        #expect(stage.question == nil)
    }

    @Test func retry_isForJobsThatFailed() {
        var stage = stage()
        stage.press(.char("3"), .char("r"))
        #expect(stage.toasts == ["#10491 is running: only failed and cancelled jobs run again"])
        stage.press(.char(":"))
        stage.type("retry #10400")
        stage.press(.enter)
        #expect(stage.commands == [.retry([JobID(rawValue: 10_400)])])
    }

    @Test func retry_ofAKindOfError_isForTheJobsThatGaveUp() {
        var stage = stage(Scenes.failing())
        stage.take(.failures(Scenes.failures(40, at: Stage.start)))
        stage.press(.char("4"), .char("r"))
        #expect(stage.toasts == ["None of these jobs gave up: nothing to run again"])
        stage.press(.down, .char("r"))
        #expect(stage.question?.dialog.title.string == "Run 13 jobs again?")
        stage.press(.char("y"))
        guard case .retry(let jobs)? = stage.commands.first else {
            Issue.record("nothing was sent")
            return
        }
        #expect(jobs.count == 13)
        stage.press(.up, .enter, .char("r"))
        #expect(stage.toasts.last == "#10280 is tried again by itself")
    }

    // MARK: Leaving

    @Test func q_leaves_whereNothingIsLost() {
        var stage = stage()
        stage.press(.char("q"))
        #expect(stage.effects == [.quit(.quit)])
    }

    @Test func q_asks_whereJobsWouldBeLost_andStaysByDefault() {
        var stage = stage { $0.canLoseJobs = true }
        stage.press(.char("q"))
        #expect(stage.text.contains("987 jobs are unfinished."))
        var stay = stage
        stay.press(.enter)
        #expect(stay.effects.isEmpty && stay.state.overlay == nil)
        var headless = stage
        headless.press(.char("g"))
        #expect(headless.effects == [.quit(.quitGoOnHeadless)])
        var drain = stage
        drain.press(.char("d"))
        #expect(drain.commands == [.drain])
        stage.press(.char("c"))
        #expect(stage.commands == [.cancelAll])
        stage.take(.receipt(request: 1, receipt(1, .signalled, "cancelling")))
        #expect(stage.effects == [.quit(.quitCancelled)])
    }

    @Test func q_goesByWhatIsSo_notByAPictureThatIsBehind() {
        var early = stage(Scenes.empty()) { $0.canLoseJobs = true }
        early.state.isOver = false
        early.press(.char("q"))
        #expect(early.text.contains("Not all is done") && early.effects.isEmpty)
        var late = stage { $0.canLoseJobs = true }
        late.state.isOver = true
        late.press(.char("q"))
        #expect(late.effects == [.quit(.quit)])
    }

    @Test func q_doesNotAsk_onceAllIsDone() {
        var stage = stage(Scenes.empty()) { $0.canLoseJobs = true }
        stage.press(.char("q"))
        #expect(stage.effects == [.quit(.quit)])
    }

    @Test func controlC_interrupts_evenInADialog() {
        var stage = stage { $0.hasInterrupt = true }
        stage.press(.char("d"), .control("c"))
        #expect(stage.effects == [.interrupt])
    }
}
