import Testing

@testable import WorkerPool

/// The decisions of a stage that keeps order, one event at a time.
@Suite struct PipelineTurnstileTests {
    /// A machine into which so many items have been let.
    private func machine(limit: Int = 10, entered: Int = 0) -> Bench {
        let bench = Bench(machine: TurnstileMachine(limit: limit))
        for _ in 0..<entered { bench.enter() }
        return bench
    }

    @Test func hasRoom_untilTheLimit() {
        let machine = machine(limit: 2)
        machine.enter()
        #expect(machine.hasRoom)
        machine.enter()
        #expect(!machine.hasRoom)
        machine.turnBack()
        #expect(machine.hasRoom)
    }

    @Test func aLimitBelowOne_letsOneIn() {
        let machine = machine(limit: 0)
        #expect(machine.hasRoom)
        machine.enter()
        #expect(!machine.hasRoom)
    }

    @Test func finished_beforeItsTurn_waits() {
        let machine = machine(entered: 3)
        #expect(machine.finish(2, "two"))
        #expect(machine.finish(3, "three"))
        #expect(machine.flush() == [])
        #expect(machine.finish(1, "one"))
        #expect(machine.flush() == ["one", "two", "three"])
        #expect(machine.figures.passed == 3)
    }

    @Test func leaving_makesRoom() {
        let machine = machine(limit: 2, entered: 2)
        #expect(machine.finish(2, "two"))
        #expect(!machine.hasRoom)
        #expect(machine.finish(1, "one"))
        #expect(machine.flush() == ["one", "two"])
        machine.enter()
        #expect(machine.hasRoom)
    }

    @Test func gone_atTheHead_letsTheOthersGo() {
        let machine = machine(limit: 3, entered: 3)
        #expect(machine.finish(3, "three"))
        machine.gone(1)
        #expect(machine.flush() == [])
        machine.gone(2)
        #expect(machine.flush() == ["three"])
        #expect(machine.head == 4)
    }

    @Test func gone_withNothingBehind_makesRoomAtOnce() {
        let machine = machine(limit: 1, entered: 1)
        machine.gone(1)
        #expect(!machine.beginFlushing())
        #expect(machine.hasRoom)
    }

    @Test func finished_afterGone_isLate() {
        let machine = machine(entered: 2)
        machine.gone(2)
        #expect(!machine.finish(2, "two"))
        machine.gone(1)
        #expect(machine.flush() == [])
        #expect(!machine.finish(1, "one"))
    }

    @Test func gone_afterFinished_takesTheItemBack() {
        let machine = machine(entered: 2)
        #expect(machine.finish(2, "two"))
        machine.gone(2)
        #expect(machine.finish(1, "one"))
        #expect(machine.flush() == ["one"])
    }

    @Test func oneAtATime_letsItemsLeave() {
        let machine = machine(entered: 2)
        #expect(machine.finish(1, "one"))
        #expect(machine.beginFlushing())
        #expect(machine.finish(2, "two"))
        #expect(!machine.beginFlushing())
        #expect(machine.next() == "one")
        #expect(machine.next() == "two")
        #expect(machine.next() == nil)
        #expect(!machine.isFlushing)
    }

    @Test func anItemThatCameInPastTheTurnstile_countsAsEntered() {
        let machine = machine(limit: 2, entered: 1)
        #expect(machine.finish(2, "retried"))
        #expect(!machine.hasRoom)
        #expect(machine.finish(1, "one"))
        #expect(machine.flush() == ["one", "retried"])
        #expect(machine.hasRoom)
    }
}

/// Holds the machine, so that expectations may change it.
private final class Bench {
    private var machine: TurnstileMachine<String>

    init(machine: TurnstileMachine<String>) { self.machine = machine }

    var hasRoom: Bool { machine.hasRoom }
    var isFlushing: Bool { machine.isFlushing }
    var head: UInt64 { machine.head }
    var figures: TurnstileFigures { machine.figures }

    func enter() { machine.enter() }
    func turnBack() { machine.turnBack() }
    func finish(_ id: UInt64, _ item: String) -> Bool { machine.finish(id, item) }
    func gone(_ id: UInt64) { machine.gone(id) }
    func beginFlushing() -> Bool { machine.beginFlushing() }
    func next() -> String? { machine.next() }

    /// All that can leave.
    func flush() -> [String] {
        guard machine.beginFlushing() else { return [] }
        var left: [String] = []
        while let item = machine.next() {
            left.append(item)
            machine.passedOne()
        }
        return left
    }
}
