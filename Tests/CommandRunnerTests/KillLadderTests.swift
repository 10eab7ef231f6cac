import Glibc
import Testing

@testable import CommandRunner

@Suite struct KillLadderTests {
    private var ladder = KillLadder(grace: 100)

    @Test mutating func stop_whenResting_sendsTermAndLetsAStoppedGroupNotice() {
        #expect(ladder.stop(now: 10) == [SIGTERM, SIGCONT])
        #expect(ladder.deadline == 110)
        #expect(ladder.isClimbing)
    }

    @Test mutating func stop_again_sendsNothingAndMovesNoDeadline() {
        _ = ladder.stop(now: 10)
        #expect(ladder.stop(now: 90).isEmpty)
        #expect(ladder.deadline == 110)
    }

    @Test mutating func tick_beforeTheGraceIsOver_sendsNothing() {
        _ = ladder.stop(now: 10)
        #expect(ladder.tick(now: 109).isEmpty)
    }

    @Test mutating func tick_afterTheGrace_kills() {
        _ = ladder.stop(now: 10)
        #expect(ladder.tick(now: 110) == [SIGKILL])
        #expect(ladder.tick(now: 111).isEmpty)
        #expect(ladder.deadline == nil)
    }

    @Test mutating func kill_atAnyTime_skipsTheGrace() {
        #expect(ladder.kill(now: 5) == [SIGKILL])
        #expect(ladder.kill(now: 6).isEmpty)
        #expect(ladder.stop(now: 7).isEmpty)
    }

    @Test mutating func restingLadder_neverKills() {
        #expect(ladder.tick(now: .max).isEmpty)
        #expect(!ladder.isClimbing)
        #expect(!ladder.hasGivenUp(now: .max))
    }

    @Test mutating func killedGroup_isGivenUpAfterAWhile() {
        _ = ladder.kill(now: 0)
        #expect(!ladder.hasGivenUp(now: KillLadder.patience - 1))
        #expect(ladder.hasGivenUp(now: KillLadder.patience))
    }
}
