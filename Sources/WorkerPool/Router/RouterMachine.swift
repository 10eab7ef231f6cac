import DequeModule

/// Decides which job goes to which pool, and which wait for one. Owns no task, calls nobody, and knows of a pool only
/// what it is told.
struct RouterMachine<Waiter: Sendable>: Sendable {
    /// Someone who has waited, and where the job goes.
    typealias Call = (waiter: Waiter, verdict: Route.Verdict)

    private struct Visitor: Sendable {
        let number: UInt64
        let waiter: Waiter
    }

    private enum Choice {
        case pool(Int)
        case wait(lane: Int)
        case nowhere
    }

    private(set) var members: [Route.Member]
    /// Jobs in each pool.
    private(set) var loads: [Int]
    private(set) var route: Route
    /// Counts the routes.
    private(set) var version = 0
    private(set) var isEnding = false
    private let marks: [UInt64]
    private var credits: [Int]
    /// Who waits for each pool; behind these, who waits for any.
    private var lanes: [Deque<Visitor>]
    /// The most that are set aside so that others can pass.
    private let asideLimit: Int

    init(names: [String], members: [Route.Member], route: Route, asideLimit: Int) {
        self.members = members
        self.route = route
        self.asideLimit = asideLimit
        marks = names.map(Rendezvous.hash)
        loads = Array(repeating: 0, count: names.count)
        credits = Array(repeating: 0, count: names.count)
        lanes = Array(repeating: [], count: names.count + 1)
    }

    private var anyLane: Int { members.count }

    /// How many wait at the door.
    var standing: Int { lanes.reduce(0) { $0 + $1.count } }

    /// How many jobs should be out of the intake: all that pools work on or could, and those set aside.
    var hands: Int {
        let wanted = members.indices.reduce(0) { sum, place in
            sum
                + max(
                    members[place].isOpen && !members[place].isClosed ? members[place].workers : 0,
                    loads[place])
        }
        let aside = standing - lanes[anyLane].count
        return max(wanted + min(aside, asideLimit), 1)
    }

    // MARK: Events

    /// A job comes to the door. `number` tells it from others; `version` is that of the route it was addressed by.
    mutating func enter(_ address: Route.Address, version: Int, number: UInt64, _ waiter: Waiter)
        -> Route.Verdict
    {
        if isEnding { return .ending }
        guard version == self.version else { return .again }
        switch choose(address) {
        case .nowhere: return .closed
        case .pool(let place):
            loads[place] += 1
            return .go(place)
        case .wait(let lane):
            lanes[lane].append(Visitor(number: number, waiter: waiter))
            return .wait
        }
    }

    /// A job does not want to wait any more; `nil` where it does not.
    mutating func withdraw(_ number: UInt64) -> Waiter? {
        for lane in lanes.indices {
            if let place = lanes[lane].firstIndex(where: { $0.number == number }) {
                return lanes[lane].remove(at: place).waiter
            }
        }
        return nil
    }

    /// A job has left a pool.
    mutating func leave(_ place: Int) -> [Call] {
        loads[place] -= 1
        return callIn()
    }

    /// How the pools are now.
    mutating func update(_ members: [Route.Member]) -> [Call] {
        guard members != self.members else { return [] }
        // The jobs of a pool that closes have to go elsewhere, and who waits for any may have nowhere left to go.
        let closes = members.indices.contains { members[$0].isClosed && !self.members[$0].isClosed }
        self.members = members
        let calls = closes ? empty(.again) : []
        return calls + callIn()
    }

    /// Jobs go another way from now on; those that wait ask again.
    mutating func change(to route: Route) -> [Call] {
        self.route = route
        version += 1
        credits = Array(repeating: 0, count: members.count)
        return empty(.again)
    }

    /// Nothing goes to a pool any more.
    mutating func end() -> [Call] {
        isEnding = true
        return empty(.ending)
    }

    // MARK: Choosing

    private mutating func empty(_ verdict: Route.Verdict) -> [Call] {
        defer { for lane in lanes.indices { lanes[lane] = [] } }
        return lanes.flatMap { sendAway($0, verdict) }
    }

    private func sendAway(_ lane: Deque<Visitor>, _ verdict: Route.Verdict) -> [Call] {
        lane.map { ($0.waiter, verdict) }
    }

    private func hasRoom(_ place: Int) -> Bool {
        members[place].isOpen && !members[place].isClosed && loads[place] < members[place].workers
    }

    /// Lets those in for whom there is room now.
    private mutating func callIn() -> [Call] {
        var calls: [Call] = []
        for place in members.indices {
            while hasRoom(place), let visitor = lanes[place].popFirst() {
                loads[place] += 1
                calls.append((visitor.waiter, .go(place)))
            }
        }
        while !lanes[anyLane].isEmpty, case .pool(let place) = choose(.any),
            let visitor = lanes[anyLane].popFirst()
        {
            loads[place] += 1
            calls.append((visitor.waiter, .go(place)))
        }
        return calls
    }

    private mutating func choose(_ address: Route.Address) -> Choice {
        switch (route, address) {
        case (.byKind(let places, let otherwise), .kind(let kind)):
            let wanted = places[kind] ?? otherwise
            return chosen(members[wanted].isClosed ? otherwise : wanted)
        case (.byHash, .hash(let hash)):
            let open = members.indices.filter { !members[$0].isClosed }
            return chosen(
                open.max { left, right in
                    Rendezvous.score(key: hash, pool: marks[left])
                        < Rendezvous.score(key: hash, pool: marks[right])
                })
        case (.weighted(let weights), _): return chooseByWeight(weights)
        default: return chooseLeastBusy()
        }
    }

    /// One pool is meant.
    private func chosen(_ place: Int?) -> Choice {
        guard let place, !members[place].isClosed else { return .nowhere }
        return hasRoom(place) ? .pool(place) : .wait(lane: place)
    }

    private func chooseLeastBusy() -> Choice {
        let open = members.indices.filter(hasRoom)
        // Shares compared without dividing; of equals the one with more workers free.
        let least = open.min { left, right in
            let (mine, theirs) = (loads[left] * members[right].workers, loads[right] * members[left].workers)
            return mine == theirs ? members[left].workers > members[right].workers : mine < theirs
        }
        if let least { return .pool(least) }
        return members.allSatisfy(\.isClosed) ? .nowhere : .wait(lane: anyLane)
    }

    /// Every pool with room earns its weight; the one with most credit gets the job and pays for all.
    private mutating func chooseByWeight(_ weights: [Int]) -> Choice {
        let weighted = members.indices.filter { weights[$0] > 0 }
        let open = weighted.filter(hasRoom)
        guard !open.isEmpty else {
            return weighted.allSatisfy { members[$0].isClosed } ? .nowhere : .wait(lane: anyLane)
        }
        var total = 0
        for place in open {
            credits[place] += weights[place]
            total += weights[place]
        }
        guard let chosen = open.max(by: { credits[$0] < credits[$1] }) else { return .wait(lane: anyLane) }
        credits[chosen] -= total
        return .pool(chosen)
    }
}
