import Synchronization
import Testing

@testable import WorkerPool

@Suite struct SplitMixTests {
    @Test func theSameSeed_givesTheSameSequence() {
        var one = SplitMix(seed: 7)
        var two = SplitMix(seed: 7)
        let same = (0..<100).allSatisfy { _ in one.next() == two.next() }
        #expect(same)
    }

    @Test func theFirstNumbersOfSeedZero_areThoseOfTheReference() {
        var generator = SplitMix(seed: 0)
        let numbers = (0..<3).map { _ in generator.next() }
        #expect(numbers == [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F])
    }
}

@Suite struct TimeTests {
    @Test(arguments: [
        (Duration.zero, UInt64(0)), (.nanoseconds(1), 1), (.milliseconds(1_500), 1_500_000_000),
        (.seconds(-1), 0),
        (.nanoseconds(-1), 0), (.seconds(Int64.max), UInt64(Int64.max)),
        (.seconds(9_223_372_037), UInt64(Int64.max)),
    ])
    func nanoseconds_areWhole_neverNegative_andNeverOverflow(duration: Duration, nanoseconds: UInt64) {
        #expect(duration.nanoseconds == nanoseconds)
    }

    @Test func elapsed_isNeverNegative() {
        #expect(elapsed(from: 5, to: 7) == 2)
        #expect(elapsed(from: 7, to: 5) == 0)
        #expect(elapsed(from: 7, to: 7) == 0)
    }

    @Test func adding_staysWithinTheNumbersThereAre() {
        #expect(Int.max.adding(1) == .max)
        #expect(Int.min.adding(-1) == .min)
        #expect(2.adding(-5) == -3)
    }

    @Test func theSystemClock_neverGoesBack_andKnowsTheDate() {
        let clock = PoolClock.system
        let one = clock.now()
        let two = clock.now()
        #expect(two >= one)
        #expect(clock.unixTime(two) > 1_700_000_000)
    }
}

@Suite struct ManualClockTests {
    @Test func sleep_untilAPastTime_returnsAtOnce() async throws {
        let clock = ManualClock()
        try await clock.sleep(until: clock.now)
        #expect(clock.sleeperCount == 0)
    }

    @Test func advance_wakesThoseThatAreDue_andNoOthers() async throws {
        let clock = ManualClock()
        let woken = Journal<Int>()
        let tasks = [1, 2, 3].map { second in
            Task {
                try await clock.sleep(until: clock.now + UInt64(second) * 1_000_000_000)
                woken.note(second)
            }
        }
        await until("all sleep") { clock.sleeperCount == 3 }
        clock.advance(by: .seconds(2))
        try await tasks[0].value
        try await tasks[1].value
        #expect(Set(woken.lines) == [1, 2])
        #expect(clock.sleeperCount == 1)
        tasks[2].cancel()
        await #expect(throws: CancellationError.self) { try await tasks[2].value }
        #expect(clock.sleeperCount == 0)
    }
}

@Suite struct TaskCountTests {
    @Test func wait_withoutTasks_returnsAtOnce() async { await TaskCount().wait() }

    @Test func wait_returnsWhenTheLastHasEnded() async {
        let tasks = TaskCount()
        tasks.started()
        tasks.started()
        let isOver = Signal()
        let waiter = Task {
            await tasks.wait()
            isOver.fire()
        }
        tasks.ended()
        #expect(tasks.count == 1)
        #expect(!isOver.hasFired)
        tasks.ended()
        await waiter.value
    }

    @Test func wait_isNotForTasksGivenUp_inWhicheverOrderTheNewsArrives() async {
        let tasks = TaskCount()
        tasks.started()
        tasks.gaveUp()
        await tasks.wait()
        #expect(tasks.count == 1)
        tasks.ended(wasGivenUp: true)
        tasks.started()
        tasks.ended(wasGivenUp: true)
        tasks.gaveUp()
        await tasks.wait()
        #expect(tasks.count == 0)
    }
}

@Suite struct RetryPolicyTests {
    @Test func delay_withoutJitter_doubles_upToTheCap() {
        let policy = RetryPolicy(maxAttempts: 9, base: .seconds(1), cap: .seconds(5), jitter: false)
        var generator = SplitMix(seed: 1)
        let delays = (1...5).map { policy.delay(afterFailures: $0, using: &generator) / 1_000_000_000 }
        #expect(delays == [1, 2, 4, 5, 5])
    }

    @Test func delay_withJitter_isDrawnEvenlyFromTheWholeRange() {
        let policy = RetryPolicy(maxAttempts: 9, base: .seconds(1))
        var generator = SplitMix(seed: 1)
        let delays = (0..<4_000).map { _ in Double(policy.delay(afterFailures: 3, using: &generator)) / 4e9 }
        #expect(delays.allSatisfy { (0...1).contains($0) })
        for quarter in 0..<4 {
            let count = delays.count { $0 * 4 >= Double(quarter) && $0 * 4 < Double(quarter + 1) }
            #expect((850...1_150).contains(count))
        }
    }

    @Test(arguments: [0, -3, 1_000, Int.max]) func delay_afterAnyNumberOfFailures_isWithinTheCap(
        failures: Int
    ) {
        let policy = RetryPolicy(maxAttempts: 2, base: .seconds(Int64.max), cap: .seconds(3), jitter: false)
        var generator = SplitMix(seed: 1)
        #expect(policy.delay(afterFailures: failures, using: &generator) == 3_000_000_000)
    }

    @Test(arguments: [(0, 1), (-5, 1), (1, 1), (1_000, 1_000), (1_001, 1_000)])
    func maxAttempts_isBroughtIntoItsRange(wanted: Int, given: Int) {
        #expect(RetryPolicy(maxAttempts: wanted).maxAttempts == given)
    }
}
