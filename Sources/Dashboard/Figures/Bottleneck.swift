import Monitoring

/// What holds a pipeline back, and why.
///
/// Worked out from one look at all stages: how full their buffers are, and what their workers spent the last ten
/// seconds on. Pressure builds up in front of the slowest stage and nowhere behind it: so the last stage with
/// pressure in front of it is the one.
struct Bottleneck: Sendable, Equatable {
    /// What was found.
    enum Finding: Sendable, Equatable {
        /// There is too little to tell from.
        case measuring
        /// A stage is switched off, or has no workers.
        case stopped
        /// A stage is slower than the others.
        case stage
        /// A stage holds the others back, but its workers are not what it lacks.
        case held
        /// What comes out is not read fast enough.
        case sink
        /// The source sends less than the stages can take.
        case source
        /// Nothing is to be done.
        case idle
        /// The pipeline has ended.
        case over
    }

    var finding: Finding
    /// The stage it is about.
    var stage: Int?
    /// What holds the pipeline back, and what shows it.
    var reason: String
    /// What would help, and how much; empty where nothing is known to.
    var advice = ""

    /// Younger pipelines are not judged.
    static let youth: Seconds = 5
    /// A buffer this full, 0 ... 1, is pressure.
    private static let full = 0.75
    /// A stage blocked for that share of its time, 0 ... 1, is pressure on the next one.
    private static let blocked = 0.2
    /// Workers that work for that share of their time, 0 ... 1, can do hardly more.
    private static let busy = 0.8

    private init(_ finding: Finding, _ stage: Int?, _ reason: String, _ advice: String = "") {
        self.finding = finding
        self.stage = stage
        self.reason = reason
        self.advice = advice
    }

    /// - Parameter pools: the stages from the source on; `nil` where one is not known.
    init(_ pools: [PoolSnapshot?]) {
        let stages = pools.compactMap { $0 }
        guard stages.count == pools.count, !stages.isEmpty, stages.allSatisfy({ $0.stage != nil }) else {
            self.init(
                .measuring, nil, "Not all stages can be seen, so what holds the others back is not known.")
            return
        }
        if stages.allSatisfy({ $0.state == .stopped }) {
            self.init(.over, nil, "The pipeline has ended.")
        } else if let found = Self.stopped(stages) {
            self = found
        } else if stages.allSatisfy(\.isIdle) {
            self.init(.idle, nil, "Nothing is under way: the source sends nothing.")
        } else if stages.map(\.uptime).max() ?? 0 < Self.youth || stages.allSatisfy({ $0.stage?.passed == 0 })
            || stages.allSatisfy({ Self.share($0, \.working) == 0 })
        {
            self.init(.measuring, nil, "Measuring: what holds the others back is known after a few seconds.")
        } else {
            self = Self.narrowest(stages)
        }
    }

    /// The first stage that was switched off.
    private static func stopped(_ stages: [PoolSnapshot]) -> Bottleneck? {
        for (place, pool) in stages.enumerated() where pool.state == .running {
            let what: String
            let advice: String
            if pool.workers.target == 0 {
                (what, advice) = ("has no workers", "+ gives it one.")
            } else if pool.paused.dispatch != nil {
                (what, advice) = ("is paused: it starts nothing", "P resumes its dispatch.")
            } else if pool.paused.frozen != nil {
                (what, advice) = ("is frozen: its processes stand still", "F lets them go on.")
            } else if pool.paused.intake != nil {
                (what, advice) = ("takes nothing in: its intake is paused", "p resumes its intake.")
            } else {
                continue
            }
            let before = place > 0 ? ", so \(stages[place - 1].name) fills up before it" : ""
            let behind = place + 1 < stages.count ? " and \(stages[place + 1].name) runs dry behind it" : ""
            return Bottleneck(.stopped, place, "\(pool.name) \(what)\(before)\(behind).", advice)
        }
        return nil
    }

    private static func narrowest(_ stages: [PoolSnapshot]) -> Bottleneck {
        let last = stages.count - 1
        if share(stages[last], \.blocked) >= 0.5 {
            return Bottleneck(
                .sink, last,
                "What reads the results holds the pipeline back: \(stages[last].name) is blocked "
                    + "\(Format.percent(share(stages[last], \.blocked))) of the time, waiting for room behind it.",
                "More workers would not help.")
        }
        let pressed = stages.indices.last { place in
            fill(stages[place]) >= full || (place > 0 && share(stages[place - 1], \.blocked) >= blocked)
        }
        if let place = pressed { return pressure(on: place, stages) }
        let busiest = stages.indices.max { share(stages[$0], \.working) < share(stages[$1], \.working) } ?? 0
        let pool = stages[busiest]
        let works = "\(pool.name) works \(Format.percent(share(pool, \.working))) of the time"
        if share(pool, \.working) >= busy {
            return Bottleneck(
                .stage, busiest,
                "Nothing holds the pipeline back, but \(works): it is the first that would, "
                    + "if the source sent more.")
        }
        return Bottleneck(
            .source, nil,
            "The source is too slow for the stages: all buffers have room, and the busiest stage, \(works).",
            "More workers would not help.")
    }

    /// The stage with pressure in front of it and none behind.
    private static func pressure(on place: Int, _ stages: [PoolSnapshot]) -> Bottleneck {
        let pool = stages[place]
        let works = share(pool, \.working)
        var signs: [String] = []
        if fill(pool) >= 0.97 {
            signs.append("its buffer is full")
        } else if fill(pool) >= full {
            signs.append("its buffer is \(Format.percent(fill(pool))) full")
        }
        if place > 0, share(stages[place - 1], \.blocked) >= 0.05 {
            signs.append(
                "\(stages[place - 1].name) is blocked \(Format.percent(share(stages[place - 1], \.blocked)))")
        } else if place == 0, pool.producers.waiting > 0 {
            signs.append("the source waits for room")
        }
        if works >= busy {
            signs.insert("it works \(Format.percent(works)) of the time", at: 0)
            return Bottleneck(
                .stage, place, "\(pool.name) holds the others back: \(list(signs)).",
                advice(for: place, stages))
        }
        signs.insert("though it works only \(Format.percent(works)) of the time", at: 0)
        var why = ""
        if let stage = pool.stage, stage.keepsOrder, stage.reordering > 0 {
            why =
                "\(Format.many(stage.reordering, "finished item")) wait there for an earlier one, to keep order."
        } else if let limit = pool.limits.first(where: { $0.held > 0 }) {
            let kind = limit.kind.isEmpty ? "" : " for \(limit.kind)"
            why = "Its limit\(kind) holds \(Format.many(limit.held, "item")) back."
        } else {
            why = "The load may have just changed."
        }
        return Bottleneck(.held, place, "\(pool.name) holds the others back, \(list(signs)).", why)
    }

    /// How many more workers would help, and how much, until another stage is the narrowest.
    private static func advice(for place: Int, _ stages: [PoolSnapshot]) -> String {
        guard let now = capacity(stages[place]) else { return "" }
        let target = stages[place].workers.target
        let others = stages.indices.filter { $0 != place }
        let next = others.compactMap { other in capacity(stages[other]).map { (other, $0) } }.min {
            $0.1 < $1.1
        }
        if let next, next.1 < now * 1.05 {
            return "More workers would hardly help: \(stages[next.0].name) is as narrow."
        }
        let wanted = next.map { Double(target) * ($0.1 / now - 1) } ?? Double(target)
        let more = max(1, min(Int(wanted.rounded(.up)), target))
        let gain = min(Double(target + more) / Double(target), next.map { $0.1 / now } ?? .infinity) - 1
        let reached = next.map { Double(target + more) / Double(target) >= $0.1 / now } ?? false
        let then = reached ? next.map { ", then \(stages[$0.0].name) is the narrowest" } ?? "" : ""
        return "\(Format.many(more, "more worker", "more workers")) ≈ +\(Format.percent(gain))\(then)."
    }

    /// Items a second that a stage could do if its workers worked all the time; `nil` where that cannot be told.
    private static func capacity(_ pool: PoolSnapshot) -> Double? {
        let works = share(pool, \.working)
        guard works >= 0.02, pool.rates.completions > 0, pool.workers.target > 0 else { return nil }
        return pool.rates.completions / works
    }

    /// How full a stage's buffer is, 0 ... 1.
    private static func fill(_ pool: PoolSnapshot) -> Double {
        guard let capacity = pool.queue.capacity, capacity > 0 else { return 0 }
        return min(1, Double(pool.queue.depth) / Double(capacity))
    }

    /// One of a stage's shares of time, brought into 0 ... 1.
    private static func share(_ pool: PoolSnapshot, _ path: KeyPath<StageFigures, Double>) -> Double {
        guard let value = pool.stage?[keyPath: path], value > 0 else { return 0 }
        return min(1, value)
    }

    /// `a`, `a and b`, `a, b and c`.
    private static func list(_ parts: [String]) -> String {
        guard let last = parts.last, parts.count > 1 else { return parts.first ?? "" }
        return parts.dropLast().joined(separator: ", ") + " and " + last
    }
}
