import Monitoring
import Testing

@testable import WorkerPool

extension Router {
    /// Pools on clocks that stand still, called a, b and so on.
    static func still(
        _ workers: [Int], policy: RoutingPolicy = .leastBusy, capacity: Int? = 100,
        overflow: OverflowPolicy = .wait,
        retry: RetryPolicy = .none, clock: ManualClock = ManualClock()
    ) throws -> Router {
        var intake = PoolConfiguration.still(
            workers: 0, capacity: capacity, overflow: overflow, retry: retry, clock: clock)
        intake.name = "intake"
        return try Router(
            intake: intake,
            pools: workers.enumerated().map { place, count in
                var pool = PoolConfiguration.still(workers: count, clock: clock)
                pool.name = String("abcdefgh".dropFirst(place).prefix(1))
                return pool
            }, policy: policy)
    }

    var counters: Counters { snapshot().counters }

    /// Submits a job that holds a worker until it is released, and waits until it does.
    func hold(_ options: JobOptions? = nil) async throws -> (job: HeldJob, id: JobID) {
        let job = HeldJob()
        let id = try await submit(options, job.body)
        await job.started.wait()
        return (job, id)
    }
}

@Suite struct RouterTests {
    // MARK: Making one

    @Test func aRouterWithoutPoolsOrWithTwins_isRefused() {
        #expect(throws: RouterError.self) { try Router(pools: []) }
        let twin = PoolConfiguration(name: "twin", workers: 1)
        #expect(throws: RouterError(code: .duplicateName, message: "two pools are called 'twin'")) {
            try Router(pools: [twin, twin])
        }
    }

    // MARK: Jobs

    @Test func aJob_runsInAPool_andKnowsItsNumberInTheRouter() async throws {
        let router = try Router.still([1, 1])
        try await router.submit { _ in }
        let handle = try await router.submit(
            JobOptions(name: "second", kind: "mail", tags: ["to": "ada"]), returning: String.self
        ) { context in
            context.report(0.5, "half")
            let pools = router.pools.compactMap { pool in
                pool.snapshot().workers.each.first { $0.job?.name == "second" }?.job?.progress
            }
            #expect(pools == [JobProgress(fraction: 0.5, note: "half")])
            return "\(context.id) \(context.attempt)"
        }
        #expect(try await handle.value == "#2 1")
        let details = router.pools.compactMap { pool in
            pool.jobs(JobQuery()).jobs.first { $0.name == "second" }.flatMap { pool.job($0.id) }
        }
        #expect(details.map(\.tags) == [["to": "ada", "router": "#2"]])
        #expect(details.map(\.summary.kind) == ["mail"])
        #expect(await router.drain().counters.succeeded == 2)
    }

    @Test func jobs_waitInTheIntake_notInThePools() async throws {
        let router = try Router.still([1, 1])
        let held = [try await router.hold(), try await router.hold()]
        for _ in 0..<10 { try await router.submit { _ in } }
        #expect(router.pools.map(\.counters.submitted) == [1, 1])
        #expect(router.counters.queued == 10 && router.counters.running == 2)
        for (job, _) in held { job.release.fire() }
        let counters = await router.drain().counters
        #expect(counters.succeeded == 12 && counters.isBalanced)
        #expect(router.pools.reduce(0) { $0 + $1.counters.succeeded } == 12)
    }

    @Test func manyJobsAtOnce_allRun() async throws {
        let router = try Router.still([2, 2], capacity: 50)
        let counter = Counter()
        let jobs = (0..<1_000).map { number in
            number % 2 == 0 ? Job { _ in counter.add() } : Job(JobOptions(kind: "odd")) { _ in counter.add() }
        }
        #expect(try await router.submit(contentsOf: jobs) == 1_000)
        #expect(await router.drain().counters.succeeded == 1_000)
        #expect(counter.count == 1_000)
    }

    @Test func anAttemptThatFails_isRoutedAnew() async throws {
        let router = try Router.still([1, 1], retry: RetryPolicy(maxAttempts: 2, base: .zero))
        let handle = try await router.submit(returning: Int.self) { context in
            guard context.attempt == 2 else { throw Broken() }
            return context.attempt
        }
        #expect(try await handle.value == 2)
        let counters = await router.drain().counters
        #expect(counters.retried == 1 && counters.succeeded == 1 && counters.submitted == 1)
        #expect(router.pools.reduce(0) { $0 + $1.counters.submitted } == 2)
    }

    @Test func aTimeout_runsFromTheStartInThePool() async throws {
        let clock = ManualClock()
        let router = try Router.still([1], clock: clock)
        let (job, _) = try await router.hold()
        let handle = try await router.submit(JobOptions(timeout: .seconds(2)), returning: Int.self) { _ in
            try await cancellation()
            return 1
        }
        clock.advance(by: .seconds(60))
        job.release.fire()
        await until("its timeout is watched") { clock.sleeperCount == 1 }
        clock.advance(by: .seconds(2))
        await #expect(throws: PoolError(.timedOut, "timed out after 2.0 seconds")) { try await handle.value }
        #expect(router.counters.timedOut == 1 && router.counters.failed == 1)
        await router.drain()
    }

    // MARK: Overflow

    @Test func aFullIntake_refuses_dropsOrHasTheCallerRun() async throws {
        let router = try Router.still([1], capacity: 2, overflow: .reject)
        let (job, _) = try await router.hold()
        for _ in 0..<2 { try await router.submit { _ in } }
        await #expect(throws: PoolError.queueFull) { try await router.submit { _ in } }
        #expect(throws: PoolError.queueFull) { try router.trySubmit { _ in } }
        try await router.submit(overflow: .dropOldest) { _ in }
        try await router.submit(overflow: .dropNewest) { _ in }
        let journal = Journal<WorkerID>()
        try await router.submit(overflow: .callerRuns) { context in journal.note(context.worker) }
        #expect(journal.lines == [WorkerID(rawValue: 0)])
        job.release.fire()
        let counters = await router.drain().counters
        #expect(counters.rejected == 2 && counters.dropped == 2)
        #expect(counters.submitted == 6 && counters.succeeded == 4)
    }

    @Test func aProducerThatWaits_isLetInWhenAJobMovesOn() async throws {
        let router = try Router.still([1], capacity: 1)
        let (job, _) = try await router.hold()
        try await router.submit { _ in }
        let producer = Task { try await router.submit { _ in } }
        await until("it waits") { router.snapshot().producers.waiting == 1 }
        job.release.fire()
        _ = try await producer.value
        #expect(await router.drain().counters.succeeded == 3)
    }

    // MARK: Cancelling

    @Test func aCancel_reachesAJobInTheIntake_andOneInAPool() async throws {
        let router = try Router.still([1])
        let started = Signal()
        let running = try await router.submit { _ in
            started.fire()
            try await cancellation()
        }
        await started.wait()
        let queued = try await router.submit { _ in }
        let first = router.cancel(queued, by: "ada")
        #expect(first.phase == .done && first.affected == 1)
        let second = router.cancel(running, by: "ada")
        #expect(second.phase == .signalled)
        await until("it has stopped") {
            router.intake.allEvents.contains { $0.receipt?.id == second.id && $0.receipt?.phase == .done }
        }
        #expect(router.cancel(running).phase == .refused)
        let counters = await router.drain().counters
        #expect(counters.cancelled == 2 && counters.failed == 0)
        #expect(router.pools[0].counters.cancelled == 1)
    }

    @Test func aCancelInThePool_cancelsTheJobInTheRouter() async throws {
        let router = try Router.still([1])
        let handle = try await router.submit(returning: Int.self) { _ in
            try await cancellation()
            return 1
        }
        await until("it runs") { router.pools[0].counters.running == 1 }
        _ = await router.pools[0].perform(.cancelAll, by: "ada")
        await #expect(throws: CancellationError.self) { try await handle.value }
        let counters = await router.drain().counters
        #expect(counters.cancelled == 1 && counters.failed == 0)
    }

    @Test func aJobThatIsSetAside_canBeCancelled() async throws {
        let router = try Router.still([1, 1], policy: .byKind(["mail": "a"], otherwise: "b"))
        let (job, _) = try await router.hold(JobOptions(kind: "mail"))
        let aside = try await router.submit(JobOptions(kind: "mail")) { _ in }
        await until("it is set aside") { router.doors.standing == 1 }
        #expect(router.counters.queued == 1 && router.counters.running == 1)
        #expect(router.cancel(aside).phase == .signalled)
        await until("it is gone") { router.counters.cancelled == 1 }
        #expect(router.doors.standing == 0)
        job.release.fire()
        await router.drain()
    }

    // MARK: Routing

    @Test func aFullPool_doesNotHoldOthersUp() async throws {
        let router = try Router.still([1, 1], policy: .byKind(["mail": "a"], otherwise: "b"))
        let (job, _) = try await router.hold(JobOptions(kind: "mail"))
        for _ in 0..<20 { try await router.submit(JobOptions(kind: "mail")) { _ in } }
        let counter = Counter()
        for _ in 0..<5 {
            let handle = try await router.submit(returning: Void.self) { _ in counter.add() }
            try await handle.value
        }
        #expect(counter.count == 5)
        #expect(router.pools.map(\.counters.submitted) == [1, 5])
        job.release.fire()
        #expect(await router.drain().counters.succeeded == 26)
        #expect(router.pools.map(\.counters.submitted) == [21, 5])
    }

    @Test func aPausedPool_getsNothing_untilItIsResumed() async throws {
        let router = try Router.still([1, 1])
        router.pools[0].pauseDispatch()
        for _ in 0..<20 { try await router.submit(returning: Void.self) { _ in }.value }
        #expect(router.pools.map(\.counters.submitted) == [0, 20])
        router.pools[1].pauseDispatch()
        let handle = try await router.submit(returning: Void.self) { _ in }
        await until("it waits at the door") { router.doors.standing == 1 }
        // By someone who knows nothing of the router.
        router.pools[0].resumeDispatch()
        try await handle.value
        #expect(router.pools.map(\.counters.submitted) == [1, 20])
        router.pools[1].resumeDispatch()
        await router.drain()
    }

    @Test func theJobsOfAPoolThatEnds_goElsewhere_andFailWhereNoneIsLeft() async throws {
        let router = try Router.still([1, 1], policy: .byKind(["mail": "a"], otherwise: "b"))
        await router["a"]?.drain()
        try await router.submit(JobOptions(kind: "mail"), returning: Void.self) { _ in }.value
        await router["b"]?.drain()
        let handle = try await router.submit(JobOptions(kind: "mail"), returning: Void.self) { _ in }
        await #expect(throws: PoolError(.closed, "no pool takes the job any more")) { try await handle.value }
        #expect(await router.drain().counters.failed == 1)
    }

    @Test func byHash_jobsOfOneKey_goToOnePool() async throws {
        let router = try Router.still([2, 2, 2], policy: .byHash { $0.tags["customer"] ?? "" })
        let homes = Journal<(String, String)>()
        for number in 0..<300 {
            let customer = "customer \(number % 30)"
            try await router.submit(JobOptions(tags: ["customer": customer])) { context in
                homes.note((customer, Seat.current?.pool.configuration.name ?? ""))
            }
        }
        await router.drain()
        let byCustomer = Dictionary(grouping: homes.lines, by: \.0).mapValues { Set($0.map(\.1)) }
        #expect(byCustomer.count == 30 && byCustomer.values.allSatisfy { $0.count == 1 })
        #expect(Set(byCustomer.values.flatMap { $0 }) == ["a", "b", "c"])
    }

    @Test func aNewPolicy_countsForJobsThatWaitToo() async throws {
        let router = try Router.still([1, 1], policy: .byKind([:], otherwise: "a"))
        let (job, _) = try await router.hold()
        let handle = try await router.submit(returning: Void.self) { _ in }
        await until("it is set aside") { router.doors.standing == 1 }
        try router.setPolicy(.leastBusy, by: "ada")
        try await handle.value
        #expect(router.pools.map(\.counters.submitted) == [1, 1])
        #expect(router.policy.description == "least busy")
        #expect(router.intake.allEvents.contains { $0.message == "ada routes least busy" })
        #expect(throws: RouterError.self) { try router.setPolicy(.weighted(["z": 1])) }
        job.release.fire()
        await router.drain()
    }

    // MARK: Capacity

    @Test func aShift_movesWorkers_andNeverMoreThanThereAre() async throws {
        let router = try Router.still([3, 1])
        #expect(try router.shift(2, from: "a", to: "b") == 2)
        #expect(router.pools.map { $0.snapshot().workers.target } == [1, 3])
        #expect(try router.shift(5, from: "a", to: "b") == 1)
        #expect(try router.shift(-1, from: "b", to: "a") == 0)
        #expect(try router.shift(1, from: "b", to: "b") == 0)
        #expect(throws: RouterError(code: .unknownPool, message: "no pool 'z': there are a, b")) {
            try router.shift(1, from: "a", to: "z")
        }
        #expect(router.pools.map { $0.snapshot().workers.target } == [0, 4])
        await router["a"]?.drain()
        #expect(try router.shift(1, from: "b", to: "a") == 0)
        #expect(router["b"]?.snapshot().workers.target == 4)
        await router.drain()
    }

    @Test func aShift_movesCapacityToTheJobsThatWait() async throws {
        let router = try Router.still([1, 1], policy: .byKind(["mail": "a"], otherwise: "b"))
        let (job, _) = try await router.hold(JobOptions(kind: "mail"))
        let handle = try await router.submit(JobOptions(kind: "mail"), returning: Void.self) { _ in }
        await until("it is set aside") { router.doors.standing == 1 }
        try router.shift(1, from: "b", to: "a")
        try await handle.value
        job.release.fire()
        await router.drain()
    }

    @Test func aPoolResizedBySomeoneElse_isUsedAtOnce() async throws {
        let router = try Router.still([1])
        let (job, _) = try await router.hold()
        let handle = try await router.submit(returning: Void.self) { _ in }
        _ = await router.pools[0].perform(.adjust(by: 1), by: "ada")
        try await handle.value
        job.release.fire()
        await router.drain()
    }

    // MARK: Watching

    @Test func theSources_areIntakeAndPools_andTheIntakeCannotBeResized() async throws {
        let router = try Router.still([1, 2])
        var names: [String] = []
        for source in router.sources { names.append(try await source.snapshot().name) }
        #expect(names == ["intake", "a", "b"])
        let refused = try await router.sources[0].perform(.adjust(by: 1), by: "ada")
        #expect(refused.phase == .refused)
        #expect(try await router.sources[0].perform(.pauseDispatch, by: "ada").phase == .done)
        try await router.submit { _ in }
        #expect(router.counters.queued == 1)
        #expect(try await router.sources[0].perform(.resumeDispatch, by: "ada").phase == .done)
        await router.drain()
        // What the router does to the intake for its own sake is no news.
        #expect(!router.intake.allEvents.contains { $0.message.contains("resized") })
    }

    // MARK: The end

    @Test func drain_finishesAll_andLeavesNothing() async throws {
        let router = try Router.still([2, 2])
        for _ in 0..<50 { try await router.submit { _ in } }
        let report = await router.drain()
        #expect(report.isComplete && report.counters.succeeded == 50)
        #expect(router.pools.map(\.liveTasks) == [0, 0] && router.intake.liveTasks == 0)
        await #expect(throws: PoolError.closed) { try await router.submit { _ in } }
        #expect(await router.drain().isComplete)
    }

    @Test func shutdownNow_returnsTheJobsThatNeverRan_thoseSetAsideIncluded() async throws {
        let router = try Router.still([1, 1], policy: .byKind(["mail": "a"], otherwise: "b"))
        let started = Signal()
        try await router.submit(JobOptions(kind: "mail")) { _ in
            started.fire()
            try await cancellation()
        }
        await started.wait()
        try await router.submit(JobOptions(name: "aside", kind: "mail")) { _ in }
        await until("it is set aside") { router.doors.standing == 1 }
        router.pauseDispatch()
        try await router.submit("queued") { _ in }
        let neverRan = await router.shutdownNow()
        #expect(neverRan.map(\.name) == ["aside", "queued"])
        #expect(neverRan.allSatisfy { $0.state == .cancelled && $0.attempt == 0 && $0.worker == nil })
        #expect(router.counters.cancelled == 3 && router.counters.isBalanced)
        #expect(router.pools.map(\.liveTasks) == [0, 0] && router.intake.liveTasks == 0)
    }

    @Test func shutdownNow_mayLetRunningJobsFinish() async throws {
        let router = try Router.still([1])
        let (job, _) = try await router.hold()
        let queued = try await router.submit("queued") { _ in }
        let shutdown = Task { await router.shutdownNow(running: .finish) }
        await until("the queued one is taken back") { router.job(queued)?.summary.state == .cancelled }
        job.release.fire()
        #expect(await shutdown.value.map(\.name) == ["queued"])
        #expect(router.counters.succeeded == 1)
    }

    @Test func with_drainsAtTheEnd_andCancelsAfterAnError() async throws {
        let counter = Counter()
        try await Router.with(try Router.still([1])) { router in
            for _ in 0..<10 { try await router.submit { _ in counter.add() } }
        }
        #expect(counter.count == 10)
        await #expect(throws: Broken.self) {
            try await Router.with(try Router.still([1])) { router in
                try await router.submit { _ in try await cancellation() }
                throw Broken()
            }
        }
    }
}
