import Monitoring
import Synchronization

/// The way from the intake to the pools: the machine with its lock, and those who wait.
final class RouterDoors: Sendable {
    private typealias Waiter = UnsafeContinuation<Route.Verdict, Never>
    private typealias Calls = [RouterMachine<Waiter>.Call]

    private struct State {
        var machine: RouterMachine<Waiter>
        var policy: RoutingPolicy
        var lastVisitor: UInt64 = 0
        /// First attempts that came to the door when the router was ending.
        var turnedAway: [JobID] = []
        var timedOut: UInt64 = 0
        /// How many workers the intake has been given.
        var hands: Int
        var isTuning = false

        /// The number of workers to be given to the intake, where that is another one and nobody is about to do it.
        mutating func beginTuning() -> Int? {
            guard !isTuning, machine.hands != hands else { return nil }
            isTuning = true
            hands = machine.hands
            return hands
        }
    }

    let pools: [Pool]
    private let names: [String]
    private let state: Locked<State>

    init(_ pools: [Pool], policy: RoutingPolicy, route: Route, asideLimit: Int) {
        self.pools = pools
        names = pools.map(\.configuration.name)
        let machine = RouterMachine<Waiter>(
            names: names, members: pools.map(\.condition), route: route, asideLimit: asideLimit)
        state = Locked(State(machine: machine, policy: policy, hands: machine.hands))
    }

    /// How many workers the intake is to have.
    var hands: Int { state.withLock { $0.hands } }
    /// How many jobs are out of the intake's queue and in no pool.
    var standing: Int { state.withLock { $0.machine.standing } }
    /// How many jobs are in each pool.
    var loads: [Int] { state.withLock { $0.machine.loads } }
    var timedOut: UInt64 { state.withLock { $0.timedOut } }
    var policy: RoutingPolicy { state.withLock { $0.policy } }

    // MARK: Jobs

    /// Returns where a job goes, once it may.
    func enter(_ options: JobOptions, _ context: JobContext, from intake: Pool) async -> Route.Verdict {
        while true {
            let (route, version, number) = state.withLock { state in
                state.lastVisitor += 1
                return (state.machine.route, state.machine.version, state.lastVisitor)
            }
            let address = route.address(of: options)
            let verdict = await withTaskCancellationHandler {
                await withUnsafeContinuation { waiter in
                    let (verdict, calls) = state.withLock { state -> (Route.Verdict, Calls) in
                        guard !Task.isCancelled else { return (.cancelled, []) }
                        let calls = state.machine.update(pools.map(\.condition))
                        let verdict = state.machine.enter(address, version: version, number: number, waiter)
                        return (verdict, calls)
                    }
                    if verdict != .wait { waiter.resume(returning: verdict) }
                    call(calls, intake)
                }
            } onCancel: {
                let waiter = state.withLock { $0.machine.withdraw(number) }
                waiter?.resume(returning: .cancelled)
            }
            if verdict == .again { continue }
            if verdict == .cancelled { call([], intake) }
            if verdict == .ending, context.attempt == 1 {
                state.withLock { $0.turnedAway.append(context.id) }
            }
            return verdict
        }
    }

    /// A job has left a pool.
    func leave(_ place: Int, to intake: Pool) {
        let calls = state.withLock { state -> Calls in
            let calls = state.machine.update(pools.map(\.condition))
            return calls + state.machine.leave(place)
        }
        call(calls, intake)
    }

    func countTimeout() { state.withLock { $0.timedOut += 1 } }

    // MARK: Changes

    /// Something has happened to a pool.
    func refresh(_ intake: Pool) {
        let calls = state.withLock { $0.machine.update(pools.map(\.condition)) }
        call(calls, intake)
    }

    func change(to policy: RoutingPolicy, _ intake: Pool) throws(RouterError) {
        let route = try Route(policy, among: names)
        let calls = state.withLock { state -> Calls in
            state.policy = policy
            return state.machine.change(to: route)
        }
        call(calls, intake)
    }

    /// Nothing goes to a pool any more.
    func end(_ intake: Pool) {
        let calls = state.withLock { $0.machine.end() }
        call(calls, intake)
    }

    /// The jobs that came to the door when the router was ending.
    func takeTurnedAway() -> [JobID] {
        state.withLock { state in
            defer { state.turnedAway = [] }
            return state.turnedAway
        }
    }

    /// Resumes those who have waited, and gives the intake as many workers as there is use for.
    private func call(_ calls: Calls, _ intake: Pool) {
        for call in calls { call.waiter.resume(returning: call.verdict) }
        while let hands = state.withLock({ $0.beginTuning() }) {
            // By nobody: it is no news.
            intake.apply(by: "", .finish) { _ in hands }
            state.withLock { $0.isTuning = false }
        }
    }
}

extension Pool {
    /// The pool as a router sees it.
    fileprivate var condition: Route.Member {
        state.withLock { machine in
            Route.Member(
                workers: machine.target,
                isOpen: machine.dispatchPause == nil && machine.frozen == nil && machine.intakePause == nil,
                isClosed: machine.lifecycle != .running)
        }
    }
}
