import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

@Suite struct TimerQueueTests {
    /// A timer queue on a clock of its own, and what it called back.
    private struct Bench {
        let clock = ManualClock()
        let timers: TimerQueue
        let fired = Journal<UInt64>()

        init() {
            timers = TimerQueue(clock: .manual(clock))
            timers.start { [fired] duty in
                switch duty {
                case .due(let record), .attemptTimeout(let record, _, _), .deadline(let record, _):
                    fired.note(record.id.rawValue)
                case .producerTimeout, .relief, .tokens: fired.note(0)
                }
            }
        }

        func record(_ id: UInt64, _ phase: JobRecord.Phase = .running) -> JobRecord {
            let record = JobRecord(id, at: clock.now)
            record.phase.store(phase, ordering: .relaxed)
            return record
        }

        func addDue(_ id: UInt64, in seconds: UInt64) {
            timers.add(.due(record(id)), at: clock.now + seconds * 1_000_000_000)
        }

        func addTimeout(_ id: UInt64, in seconds: UInt64) {
            timers.add(
                .attemptTimeout(record(id), startedAt: clock.now, limit: .seconds(Int(seconds))),
                at: clock.now + seconds * 1_000_000_000)
        }

        /// Lets time pass, second by second, each time until the sleeper sleeps again.
        func pass(seconds: Int) async {
            for _ in 0..<seconds {
                clock.advance(by: .seconds(1))
                await asleep()
            }
        }

        func asleep() async { await until("the sleeper sleeps, or has nothing to wait for") { isCalm } }

        private var isCalm: Bool {
            clock.sleeperCount == 1 || (clock.sleeperCount == 0 && timers.next == .max)
        }
    }

    @Test func duties_areCalledBackInTheOrderOfTheirTimes() async {
        let bench = Bench()
        bench.addDue(3, in: 3)
        bench.addDue(1, in: 1)
        bench.addDue(2, in: 2)
        bench.addDue(4, in: 2)
        await bench.asleep()
        await bench.pass(seconds: 3)
        #expect(bench.fired.lines == [1, 2, 4, 3])
        await bench.timers.stop()
    }

    @Test func aDutyInThePast_isCalledBackAtOnce() async {
        let bench = Bench()
        bench.addDue(1, in: 0)
        await until("it fired") { bench.fired.lines == [1] }
        await bench.timers.stop()
    }

    @Test func anEarlierDuty_replacesTheSleeper_andOneSleeperIsLeft() async {
        let bench = Bench()
        for seconds in (UInt64(1)...50).reversed() { bench.addDue(seconds, in: seconds) }
        await bench.asleep()
        #expect(bench.clock.sleeperCount == 1)
        await bench.pass(seconds: 50)
        #expect(bench.fired.lines == Array(1...50))
        await bench.timers.stop()
    }

    @Test func stop_forgetsEverything_andLeavesNoSleeper() async {
        let bench = Bench()
        bench.addDue(1, in: 5)
        await bench.asleep()
        await bench.timers.stop()
        #expect(bench.clock.sleeperCount == 0)
        bench.addDue(2, in: 0)
        bench.clock.advance(by: .seconds(10))
        #expect(bench.timers.count == 0)
        #expect(bench.fired.lines.isEmpty)
    }

    @Test func freeze_stopsTheClocksOfAttempts_andOfNothingElse() async {
        let bench = Bench()
        bench.addTimeout(1, in: 10)
        bench.addDue(2, in: 10)
        await bench.asleep()
        await bench.pass(seconds: 4)
        bench.timers.freeze(true)
        await bench.asleep()
        await bench.pass(seconds: 100)
        #expect(bench.fired.lines == [2])
        bench.timers.freeze(false)
        await bench.asleep()
        await bench.pass(seconds: 5)
        #expect(bench.fired.lines == [2])
        await bench.pass(seconds: 1)
        await until("the rest of its time has passed") { bench.fired.lines == [2, 1] }
        await bench.timers.stop()
    }

    @Test func anAttemptAddedWhileFrozen_hasItsWholeTimeAfterwards() async {
        let bench = Bench()
        bench.timers.freeze(true)
        bench.timers.freeze(true)
        await bench.pass(seconds: 3)
        bench.addTimeout(1, in: 2)
        await bench.pass(seconds: 5)
        bench.timers.freeze(false)
        bench.timers.freeze(false)
        await bench.asleep()
        await bench.pass(seconds: 1)
        #expect(bench.fired.lines.isEmpty)
        await bench.pass(seconds: 1)
        await until("it fired") { bench.fired.lines == [1] }
        await bench.timers.stop()
    }

    @Test func entriesOfEndedAttempts_areSweptOut() async {
        let bench = Bench()
        for id in UInt64(1)...500 {
            let record = bench.record(id)
            bench.timers.add(
                .attemptTimeout(record, startedAt: 0, limit: .seconds(60)),
                at: bench.clock.now + 60_000_000_000)
            record.phase.store(.succeeded, ordering: .relaxed)
            bench.timers.watchEnded()
        }
        #expect(bench.timers.count < 130)
        await bench.timers.stop()
    }

    @Test func entriesOfProducersThatNeedNotWaitAnyMore_areSweptOut() async {
        let bench = Bench()
        for _ in 0..<500 {
            let waiter = ProducerWaiter(PreparedJobs(count: 0), at: 0)
            bench.timers.add(.producerTimeout(waiter), at: bench.clock.now + 3_600_000_000_000)
            waiter.isOver.store(true, ordering: .relaxed)
            bench.timers.watchEnded()
        }
        #expect(bench.timers.count < 130)
        await bench.timers.stop()
    }

    @Test func aSweep_sparesWhatIsStillWatched() async {
        let bench = Bench()
        for id in UInt64(1)...10 { bench.addTimeout(id, in: id) }
        for _ in 0..<200 { bench.timers.watchEnded() }
        #expect(bench.timers.count == 10)
        await bench.timers.stop()
    }

    @Test func addedFromManyTasks_whileTimePasses_everyDutyIsCalledBackOnce() async {
        let bench = Bench()
        await withTaskGroup(of: Void.self) { group in
            for task in UInt64(0)..<4 {
                group.addTask {
                    for number in UInt64(0)..<250 { bench.addDue(task * 250 + number, in: (number * 7) % 40) }
                }
            }
            group.addTask { for _ in 0..<40 { bench.clock.advance(by: .seconds(1)) } }
        }
        await until("all fired") {
            bench.clock.advance(by: .seconds(1))
            return bench.fired.lines.count >= 1_000
        }
        #expect(Set(bench.fired.lines).count == 1_000)
        #expect(bench.fired.lines.count == 1_000)
        await bench.timers.stop()
        #expect(bench.clock.sleeperCount == 0)
    }
}
