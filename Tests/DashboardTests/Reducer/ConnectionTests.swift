import Monitoring
import TerminalUI
import Testing

@testable import Dashboard

/// What the screen says of a source that does not answer, and of one that does again.
struct ConnectionTests {
    private func lost(width: Int = 120, height: Int = 40) -> Stage {
        var stage = Stage(size: Size(width: width, height: height))
        stage.show(Scenes.busy())
        stage.now += 2
        stage.take(.lost("connection refused"))
        return stage
    }

    @Test func theAgeOfTheData_growsBySecond_whileTheSourceIsLost() {
        var stage = lost()
        stage.now += 5
        stage.take(.tick)
        #expect(stage.text.contains("NO ANSWER for 7 s, reconnecting"))
        #expect(stage.state.deadline(now: stage.now) == Stage.start + 8)
    }

    @Test(arguments: [(80, 24), (120, 36), (60, 18), (60, 20)])
    func aLostSource_isAnnounced_onAnyScreen(width: Int, height: Int) {
        let stage = lost(width: width, height: height)
        #expect(stage.text.contains("reconnecting"), "\(stage.text)")
    }

    @Test func aLostSource_isInTheLog_withTheReason_onceItHasBeenForAWhile() {
        var stage = lost()
        #expect(stage.state.deadline(now: stage.now) == stage.now + 0.5)
        stage.now += 0.4
        stage.take(.tick)
        #expect(!stage.state.pool.log.entries.contains { $0.kind == "link" })
        stage.now += 0.1
        stage.take(.tick, .tick)
        let told = stage.state.pool.log.entries.filter { $0.kind == "link" }
        #expect(told.map(\.message) == ["no answer: connection refused"])
        #expect(told.first?.time == Stage.start + 2.5, "in the pool's time")
    }

    @Test func itsReturn_isAnnounced_andNothingIsLeftOfTheLoss() {
        var stage = lost()
        stage.now += 10
        stage.take(.tick)
        stage.show(Scenes.busy(at: Stage.start + 12))
        #expect(stage.text.contains("answers again, after 12 s"))
        for word in ["reconnecting", "NO ANSWER", "LOST"] { #expect(!stage.text.contains(word)) }
        #expect(stage.state.pool.log.entries.last?.message == "answers again, after 12 s")
    }

    @Test func aQuestionThatFails_isNoOutage_whenTheNextLookSucceeds() {
        var stage = lost()
        stage.show(Scenes.busy(at: Stage.start + 2.2))
        #expect(!stage.text.contains("answers again"))
        #expect(!stage.state.pool.log.entries.contains { $0.kind == "link" })
    }

    @Test func anIdleSource_thatIsHeardAgain_isNotLostAnyMore() {
        var stage = Stage(size: Size(width: 120, height: 40))
        stage.show(Scenes.empty())
        stage.now += 1
        stage.take(.lost("connection refused"))
        stage.now += 1
        stage.take(.heard(stage.now))
        #expect(stage.state.connection.lost == nil)
        #expect(!stage.text.contains("reconnecting"))
    }

    @Test func aServerThatBeganAnew_withSmallerCounters_isShownAsItIs() {
        var stage = lost()
        stage.now += 4
        var anew = Scenes.empty(at: Stage.start + 6)
        anew.lastEvent = 0
        stage.show(anew)
        var later = anew
        later.time += 1
        later.counters.submitted = 1
        later.counters.succeeded = 1
        stage.now += 1
        stage.show(later)
        #expect(!stage.text.contains("reconnecting"))
        #expect(stage.state.pool.snapshot?.counters.succeeded == 1)
    }
}
