import Monitoring
import Testing

@testable import WorkerPool

@Suite struct MachineLimitTests {
    private func job(_ kind: String, priority: Int = 0) -> Job {
        Job(JobOptions(kind: kind, priority: priority)) { _ in }
    }

    /// Long jobs, so that workers take one at a time.
    private func floor(
        workers: Int, rate: RateLimit? = nil, limits: [String: KindLimit] = [:], retry: RetryPolicy = .none
    ) -> Floor {
        Floor(workers: workers, capacity: nil, retry: retry, aging: .seconds(5), rate: rate, limits: limits)
    }

    private func figures(_ floor: Floor, _ kind: String = "db") -> LimitFigures? {
        floor.machine.reading(now: floor.now).limits.first { $0.kind == kind }
    }

    @Test func atTheLimit_othersAreTakenInstead() {
        let floor = floor(workers: 4, limits: ["db": KindLimit(concurrency: 2)])
        for kind in ["db", "db", "db", "mail", "db", "mail"] { floor.admit(job(kind)) }
        #expect((1...4).map { floor.startNext($0) } == [1, 2, 4, 6])
        #expect(figures(floor)?.running == 2)
        #expect(figures(floor)?.held == 2)
        #expect(floor.counters.queued == 2)
    }

    @Test func whenOneEnds_theOldestHeldOneIsNext() {
        let floor = floor(workers: 2, limits: ["db": KindLimit(concurrency: 1)])
        for kind in ["db", "db", "db", "mail", "mail"] { floor.admit(job(kind)) }
        floor.startNext(1)
        #expect(floor.startNext(2) == 4)
        floor.succeed(1)
        #expect(floor.startNext(1) == 2)
        floor.succeed(2)
        #expect(floor.startNext(2) == 5)
        floor.succeed(1)
        #expect(floor.startNext(1) == 3)
        floor.succeed(1)
        floor.succeed(2)
        floor.parkAll()
        #expect(floor.machine.nothingIsLeft)
        #expect(floor.counters.succeeded == 5)
    }

    @Test func ofTinyJobs_aWorkerTakesNoMorePlacesThanItsShare() {
        let floor = floor(
            workers: 2, limits: ["db": KindLimit(concurrency: 4), "web": KindLimit(concurrency: 2)])
        for worker in 1...2 { floor.slot(worker).averageRun = 0 }
        for _ in 0..<8 { floor.admit(job("db")) }
        #expect(floor.claim(1) == .run([1, 2]))
        #expect(floor.claim(2) == .run([3, 4]))
        #expect(figures(floor)?.running == 4)
    }

    @Test func aBatch_hasOneKindOfWhichOnlySoManyMayRun_andAnyNumberOfOthers() {
        let floor = floor(
            workers: 2, limits: ["db": KindLimit(concurrency: 4), "web": KindLimit(concurrency: 2)])
        for worker in 1...2 { floor.slot(worker).averageRun = 0 }
        for kind in [
            "mail", "db", "mail", "db", "web", "mail", "mail", "mail", "mail", "mail", "mail", "mail",
        ] {
            floor.admit(job(kind))
        }
        #expect(floor.claim(1) == .run([1, 2, 3, 4]))
        #expect(floor.claim(2) == .run([5, 6, 7, 8]))
    }

    @Test func aHeldJobOfHigherPriority_passesFirst() {
        let floor = floor(workers: 2, limits: ["db": KindLimit(concurrency: 1)])
        floor.admit(job("db"))
        floor.startNext(1)
        floor.admit(job("db"))
        floor.admit(job("db", priority: 3))
        #expect(floor.claim(2) == .park)
        floor.succeed(1)
        #expect(floor.startNext(1) == 3)
    }

    @Test func workersWithNothingButHeldJobs_park_andAreWokenWhenOneMayPass() {
        let floor = floor(workers: 2, limits: ["db": KindLimit(concurrency: 1)])
        floor.admit(job("db"))
        floor.admit(job("db"))
        floor.startNext(1)
        #expect(floor.claim(2) == .park)
        #expect(floor.park(2))
        #expect(!floor.machine.nothingIsLeft)
        floor.settle(1, error: Broken())
        // The one whose job ended takes it, and has nobody woken for it.
        #expect(floor.startNext(1) == 2)
        #expect(floor.woken == [])
    }

    @Test func aHeldJob_canBeCancelled_andDroppedForRoom() {
        let floor = Floor(
            workers: 2, capacity: 2, aging: .seconds(5), limits: ["db": KindLimit(concurrency: 1)])
        floor.admit(job("db"))
        floor.startNext(1)
        floor.admit(job("db"))
        floor.admit(job("db"))
        #expect(floor.claim(2) == .park)
        #expect(figures(floor)?.held == 2)
        #expect(floor.admit(job("mail")) == .full)
        #expect(floor.cancel(3) == .removed(3))
        #expect(floor.admit(job("mail")) == .admitted(4))
        #expect(floor.overflow(.dropOldest) == .admitted(5, dropped: 2))
        #expect(figures(floor)?.held == 0)
        #expect(floor.counters.isBalanced)
    }

    @Test func aFailedAttempt_leavesRoom_andComesBackThroughTheGate() {
        let floor = floor(
            workers: 2, limits: ["db": KindLimit(concurrency: 1)],
            retry: RetryPolicy(maxAttempts: 2, base: .zero))
        floor.admit(job("db"))
        floor.admit(job("db"))
        floor.startNext(1)
        let failed = floor.slot(1).held(0)
        floor.settle(1, error: Broken())
        #expect(floor.startNext(2) == 2)
        if let failed { floor.machine.due(failed, now: floor.now)?.resume() }
        #expect(floor.claim(1) == .park)
        #expect(figures(floor)?.held == 1)
        floor.succeed(2)
        #expect(floor.startNext(2) == 1)
    }

    @Test func anAbandonedWorker_leavesRoom() {
        let floor = floor(workers: 1, limits: ["db": KindLimit(concurrency: 1)])
        floor.admit(job("db"))
        floor.admit(job("db"))
        floor.startNext(1)
        #expect(floor.abandon(1) == 1)
        #expect(floor.startNext(1) == 2)
    }

    @Test func everythingThatWaits_canBeTakenOut() {
        let floor = floor(workers: 2, limits: ["db": KindLimit(concurrency: 1)])
        for kind in ["db", "db", "mail", "db"] { floor.admit(job(kind)) }
        floor.startNext(1)
        #expect(floor.startNext(2) == 3)
        var unfinished = floor.machine.takeUnfinished(now: floor.now)
        let waiting = unfinished.removeAll()
        #expect(waiting.map(\.id.rawValue) == [2, 4])
        floor.machine.cancelTaken(waiting[...])
        floor.succeed(1)
        floor.succeed(2)
        floor.parkAll()
        #expect(floor.machine.nothingIsLeft)
        #expect(floor.counters.isBalanced)
    }

    @Test func withoutTokens_nothingStarts_andTheMachineSaysWhenToCall() {
        let floor = floor(workers: 2, rate: RateLimit(1, burst: 1))
        floor.admit(job("a"))
        floor.admit(job("b"))
        #expect(floor.startNext(1) == 1)
        floor.succeed(1)
        #expect(floor.claim(1) == .park)
        #expect(floor.alarm == floor.now + 1_000_000_000)
        #expect(floor.park(1))
        floor.now += 1_000_000_000
        floor.tokensCame()
        #expect(floor.woken == [1])
        #expect(floor.startNext(1) == 2)
    }

    @Test func aKindWithoutTokens_letsOthersPass() {
        let floor = floor(workers: 2, limits: ["db": KindLimit(rate: RateLimit(1, burst: 1))])
        for kind in ["db", "db", "mail"] { floor.admit(job(kind)) }
        #expect(floor.startNext(1) == 1)
        #expect(floor.startNext(2) == 3)
        #expect(figures(floor)?.held == 1)
        #expect(figures(floor)?.rate?.wait == 1)
        floor.now += 1_000_000_000
        floor.succeed(1)
        floor.tokensCame()
        #expect(floor.startNext(1) == 2)
    }

    /// Whatever happens: no kind runs more than it may, nothing is lost, and no worker parks while a job may start.
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func limits_holdUnderAnyEvents(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        let kinds = ["a", "b", "c", ""]
        let limits = [
            "a": KindLimit(concurrency: 1), "b": KindLimit(concurrency: 3, rate: RateLimit(20, burst: 2)),
        ]
        let floor = floor(
            workers: 5, rate: seed % 2 == 0 ? RateLimit(50, burst: 4) : nil, limits: limits,
            retry: RetryPolicy(maxAttempts: 2, base: .zero))
        var kindOf: [UInt64: String] = [:]
        var running: [Int: UInt64] = [:]
        var scheduled: [JobRecord] = []

        func step(_ worker: Int) {
            if running[worker] != nil {
                if Int.random(in: 0..<10, using: &generator) == 0 {
                    guard let record = floor.slot(worker).held(0) else { return }
                    if case .retry? = floor.settle(worker, error: Broken())?.next { scheduled.append(record) }
                } else if !floor.succeed(worker) {
                    // It was told to stop before.
                    floor.settle(worker)
                }
                running[worker] = nil
            } else if let id = floor.startNext(worker) {
                running[worker] = id
            }
            for (kind, limit) in limits {
                let count = running.values.count { kindOf[$0] == kind }
                // A job that ended well leaves its gate when its worker comes for the next one.
                let shown = figures(floor, kind)?.running ?? 0
                #expect(
                    count <= shown && shown <= limit.concurrency ?? .max, "seed \(seed): \(count) of \(kind)")
            }
        }

        for _ in 0..<3_000 {
            floor.now += UInt64.random(in: 0...20_000_000, using: &generator)
            if floor.alarm.map({ $0 <= floor.now }) ?? false { floor.tokensCame() }
            switch Int.random(in: 0..<20, using: &generator) {
            case 0..<7:
                let kind = kinds[Int.random(in: 0..<4, using: &generator)]
                let priority = Int.random(in: -2...2, using: &generator)
                if case .admitted(let id) = floor.admit(job(kind, priority: priority)) { kindOf[id] = kind }
            case 7: floor.cancel(UInt64.random(in: 1...max(UInt64(kindOf.count), 1), using: &generator))
            case 8:
                if let record = scheduled.popLast() { floor.machine.due(record, now: floor.now)?.resume() }
            default: step(Int.random(in: 1...5, using: &generator))
            }
            #expect(floor.counters.isBalanced, "seed \(seed)")
        }
        for record in scheduled { floor.machine.due(record, now: floor.now)?.resume() }
        for _ in 0..<100_000 where !(running.isEmpty && floor.counters.unfinished == 0) {
            floor.now += 50_000_000
            if floor.alarm.map({ $0 <= floor.now }) ?? false { floor.tokensCame() }
            for worker in 1...5 { step(worker) }
            for record in scheduled { floor.machine.due(record, now: floor.now)?.resume() }
            scheduled = []
        }
        let counters = floor.counters
        #expect(counters.unfinished == 0, "seed \(seed): \(counters)")
        #expect(counters.finished == counters.submitted, "seed \(seed)")
        for worker in 1...5 { #expect(floor.claim(worker) == .park) }
        for kind in limits.keys { #expect(figures(floor, kind)?.running == 0, "seed \(seed)") }
    }
}
