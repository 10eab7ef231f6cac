import Monitoring
import Testing

@testable import Dashboard

@Suite struct BottleneckTests {
    private func judge(_ flow: Scenes.Flow = .encode, _ change: (inout [PoolSnapshot]) -> Void = { _ in })
        -> Bottleneck
    {
        var stages = Scenes.pipeline(flow)
        change(&stages)
        return Bottleneck(stages)
    }

    @Test func theLastStageUnderPressure_isNamed_withWhatShowsIt() {
        let found = judge()
        #expect(found.finding == .stage && found.stage == 2)
        #expect(
            found.reason
                == "encode holds the others back: it works 98 % of the time, its buffer is full and "
                + "resize is blocked 61 %.")
        // upload does 43.7/s in 47 % of the time: 93.0/s, twice encode's 44.8.
        #expect(found.advice == "4 more workers ≈ +100 %.")
    }

    @Test func advice_endsWhereTheNextStageIsTheNarrowest() {
        let found = judge { $0[3].stage?.working = 0.75 }
        #expect(found.stage == 2)
        #expect(found.advice == "2 more workers ≈ +30 %, then upload is the narrowest.")
        let hopeless = judge { $0[3].stage?.working = 0.97 }
        #expect(hopeless.advice == "More workers would hardly help: upload is as narrow.")
    }

    @Test func theFirstStage_isHeldAgainstItsProducers() {
        let found = judge(.source) { stages in
            stages[0].queue.depth = 64
            stages[0].producers.waiting = 2
            stages[0].stage?.working = 0.99
        }
        #expect(found.stage == 0)
        #expect(found.reason.hasSuffix("its buffer is full and the source waits for room."))
    }

    @Test func pressureOnAStageWithTimeToSpare_isNotBlamedOnItsWorkers() {
        let found = judge { $0[2].stage?.working = 0.4 }
        #expect(found.finding == .held && found.stage == 2)
        #expect(found.reason.contains("though it works only 40 % of the time"))
        #expect(found.advice == "3 finished items wait there for an earlier one, to keep order.")
        let limited = judge { stages in
            stages[2].stage?.working = 0.4
            stages[2].stage?.reordering = 0
            var limit = LimitFigures(kind: "photo")
            limit.held = 7
            stages[2].limits = [limit]
        }
        #expect(limited.advice == "Its limit for photo holds 7 items back.")
    }

    @Test func aSlowSource_isSaidToBe() {
        let found = judge(.source)
        #expect(found.finding == .source && found.stage == nil)
        #expect(found.reason.contains("the busiest stage, upload works 50 % of the time"))
        #expect(found.advice == "More workers would not help.")
    }

    @Test func aBusyStageThatHoldsNobodyBack_isNotCalledABottleneck() {
        let found = judge(.source) { $0[2].stage?.working = 0.9 }
        #expect(
            found.stage == 2
                && found.reason.hasPrefix("Nothing holds the pipeline back, but encode works 90 %"))
    }

    @Test func aSlowReader_isToldFromASlowStage() {
        let found = judge { $0[3].stage?.blocked = 0.7 }
        #expect(found.finding == .sink && found.reason.contains("upload is blocked 70 %"))
    }

    @Test func aStageThatIsSwitchedOff_comesBeforeAnythingElse() {
        let paused = judge(.paused)
        #expect(paused.finding == .stopped && paused.stage == 1)
        #expect(
            paused.reason
                == "resize is paused: it starts nothing, so fetch fills up before it and encode runs dry behind it."
        )
        #expect(paused.advice == "P resumes its dispatch.")
        #expect(judge { $0[3].workers.target = 0 }.reason.hasPrefix("upload has no workers"))
        let intake = judge { $0[0].paused.intake = Pause(by: "ann", since: 0, elapsed: 1) }
        #expect(intake.stage == 0 && intake.advice == "p resumes its intake.")
    }

    @Test func whatCannotBeTold_isNot() {
        #expect(Bottleneck([]).finding == .measuring)
        var stages: [PoolSnapshot?] = Scenes.pipeline()
        stages[1] = nil
        #expect(Bottleneck(stages).finding == .measuring)
        #expect(judge { for index in $0.indices { $0[index].uptime = 2 } }.finding == .measuring)
        #expect(judge { for index in $0.indices { $0[index].stage?.working = 0 } }.finding == .measuring)
        #expect(judge { for index in $0.indices { $0[index].state = .stopped } }.finding == .over)
        let idle = judge(.source) { stages in
            for index in stages.indices {
                stages[index].counters = Counters()
                stages[index].rates = Rates()
            }
        }
        #expect(idle.finding == .idle)
    }

    @Test func nonsense_isSurvived() {
        for value in [Double.nan, .infinity, -5, 1e300] {
            let found = judge { stages in
                for index in stages.indices {
                    stages[index].stage?.working = value
                    stages[index].stage?.blocked = value
                    stages[index].rates.completions = value
                    stages[index].queue.capacity = 0
                }
            }
            #expect(!found.reason.isEmpty)
        }
    }
}
