import Monitoring
import TerminalUI
import Testing

@testable import Dashboard

/// Limits, rates, priorities and sizing as they are shown and steered.
@Suite struct GaugeTests {
    private let small = Size(width: 80, height: 24)
    private let large = Size(width: 120, height: 40)

    // MARK: Limits

    @Test func limits_areShownAsGauges_theOneThatHoldsBackFirst() throws {
        let lines = Scenes.watched(Scenes.limited(), size: large).text.split(separator: "\n")
        let resize = try #require(lines.firstIndex { $0.contains("resize") && $0.contains("2/2") })
        let pool = try #require(lines.firstIndex { $0.contains("whole pool") && $0.contains("4/6") })
        #expect(resize < pool)
        let mail = try #require(lines.first { $0.contains("│ mail") })
        for word in ["1/3", " 4 ", "10.0/10 per s", "in 80 ms"] { #expect(mail.contains(word), "\(word)") }
        #expect(lines.contains { $0.contains("Limits") && $0.contains("16 jobs held back") })
    }

    @Test func aSmallScreen_hasALineOfLimits_andSaysHowManyMore() {
        let text = Scenes.watched(Scenes.limited(), size: small).text
        #expect(text.contains("limits     resize 2/2 12 held · mail 1/3 4 held next in 80 ms"))
        #expect(text.contains("more L"))
        #expect(!Scenes.watched(Scenes.busy(), size: small).text.contains("limits"))
    }

    @Test func manyLimits_areBounded_andAllAreInTheDetails() {
        var pool = Scenes.limited()
        pool.limits = (0..<40).map { Scenes.limit("kind-\($0)", 1, of: 2, held: $0 >= 30 ? 1 : 0) }
        var stage = Scenes.watched(pool, size: large)
        #expect(stage.text.contains("more") && stage.text.contains("L shows all"))
        stage.press(.char("L"))
        #expect(stage.text.contains("Overview › Limits"))
        stage.press(.char("G"))
        #expect(stage.text.contains("kind-29"))
        stage.press(.char("L"))
        #expect(stage.state.details.isEmpty)
    }

    @Test func aPoolWithoutLimits_saysSo() {
        var stage = Scenes.watched(Scenes.busy(), size: large)
        stage.press(.char("L"))
        #expect(stage.toasts == ["This pool limits no kind of jobs"] && stage.state.details.isEmpty)
    }

    @Test func aClickOnTheLimits_opensThem() throws {
        var stage = Scenes.watched(Scenes.limited(), size: small)
        let row = try #require(stage.text.split(separator: "\n").firstIndex { $0.contains("limits  ") })
        #expect(stage.state.layout.target(at: Point(x: 20, y: row)) == .action(.limits))
        _ = stage.state.run(.limits, now: stage.now)
        #expect(stage.state.details.last?.subject == .limits)
    }

    @Test func kindsFromOutside_moveNothing() {
        var pool = Scenes.limited()
        pool.limits = [Scenes.limit("\u{1B}[2J\u{202E}日本\n\u{301}", 1, of: 2, held: 1)]
        for size in GoldenTests.sizes {
            var stage = Scenes.watched(pool, size: size)
            for _ in 0..<2 {
                let grid = Picture(of: stage.state).frame.grid
                #expect(grid.lines.allSatisfy { SafeText($0).width <= size.width })
                #expect(
                    !grid.lines.joined().unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E })
                stage.press(.char("L"))
            }
        }
    }

    @Test func limitsThatAreNoNumbers_areNeverShownAsSuch() {
        var pool = Scenes.limited()
        let none = RateFigures(perSecond: .nan, burst: 0, available: .nan, wait: .infinity)
        pool.limits = [
            Scenes.limit("a", 3, of: 0, held: 2, rate: none), Scenes.limit("b", 0, of: nil, rate: none),
        ]
        pool.sizing = SizingFigures(
            min: 1, max: .max, isActive: true, reason: "",
            pressure: .init(cpu: .nan, memory: .infinity, io: -1))
        for size in GoldenTests.sizes {
            var stage = Scenes.watched(pool, size: size)
            for _ in 0..<2 {
                let text = stage.text.lowercased()
                #expect(!text.contains("nan") && !text.contains("inf "), "\(size)")
                stage.press(.char("L"))
            }
        }
    }

    @Test func aWholePoolLimitedByRateAlone_showsAllThatRuns() {
        var pool = Scenes.limited()
        pool.limits = [
            Scenes.limit("", 0, of: nil, rate: RateFigures(perSecond: 60, burst: 20, available: 20, wait: 0))
        ]
        var stage = Scenes.watched(pool, size: small)
        #expect(stage.text.contains("limits     whole pool 60 per s"))
        stage.press(.char("L"))
        #expect(stage.text.contains("whole pool  4 running") && stage.text.contains("tokens 20/20  next now"))
    }

    // MARK: Priorities

    @Test func priorities_haveAColumn_onlyWhereThereAreSome() {
        #expect(!Scenes.watched(Scenes.busy(), size: small, tab: .jobs).text.contains(" PRI "))
        let some = Scenes.watched(Scenes.limited(), size: small, tab: .jobs).text
        #expect(some.contains(" PRI ") && some.contains("NAME") && some.contains("TIME"))
        #expect(
            Scenes.watched(Scenes.busy(), size: Size(width: 200, height: 50), tab: .jobs).text.contains(
                " PRI "))
    }

    @Test func jobs_areSortedByPriority_theUrgentFirst() {
        var stage = Scenes.watched(Scenes.limited(), size: large, tab: .jobs)
        while JobSort(rawValue: stage.state.jobs.sort) != .priority { stage.press(.char("s")) }
        let priorities = stage.state.jobs.rows.compactMap { stage.state.pool.jobs.known[$0]?.priority }
        #expect(priorities.count > 100 && priorities == priorities.sorted(by: >) && priorities.first == 10)
        stage.press(.char("S"))
        let reversed = stage.state.jobs.rows.compactMap { stage.state.pool.jobs.known[$0]?.priority }
        #expect(reversed == reversed.sorted() && reversed.first == -5)
    }

    // MARK: Details of a job

    private func page(_ change: (inout JobDetail) -> Void) -> String {
        var stage = Scenes.watched(Scenes.busy(), size: Size(width: 100, height: 40), tab: .jobs)
        stage.press(.enter)
        var detail = Scenes.promised()
        change(&detail)
        stage.take(.job(JobID(rawValue: 10_491), detail))
        return stage.text
    }

    @Test func aJobsTerms_areInItsDetails() {
        let text = page { _ in }
        for words in [
            "priority   10, before ordinary jobs", "key        thumbnail:2041/market",
            "deadline   in 12 s, at 12:40:12",
        ] { #expect(text.contains(words), "\(words)") }
    }

    @Test func aDeadlineThatPassed_isSaidToHave() {
        #expect(page { $0.deadline = Stage.start - 3 }.contains("passed 3 s ago, at 12:39:57"))
        let kept = page {
            $0.summary.state = .succeeded
            $0.summary.ended = Stage.start - 1
        }
        #expect(kept.contains("ended 13 s before it, at 12:40:12"))
    }

    @Test func aScheduledJob_tellsWhenItIsDue() {
        let text = page {
            $0.summary.state = .scheduled
            $0.summary.due = Stage.start + 8
        }
        #expect(text.contains("scheduled  in 8 s") && text.contains("due 12:40:08"))
    }

    @Test func memoryThatWasNotMeasured_isNotMentioned() {
        let text = page { $0.usage?.maxResidentBytes = 0 }
        #expect(text.contains("1.2 s user") && !text.contains("at most") && !text.contains("0 B"))
    }

    // MARK: Sizing

    @Test func aPoolThatSizesItself_tellsWhy_andGivesNoHint() {
        for size in [small, large] {
            var stage = Scenes.watched(Scenes.sizing(), size: size)
            let text = stage.text
            #expect(text.contains("auto 1–64 · 41.2/s, best of the sizes near"), "\(size)")
            #expect(text.contains("cpu 48 %") && !text.contains("hint "), "\(size)")
            stage.press(.char("a"))
            #expect(stage.commands.isEmpty)
            #expect(stage.toasts == ["The pool sizes itself: there is no hint to apply"])
        }
    }

    @Test func aHeldSize_isHandedBack_byItsKey() {
        for size in [small, large] {
            var stage = Scenes.watched(Scenes.sizing(isActive: false), size: size)
            #expect(stage.text.contains("held at 4; A hands it back to auto 1–64"), "\(size)")
            #expect(stage.text.contains("hint "), "\(size)")
            stage.press(.char("A"))
            #expect(stage.commands == [.adapt])
        }
    }

    @Test func adapting_isExplained_whereItDoesNothing() {
        var stage = Scenes.watched(Scenes.busy(), size: large)
        stage.press(.char("A"))
        #expect(stage.commands.isEmpty)
        #expect(stage.toasts == ["This pool does not size itself: + - = set its workers"])
        stage = Scenes.watched(Scenes.sizing(), size: large)
        stage.press(.char("A"))
        #expect(stage.commands.isEmpty && stage.toasts == ["The pool sizes itself already, 1–64 workers"])
        stage = Stage(size: large) { $0.isReadOnly = true }
        stage.show(Scenes.sizing(isActive: false))
        stage.press(.char("A"))
        #expect(stage.commands.isEmpty)
        #expect(!stage.text.contains("A hands"))
    }

    @Test func thePalette_adaptsToo() {
        var stage = Scenes.watched(Scenes.sizing(isActive: false), size: large)
        stage.press(.char(":"))
        stage.type("auto size")
        stage.press(.enter)
        #expect(stage.commands == [.adapt])
    }

    // MARK: Once

    @Test func once_tellsHowManyWait_orListsThem() {
        let size = Size(width: 120, height: 40)
        let alone = Cockpit.once(Scenes.busy(), size: size)
        #expect(alone.contains("982 jobs wait") || alone.contains("983 jobs wait"))
        #expect(!alone.contains("nothing waits"))
        let jobs = Scenes.jobs()
        let listed = Cockpit.once(Scenes.busy(), size: size, jobs: JobPage(jobs: jobs, total: jobs.count))
        #expect(listed.contains("#10500") && !listed.contains("jobs wait"))
    }
}
