import Testing

@testable import WorkerPool

/// The router's decisions, one event at a time; waiters are numbers.
@Suite struct RouterMachineTests {
    private func machine(
        _ route: Route = .leastBusy, workers: [Int], aside: Int = 100
    ) -> RouterMachine<Int> {
        RouterMachine(
            names: workers.indices.map { "pool \($0)" }, members: workers.map { Route.Member(workers: $0) },
            route: route, asideLimit: aside)
    }

    // MARK: Least busy

    @Test func leastBusy_takesTheSmallestShare_thenTheLargerPool() {
        var machine = machine(workers: [2, 4])
        var order: [Route.Verdict] = []
        for number in 0..<7 { order.append(machine.enter(.any, version: 0, number: UInt64(number), number)) }
        #expect(order == [.go(1), .go(0), .go(1), .go(1), .go(0), .go(1), .wait])
        #expect(machine.loads == [2, 4])
        #expect(machine.standing == 1)
    }

    @Test func aJobThatLeaves_letsTheNextIn() {
        var machine = machine(workers: [1, 1])
        for number in 0..<4 { _ = machine.enter(.any, version: 0, number: UInt64(number), number) }
        let calls = machine.leave(1)
        #expect(calls.map(\.waiter) == [2])
        #expect(calls.map(\.verdict) == [.go(1)])
        #expect(machine.leave(0).map(\.waiter) == [3])
        #expect(machine.leave(0).isEmpty)
        #expect(machine.loads == [0, 1])
    }

    @Test func aPausedPool_getsNothing_andIsNotWaitedForWhereAnyWillDo() {
        var machine = machine(workers: [4, 1])
        _ = machine.update([Route.Member(workers: 4, isOpen: false), Route.Member(workers: 1)])
        #expect(machine.enter(.any, version: 0, number: 1, 1) == .go(1))
        #expect(machine.enter(.any, version: 0, number: 2, 2) == .wait)
        let calls = machine.update([Route.Member(workers: 4), Route.Member(workers: 1)])
        #expect(calls.map(\.verdict) == [.go(0)])
    }

    @Test func whereAllPoolsAreClosed_jobsAreToldSo() {
        var machine = machine(workers: [1, 1])
        for number in 0..<3 { _ = machine.enter(.any, version: 0, number: UInt64(number), number) }
        var closed = Route.Member(workers: 0)
        closed.isClosed = true
        #expect(machine.update([closed, Route.Member(workers: 1)]).map(\.verdict) == [.again])
        #expect(machine.enter(.any, version: 0, number: 9, 9) == .wait)
        #expect(machine.update([closed, closed]).map(\.verdict) == [.again])
        #expect(machine.enter(.any, version: 0, number: 9, 9) == .closed)
    }

    // MARK: Weights

    @Test func weights_areMetAndInterleaved() {
        var machine = machine(.weighted([5, 1, 1]), workers: [100, 100, 100])
        let order = (0..<7).map { machine.enter(.any, version: 0, number: $0, 0) }
        #expect(order == [.go(0), .go(0), .go(1), .go(0), .go(2), .go(0), .go(0)])
    }

    @Test func weights_areMetExactly_overEveryRound() {
        for seed in UInt64(1)...50 {
            var generator = SplitMix(seed: seed)
            let weights = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                Int.random(in: 0...9, using: &generator)
            }
            let total = weights.reduce(0, +)
            guard total > 0 else { continue }
            var machine = machine(.weighted(weights), workers: weights.map { _ in 1_000_000 })
            for number in 0..<(total * 20) { _ = machine.enter(.any, version: 0, number: UInt64(number), 0) }
            #expect(machine.loads == weights.map { $0 * 20 }, "seed \(seed)")
        }
    }

    @Test func aFullPool_isPassedOver_andOneWithoutWeightGetsNothing() {
        var machine = machine(.weighted([9, 1, 0]), workers: [1, 10, 10])
        for number in UInt64(0)..<5 { _ = machine.enter(.any, version: 0, number: number, 0) }
        #expect(machine.loads == [1, 4, 0])
    }

    // MARK: By kind and by hash

    @Test func byKind_aJobWaitsForItsPool_andOthersPass() {
        var machine = machine(.byKind(["mail": 0], otherwise: 1), workers: [1, 2])
        #expect(machine.enter(.kind("mail"), version: 0, number: 1, 1) == .go(0))
        #expect(machine.enter(.kind("mail"), version: 0, number: 2, 2) == .wait)
        #expect(machine.enter(.kind(""), version: 0, number: 3, 3) == .go(1))
        #expect(machine.leave(1).isEmpty)
        #expect(machine.leave(0).map(\.waiter) == [2])
    }

    @Test func byKind_theJobsOfAClosedPool_goOtherwise() {
        var machine = machine(.byKind(["mail": 0], otherwise: 1), workers: [1, 1])
        var closed = Route.Member(workers: 0)
        closed.isClosed = true
        _ = machine.update([closed, Route.Member(workers: 1)])
        #expect(machine.enter(.kind("mail"), version: 0, number: 1, 1) == .go(1))
        _ = machine.update([closed, closed])
        #expect(machine.enter(.kind("mail"), version: 0, number: 1, 1) == .closed)
    }

    @Test func byHash_aClosedPoolMovesItsKeysOnly() {
        let route = Route.byHash { $0.name }
        var machine = machine(route, workers: [100_000, 100_000, 100_000, 100_000, 100_000])
        func homes() -> [Int?] {
            (0..<5_000).map { key in
                let address = Route.Address.hash(Rendezvous.hash("customer \(key)"))
                guard case .go(let place) = machine.enter(address, version: 0, number: 0, 0) else {
                    return nil
                }
                return place
            }
        }
        let before = homes()
        #expect(homes() == before)
        for place in 0..<5 {
            // 1,000 are expected, ±10 % is more than three standard deviations.
            #expect((900...1_100).contains(before.count { $0 == place }), "pool \(place)")
        }
        var members = machine.members
        members[2].isClosed = true
        _ = machine.update(members)
        let after = homes()
        for key in before.indices where before[key] != 2 { #expect(after[key] == before[key]) }
        #expect(!after.contains(2) && !after.contains(nil))
        let moved = before.indices.filter { before[$0] == 2 }
        for place in [0, 1, 3, 4] { #expect(moved.count { after[$0] == place } > moved.count / 6) }
    }

    @Test func theHash_isTheSameInEveryProcess() {
        #expect(Rendezvous.hash("") == 0xCBF2_9CE4_8422_2325)
        #expect(Rendezvous.hash("a") == 0xAF63_DC4C_8601_EC8C)
        #expect(Rendezvous.hash("foobar") == 0x8594_4171_F739_67E8)
    }

    @Test func byHash_aPausedPool_keepsItsKeys() {
        var machine = machine(.byHash { $0.name }, workers: [5, 5])
        let key = (0..<100).first { key in
            let score = { (place: Int) in
                Rendezvous.score(key: Rendezvous.hash("\(key)"), pool: Rendezvous.hash("pool \(place)"))
            }
            return score(0) > score(1)
        }
        let address = Route.Address.hash(Rendezvous.hash("\(key ?? 0)"))
        _ = machine.update([Route.Member(workers: 5, isOpen: false), Route.Member(workers: 5)])
        #expect(machine.enter(address, version: 0, number: 1, 1) == .wait)
        let calls = machine.update([Route.Member(workers: 5), Route.Member(workers: 5)])
        #expect(calls.map(\.verdict) == [.go(0)])
    }

    // MARK: Hands

    @Test func theIntake_hasAHandForEveryWorker_andForEveryJobSetAside() {
        var machine = machine(.byKind(["mail": 0], otherwise: 1), workers: [1, 3], aside: 2)
        #expect(machine.hands == 4)
        for number in UInt64(1)...5 { _ = machine.enter(.kind("mail"), version: 0, number: number, 0) }
        // Four wait for the first pool, two of which hold no others up.
        #expect(machine.standing == 4)
        #expect(machine.hands == 6)
        #expect(machine.withdraw(4) != nil && machine.withdraw(5) != nil && machine.withdraw(5) == nil)
        #expect(machine.withdraw(3) != nil)
        #expect(machine.hands == 5)
    }

    @Test func aPausedPoolsRunningJobs_keepTheirHands() {
        var machine = machine(workers: [4, 4])
        for number in UInt64(1)...4 { _ = machine.enter(.any, version: 0, number: number, 0) }
        #expect(machine.loads == [2, 2])
        _ = machine.update([Route.Member(workers: 4, isOpen: false), Route.Member(workers: 4)])
        #expect(machine.hands == 6)
        _ = machine.update([Route.Member(workers: 0), Route.Member(workers: 0)])
        #expect(machine.hands == 4)
        for place in [0, 0, 1, 1] { _ = machine.leave(place) }
        #expect(machine.hands == 1)
    }

    // MARK: Changes

    @Test func aChangeOfRoute_hasThoseThatWaitAskAgain() {
        var machine = machine(.byKind(["mail": 0], otherwise: 1), workers: [1, 1])
        _ = machine.enter(.kind("mail"), version: 0, number: 1, 1)
        _ = machine.enter(.kind("mail"), version: 0, number: 2, 2)
        let calls = machine.change(to: .leastBusy)
        #expect(calls.map(\.waiter) == [2])
        #expect(calls.map(\.verdict) == [.again])
        #expect(machine.enter(.kind("mail"), version: 0, number: 2, 2) == .again)
        #expect(machine.enter(.any, version: 1, number: 2, 2) == .go(1))
    }

    @Test func atTheEnd_nothingGoesToAPool() {
        var machine = machine(workers: [1])
        _ = machine.enter(.any, version: 0, number: 1, 1)
        _ = machine.enter(.any, version: 0, number: 2, 2)
        #expect(machine.end().map(\.verdict) == [.ending])
        #expect(machine.leave(0).isEmpty)
        #expect(machine.enter(.any, version: 0, number: 3, 3) == .ending)
    }

    // MARK: Policies

    @Test func aPolicyThatNamesNoPool_isRefused() throws {
        let names = ["a", "b"]
        for policy in [
            RoutingPolicy.weighted(["c": 1]), .byKind(["x": "c"], otherwise: "a"),
            .byKind([:], otherwise: "c"),
        ] {
            #expect(throws: RouterError(code: .unknownPool, message: "no pool 'c': there are a, b")) {
                try Route(policy, among: names)
            }
        }
        for weights in [[:], ["a": 0], ["a": -1, "b": 2], ["a": 2_000_000]] {
            let error = #expect(throws: RouterError.self) { try Route(.weighted(weights), among: names) }
            #expect(error?.code == .badWeights)
        }
    }
}
