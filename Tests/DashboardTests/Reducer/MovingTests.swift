import Monitoring
import TerminalUI
import Testing

@testable import Dashboard

@Suite struct MovingTests {
    @Test func theOverviewsCursor_goesFromTheHintThroughTheWorkersToTheErrors() {
        var stage = Scenes.watched(Scenes.failing(), size: Size(width: 120, height: 40))
        #expect(stage.state.focus == .home)
        stage.press(.down, .down, .down, .down)
        #expect(stage.state.focus == .workers && stage.state.overview.cursor == WorkerID(rawValue: 4))
        stage.press(.down)
        #expect(stage.state.focus == .errors && stage.state.latest.cursor == 40)
        stage.press(.enter)
        #expect(stage.state.details.map(\.title) == ["DecodeError"])
        stage.press(.escape, .up, .up)
        #expect(stage.state.focus == .workers && stage.state.overview.cursor == WorkerID(rawValue: 3))
        stage.press(.escape)
        #expect(stage.state.focus == .home)
        stage.press(.char("G"))
        #expect(stage.state.overview.cursor == WorkerID(rawValue: 4))
    }

    @Test func theSelection_followsItsWorker_whenTheOrderChanges() {
        var stage = Stage()
        stage.show(Scenes.busy())
        stage.press(.char("2"), .down)
        stage.now += 10
        stage.press(.char("s"), .char("s"), .char("s"))
        #expect(stage.state.workers.rows.map(\.rawValue) == [4, 3, 2, 1])
        #expect(stage.state.workers.cursor == WorkerID(rawValue: 2))
        stage.press(.char("S"))
        #expect(stage.state.workers.rows.map(\.rawValue) == [1, 2, 3, 4])
    }

    @Test func whileAiming_theOrderIsHeld_andSaidToBe() {
        var stage = Stage()
        stage.show(Scenes.busy())
        stage.press(.char("2"))
        for _ in 0..<2 { stage.press(.char("s")) }
        #expect(stage.state.workers.rows.map(\.rawValue) == [4, 3, 2, 1])
        stage.press(.down)
        var later = Scenes.busy(at: Stage.start + 1)
        later.workers.each[0].elapsed = 100
        stage.show(later)
        #expect(stage.state.workers.rows.map(\.rawValue) == [4, 3, 2, 1])
        #expect(stage.text.contains("order held"))
        #expect(stage.state.deadline(now: stage.now) == Stage.start + Connection.patience + 1)
        stage.now = Stage.start + 6
        stage.take(.tick)
        #expect(stage.state.workers.rows.map(\.rawValue) == [1, 4, 3, 2])
        #expect(!stage.text.contains("order held"))
    }

    @Test func aLongList_isScrolledOnlyAtItsEdges() {
        var stage = Stage(size: Size(width: 80, height: 24))
        stage.show(Scenes.thousand())
        stage.press(.char("2"))
        for _ in 0..<30 { stage.press(.down) }
        #expect(stage.state.layout.workersTop == 31 - stage.state.layout.page)
        let top = stage.state.layout.workersTop
        stage.press(.up, .up)
        #expect(stage.state.layout.workersTop == top)
        stage.press(.char("G"))
        #expect(stage.text.contains("1,000 of 1,000"))
        stage.press(.pageUp, .char("g"))
        #expect(stage.text.contains("1 of 1,000"))
    }

    @Test func jobs_areReadPageByPage() {
        var stage = Stage()
        stage.jobs = Scenes.jobs(queued: 5_000)
        stage.show(Scenes.busy())
        stage.press(.char("3"))
        #expect(stage.state.pool.jobs.page?.jobs.count == 200)
        for _ in 0..<30 { stage.press(.pageDown) }
        let index = stage.state.jobOffset + stage.state.jobs.index
        #expect(index > 900)
        #expect(stage.state.jobs.cursor == stage.jobs?[index].id)
        stage.press(.char("G"))
        #expect(stage.text.contains("5,041 of 5,041"))
        #expect(stage.state.jobs.cursor == stage.jobs?.last?.id)
        stage.press(.char("g"))
        #expect(stage.state.jobs.cursor == stage.jobs?.first?.id)
        #expect(stage.text.contains("1 of 5,041"))
    }

    @Test func aJobThatLeftTheList_keepsItsRow_whileSomebodyAims() {
        var stage = Stage()
        stage.jobs = Scenes.jobs()
        stage.show(Scenes.busy())
        stage.press(.char("3"), .down)
        stage.jobs?.removeFirst(2)
        stage.show(Scenes.busy(at: Stage.start + 1))
        #expect(stage.state.jobs.cursor == JobID(rawValue: 10_492))
        #expect(stage.text.contains("#10492  moved on"))
    }

    @Test func aPageThatWasAskedForDifferently_isNotShown() {
        var stage = Stage()
        stage.show(Scenes.busy())
        stage.press(.char("3"))
        let old = stage.state.jobQuery
        stage.press(.char("f"))
        stage.take(.jobs(old, JobPage(jobs: Scenes.jobs(), total: 161)))
        #expect(stage.state.jobs.rows.isEmpty)
        #expect(stage.effects == [.fetchJobs(stage.state.jobQuery)])
    }

    @Test func details_openFromOneAnother_andCloseOneByOne() {
        var stage = Stage()
        stage.jobs = Scenes.jobs()
        stage.show(Scenes.busy(), failures: Scenes.failures(9, at: Stage.start))
        stage.press(.char("2"), .enter, .enter)
        #expect(stage.effects == [.fetchJob(JobID(rawValue: 10_491))])
        #expect(stage.text.contains("Workers › worker-1 › #10491"))
        stage.press(.escape)
        #expect(stage.text.contains("Workers › worker-1 "))
        stage.press(.left)
        #expect(stage.state.details.isEmpty && stage.state.tab == .workers)
    }

    @Test func output_isFollowed_untilItIsScrolled() {
        var stage = KeyTests.stage(in: .jobDetail)
        #expect(stage.text.contains("block 60 of 60"))
        #expect(stage.text.contains("following"))
        stage.press(.up, .up, .up)
        #expect(!stage.text.contains("block 60 of 60"))
        #expect(stage.text.contains("paused: G follows"))
        var more = Scenes.detail()
        more.output?.lines.append(OutputLine(isError: false, text: "the end"))
        stage.take(.job(JobID(rawValue: 10_491), more))
        #expect(!stage.text.contains("the end"))
        stage.press(.char("G"))
        #expect(stage.text.contains("the end"))
    }

    @Test func failuresOfOneKind_areWalkedThrough() {
        var stage = KeyTests.stage(in: .errorDetail)
        #expect(stage.text.contains("byte 163840"))
        stage.press(.down)
        #expect(stage.text.contains("byte 155648"))
        stage.press(.char("G"))
        #expect(stage.text.contains("byte 4096"))
        stage.press(.enter)
        #expect(stage.state.details.count == 2)
    }

    @Test func theLog_follows_andPausesOnTheWayUp() {
        var stage = KeyTests.stage(in: .log)
        #expect(stage.text.contains("following"))
        stage.press(.up)
        #expect(stage.text.contains("paused, 1 below: G follows"))
        let event = PoolEvent(id: 9, time: Stage.start, kind: .note, message: "the newest line")
        stage.take(.events(EventPage(events: [event], skipped: 2)))
        #expect(stage.text.contains("paused, 3 below") && stage.text.contains("2 dropped unread"))
        stage.press(.char("G"))
        stage.take(
            .events(
                EventPage(
                    events: [PoolEvent(id: 10, time: Stage.start, kind: .note, message: "x")], skipped: 0)))
        #expect(stage.state.log.index == stage.state.log.rows.count - 1)
    }

    @Test func freezingTheDisplay_leavesNoGapInTheGraphs() {
        var stage = Stage()
        for second in 0..<20 {
            stage.show(Scenes.busy(at: Stage.start + Double(second), second: second))
            if second == 5 { stage.press(.char("z")) }
        }
        #expect(stage.text.contains("DISPLAY FROZEN since 12:40:05"))
        #expect(stage.text.contains("RUNNING 00:05"))
        stage.press(.char("z"))
        #expect(stage.text.contains("RUNNING 00:19"))
        let complete = stage.state.pool.history.complete
        #expect(complete.count == 19)
        #expect(complete.allSatisfy { $0.completed > 0 && $0.depth != nil })
    }
}
