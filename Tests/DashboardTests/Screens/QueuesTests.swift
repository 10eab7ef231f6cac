import Monitoring
import TerminalUI
import Testing

@testable import Dashboard

/// Durable queues, their dead letters, and what is done to them.
@Suite struct QueuesTests {
    private static let sizes = [
        Size(width: 40, height: 10), Size(width: 80, height: 24), Size(width: 120, height: 36),
    ]

    private func gallery(_ stage: (Size, GlyphSet) -> Stage) -> String {
        var text = ""
        for glyphs in [GlyphSet.unicode, .ascii] {
            for size in Self.sizes {
                text += "=== \(size.width)×\(size.height), \(glyphs) ===\n\(stage(size, glyphs).text)\n"
            }
        }
        return text
    }

    // MARK: Pictures

    @Test(arguments: [Tab.overview, .jobs, .queues])
    func views_areAsRecorded(tab: Tab) {
        Golden.check(
            gallery { Scenes.durableStage($0, glyphs: $1, tab: tab) },
            "queues-\(tab.title.lowercased())")
    }

    @Test func aDeadLetter_isAsRecorded() {
        Golden.check(
            gallery { size, glyphs in
                var stage = Scenes.durableStage(size, glyphs: glyphs, tab: .jobs)
                stage.press(.char("f"), .char("f"), .char("f"), .char("f"), .enter)
                stage.take(.job(Scenes.deadLetter().summary.id, Scenes.deadLetter()))
                return stage
            }, "queues-dead-letter")
    }

    @Test func theDeletion_isAsRecorded() {
        Golden.check(
            gallery { size, glyphs in
                var stage = Scenes.durableStage(size, glyphs: glyphs, tab: .jobs)
                stage.press(.char("G"), .char("D"))
                return stage
            }, "queues-delete")
    }

    // MARK: Where they are offered

    @Test func aPoolWithoutQueues_offersNothingOfThis() {
        var stage = Stage()
        stage.jobs = Scenes.jobs()
        stage.show(Scenes.busy())
        stage.press(.char("6"))
        #expect(stage.state.tab == .overview)
        stage.press(.char("3"), .char("G"), .char("D"))
        #expect(stage.state.overlay == nil && stage.commands.isEmpty)
        #expect(!stage.text.contains("Queues") && !stage.text.contains("delete"))
        let names = PaletteState.matches(for: "").map(\.command)
        #expect(!names.contains("queues") && !names.contains("delete") && !names.contains("retry dead"))
    }

    @Test func states_goThroughDead_whereThereAreQueues() {
        var stage = Scenes.durableStage(tab: .jobs)
        var seen: [JobState?] = []
        for _ in 0..<7 {
            stage.press(.char("f"))
            seen.append(stage.state.jobState)
        }
        #expect(seen == [.running, .queued, .scheduled, .dead, .succeeded, .cancelled, nil])
    }

    @Test func deadLetters_areToldInEveryView() {
        for tab in [Tab.overview, .workers, .jobs, .queues] {
            #expect(Scenes.durableStage(tab: tab).text.contains("6 Queues 4 dead"), "\(tab)")
        }
        #expect(Scenes.durableStage().text.contains("4 dead letters: view 6"))
    }

    @Test func deadLetters_haveTheColourOfFailures() {
        for (tab, word) in [(Tab.queues, "3"), (.jobs, "dead")] {
            let grid = Picture(of: Scenes.durableStage(tab: tab).state).frame.grid
            let rows = (2..<grid.height).filter { y in
                let failed = (0..<grid.width).filter { grid[$0, y].style.role == .failed }
                return failed.count >= word.count
            }
            // Two queues have dead letters; there are four of them.
            #expect(rows.count == (tab == .queues ? 2 : 4), "\(tab)")
        }
    }

    @Test func aPausedQueue_isToldOnTheFirstLine() {
        let line = Scenes.durableStage().text.split(separator: "\n")[0]
        #expect(line.contains("QUEUE report PAUSED 01:15 by bob"))
    }

    // MARK: What is done to queues

    @Test func p_pausesOrResumesTheQueueUnderTheCursor() {
        var stage = Scenes.durableStage(tab: .queues)
        stage.press(.char("p"))
        #expect(stage.commands == [.pauseQueue("encode")])
        stage.press(.down, .down, .char("p"))
        #expect(stage.commands == [.resumeQueue("report")])
    }

    @Test func p_elsewhere_isTheIntake() {
        var stage = Scenes.durableStage(tab: .jobs)
        stage.press(.char("p"))
        #expect(stage.commands == [.pauseIntake])
    }

    @Test func retryDead_asks_andEnterMeansNo() {
        var stage = Scenes.durableStage(tab: .queues)
        stage.press(.char("R"))
        #expect(
            stage.state.overlay == nil
                && stage.toasts == ["Queue encode has no dead letters: nothing to run again"])
        stage.press(.down, .char("R"))
        #expect(stage.text.contains("Run 3 dead letters again?"))
        var no = stage
        no.press(.enter)
        #expect(no.commands.isEmpty && no.state.overlay == nil)
        stage.press(.char("y"))
        #expect(stage.commands == [.retryDead(queue: "mail")])
    }

    @Test func enter_showsTheQueuesJobs() {
        var stage = Scenes.durableStage(tab: .jobs)
        stage.press(.char("f"), .char("6"), .down, .enter)
        #expect(stage.state.tab == .jobs && stage.state.jobState == nil)
        #expect(stage.state.jobQuery.queue == "mail" && stage.state.jobQuery.text.isEmpty)
        #expect(stage.text.contains("only queue mail"))
        stage.press(.char("f"))
        #expect(stage.state.jobQuery.queue == "mail" && stage.text.contains("only running in queue mail"))
        stage.press(.escape)
        #expect(stage.state.jobQuery.queue == nil && stage.state.jobState == .running)
    }

    @Test func enter_onTheOnlyQueue_showsAllJobs() {
        var stage = Stage()
        stage.jobs = Scenes.durableJobs()
        var pool = Scenes.durable()
        pool.queues = [Scenes.queue("default", queued: 3, succeeded: 4)]
        stage.show(pool)
        stage.press(.char("6"), .enter)
        #expect(stage.state.tab == .jobs && stage.state.jobQuery.text.isEmpty)
        #expect(stage.state.jobs.rows.count == Scenes.durableJobs().count)
    }

    @Test func aQueueThatGoesAway_takesNoCommand() {
        var stage = Scenes.durableStage(tab: .queues)
        stage.press(.down)
        var pool = Scenes.durable(at: Stage.start + 60)
        pool.queues?.remove(at: 1)
        stage.show(pool)
        stage.press(.char("p"))
        #expect(stage.commands.isEmpty && stage.toasts.first?.hasPrefix("What was selected is gone") == true)
    }

    // MARK: What is done to jobs

    @Test func delete_asks_andNamesTheJob() {
        var stage = Scenes.durableStage(tab: .jobs)
        stage.press(.char("G"), .char("D"))
        #expect(stage.text.contains("Delete #10383?"))
        var no = stage
        no.press(.enter)
        #expect(no.commands.isEmpty)
        stage.press(.char("y"))
        #expect(stage.commands == [.delete([JobID(rawValue: 10_383)])])
    }

    @Test func delete_leavesOutWhatRuns() {
        var stage = Scenes.durableStage(tab: .jobs)
        stage.press(.char("D"))
        #expect(
            stage.state.overlay == nil && stage.toasts == ["#10491 runs: x cancels, then it can be deleted"])
        stage.press(.down, .down, .down, .char(" "), .char(" "), .char(" "), .char("D"))
        #expect(stage.text.contains("Delete 2 jobs?") && stage.text.contains("1 that run are kept"))
        stage.press(.char("y"))
        #expect(stage.commands == [.delete([10_500, 10_501].map(JobID.init(rawValue:)))])
        #expect(stage.state.jobs.marks.isEmpty)
    }

    @Test func delete_ofMany_wantsTheirNumber() {
        var stage = Scenes.durableStage(tab: .jobs)
        stage.press(.down, .down, .down, .down)
        for _ in 0..<11 { stage.press(.char(" ")) }
        stage.press(.char("D"), .enter)
        #expect(stage.commands.isEmpty)
        stage.press(.char("D"))
        stage.type("11")
        stage.press(.enter)
        guard case .delete(let ids)? = stage.commands.first else {
            Issue.record("nothing was sent")
            return
        }
        #expect(ids.count == 11)
    }

    @Test func delete_inTheDetails_closesThem() {
        var stage = Scenes.durableStage(tab: .jobs)
        stage.press(.char("G"), .enter, .char("D"), .char("y"))
        #expect(stage.commands == [.delete([JobID(rawValue: 10_383)])] && stage.state.details.isEmpty)
    }

    @Test func r_runsADeadLetterAgain_andItsDetailsFollow() {
        let dead = Scenes.deadLetter()
        var stage = Scenes.durableStage(tab: .jobs)
        stage.state.jobs.select(dead.summary.id, now: stage.now)
        stage.press(.enter)
        stage.take(.job(dead.summary.id, dead))
        stage.press(.char("r"))
        #expect(stage.commands == [.retry([dead.summary.id])])
        let receipt = Receipt(id: 1, phase: .done, affected: 1, message: "1 job queued anew")
        stage.take(.receipt(request: 1, receipt))
        #expect(stage.effects.contains(.fetchJob(dead.summary.id)))
    }

    @Test func onlyWatching_deletesNothing() {
        var stage = Stage { $0.isReadOnly = true }
        stage.jobs = Scenes.durableJobs()
        stage.show(Scenes.durable())
        stage.press(.char("3"), .char("G"), .char("D"))
        #expect(stage.state.overlay == nil && stage.toasts.first?.hasPrefix("Read-only") == true)
        stage.press(.enter)
        #expect(!stage.text.contains("D delete"))
    }

    // MARK: The mouse

    @Test func aClickChoosesAQueue_andADoubleClickShowsItsJobs() {
        var stage = Scenes.durableStage(tab: .queues)
        guard let spot = stage.state.layout.spots.first(where: { $0.target == .queueRow(1) }) else {
            Issue.record("no row can be clicked")
            return
        }
        stage.take(.input(.mouse(MouseEvent(.press, at: spot.rect.origin))))
        #expect(stage.state.queues.cursor == "mail")
        stage.take(.input(.mouse(MouseEvent(.doubleClick, at: spot.rect.origin))))
        #expect(stage.state.tab == .jobs && stage.state.jobQuery.queue == "mail")
    }
}
