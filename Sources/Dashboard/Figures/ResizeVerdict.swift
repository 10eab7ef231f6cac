/// What an operator's resize did to the pool, measured: the same number of seconds, as far as there are, before
/// it and after it had settled, compared by ``WelchTest``.
struct ResizeVerdict: Sendable, Equatable {
    /// The judgement in one word.
    enum Judgement: Sendable, Equatable {
        /// Throughput changed.
        case changed
        /// Jobs waited all the time before, and none do any more: there is no more to be done than comes in.
        case emptied
        /// More workers, jobs waiting all the time, and hardly more done: something else is the limit.
        case pastTheKnee
        /// Fewer workers did as much.
        case enough
        /// No difference that chance would not make, and no jobs waiting that could have made one.
        case notSignificant
    }

    /// Seconds on each side that a verdict needs.
    static let least = 10
    /// Seconds on each side that a verdict uses at most.
    static let most = 30
    /// Seconds that a resize gets to settle in.
    static let settling = 3
    /// A queue with less than this share of the jobs that waited before is as good as empty.
    static let emptyShare = 0.05
    /// A queue whose depth changes by more than this share of itself in the time looked at is not steady.
    static let unsteady = 0.25
    /// More workers for a gain smaller than this are not worth it.
    static let worthwhile = 0.05

    /// Workers before.
    var from: Int
    /// Workers after.
    var to: Int
    /// The judgement.
    var judgement: Judgement
    /// The relative change of throughput; `nil` where nothing was done before.
    var throughput: Double?
    /// The relative change of the time that a job must expect to wait, by Little's law: queue depth over
    /// throughput (J. D. C. Little, "A proof for the queuing formula L = λW", 1961); `nil` where nothing waited, or
    /// where the queue grew or shrank so much that there is no one time to expect.
    var wait: Double?
    /// By how many jobs a second the queue grew before and after, where ``wait`` says nothing for that reason.
    var growth: Growth?

    /// Jobs a second.
    struct Growth: Sendable, Equatable {
        var before: Double
        var after: Double
    }

    /// The verdict on a resize in that second, or `nil` while there are too few seconds.
    ///
    /// - Parameters:
    ///   - earliest: where the time before it begins: the settled end of the resize before it.
    ///   - latest: where the time after it ends: the next resize.
    init?(
        from: Int, to: Int, at time: Int, history: History, earliest: Int = .min, latest: Int = .max
    ) {
        let start = max(earliest, time - Self.most)
        let before = history.working(from: start, before: time)
        var settled = time + Self.settling
        while let second = history[settled], second.live != to, settled < history.now { settled += 1 }
        let after = history.working(from: settled, before: min(latest, settled + Self.most))
        guard before.count >= Self.least, after.count >= Self.least else { return nil }
        self.init(from: from, to: to, before: before, after: after)
    }

    init(from: Int, to: Int, before: [History.Second], after: [History.Second]) {
        self.from = from
        self.to = to
        let test = WelchTest(before.map(\.completed), after.map(\.completed))
        throughput = test.before > 0 ? test.after / test.before - 1 : nil
        let depths = (Self.depth(before), Self.depth(after))
        if let was = depths.0, let became = depths.1, was >= 1, test.before > 0, test.after > 0 {
            let slopes = Growth(before: Self.slope(before), after: Self.slope(after))
            let isSteady =
                abs(slopes.before) * Double(before.count) < was * Self.unsteady
                && abs(slopes.after) * Double(after.count) < max(became, 1) * Self.unsteady
            if isSteady {
                wait = (became / test.after) / (was / test.before) - 1
            } else {
                growth = slopes
            }
        }
        // Jobs waited all the time: more workers could have done more.
        let wasSaturated = before.allSatisfy { ($0.depth ?? 1) >= 1 }
        let saturated = wasSaturated && after.allSatisfy { ($0.depth ?? 1) >= 1 }
        let gain = throughput ?? 0
        let rest = Self.depth(Array(after.suffix(after.count / 2))) ?? 0
        if to > from, wasSaturated, let was = depths.0, was >= 1, rest < was * Self.emptyShare {
            judgement = .emptied
            growth = nil
            wait = test.before > 0 && test.after > 0 ? (rest / test.after) / (was / test.before) - 1 : nil
        } else if to > from, saturated, gain < Self.worthwhile || !test.isSignificant {
            judgement = .pastTheKnee
        } else if to < from, gain > -Self.worthwhile || !test.isSignificant {
            judgement = .enough
        } else {
            judgement = test.isSignificant ? .changed : .notSignificant
        }
    }

    /// `4→8: throughput +92 %, wait −71 %`.
    var text: String { "\(from)→\(to): \(short)" }

    /// The verdict without the resize it is about.
    var short: String {
        let change = throughput.map { Format.change($0) } ?? Format.none
        switch judgement {
        case .changed:
            var waiting = wait.map { ", wait " + Format.change($0) } ?? ""
            if let growth { waiting = ", backlog \(Self.speed(growth.before)) → \(Self.speed(growth.after))" }
            return "throughput \(change)\(waiting)"
        case .emptied: return "queue emptied" + (wait.map { ", wait " + Format.change($0) } ?? "")
        case .pastTheKnee: return "\(change), past the knee"
        case .enough: return "\(change), \(to) \(to == 1 ? "is" : "are") enough"
        case .notSignificant: return "\(change), not significant"
        }
    }

    /// A few characters for the graph: `+92 %`.
    var mark: String {
        switch judgement {
        case .changed, .pastTheKnee, .enough: throughput.map { Format.change($0) } ?? ""
        case .emptied: "queue emptied"
        case .notSignificant: "n.s."
        }
    }

    /// `+8.2/s`.
    private static func speed(_ value: Double) -> String {
        let size = abs(value)
        return (size < 0.05 ? "±" : value < 0 ? "−" : "+") + Format.rate(size < 0.05 ? 0 : size) + "/s"
    }

    private static func slope(_ seconds: [History.Second]) -> Double {
        QueueForecast.slope(seconds.compactMap { second in second.depth.map { (Double(second.time), $0) } })
    }

    private static func depth(_ seconds: [History.Second]) -> Double? {
        let seen = seconds.compactMap(\.depth)
        return seen.isEmpty ? nil : seen.reduce(0, +) / Double(seen.count)
    }
}
