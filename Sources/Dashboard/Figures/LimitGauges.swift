import Monitoring

/// What is worked out of a pool's limits over time: how loaded each is, in which order they are shown, and how
/// fast jobs start where a rate holds them back.
struct LimitGauges: Sendable, Equatable {
    /// For so long the order stays as it is, so that it can be read.
    static let orderLasts: Seconds = 5
    /// What a load is averaged over.
    static let loadWindow: Seconds = 4
    /// What a pace is measured over, longer for slow rates, and the least that must have been seen of it.
    static let paceWindow: Seconds = 5
    static let longestPaceWindow: Seconds = 60
    static let leastPaceTime: Seconds = 1

    /// The kinds, the most loaded first.
    private(set) var order: [String] = []
    private var orderedAt: UnixTime = 0
    private var tracks: [String: Track] = [:]

    /// What was seen of one limit.
    private struct Track: Sendable, Equatable {
        var load: Double
        var time: UnixTime
        /// The tokens at that time.
        var available: Double?
        /// Stretches of time and the starts in them; `nil` where the bucket ran over meanwhile.
        var stretches: [(time: Seconds, starts: Double?)] = []

        static func == (left: Track, right: Track) -> Bool {
            left.load == right.load && left.time == right.time && left.available == right.available
                && left.stretches.count == right.stretches.count
        }
    }

    /// Takes in the limits of a snapshot.
    mutating func take(_ snapshot: PoolSnapshot) {
        let limits = snapshot.limits
        tracks = tracks.filter { kind, _ in limits.contains { $0.kind == kind } }
        for limit in limits { follow(limit, at: snapshot.time) }
        let kinds = limits.map(\.kind)
        let age = snapshot.time - orderedAt
        guard order.count != kinds.count || Set(order) != Set(kinds) || age >= Self.orderLasts || age < 0
        else { return }
        orderedAt = snapshot.time
        // In steps, so that what differs by nothing to speak of keeps the pool's order.
        let keyed = kinds.enumerated().map { place, kind in
            (steps: Int(((tracks[kind]?.load ?? 0) * 10).rounded()), place: place, kind: kind)
        }
        order = keyed.sorted { ($1.steps, $0.place) < ($0.steps, $1.place) }.map(\.kind)
    }

    /// The limits in the order in which they are shown.
    func arranged(_ limits: [LimitFigures]) -> [LimitFigures] {
        let places = Dictionary(
            order.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
        return limits.enumerated().sorted {
            (places[$0.element.kind] ?? .max, $0.offset) < (places[$1.element.kind] ?? .max, $1.offset)
        }.map(\.element)
    }

    /// Starts of a kind a second over the last seconds; `nil` where that cannot be told because the bucket of its
    /// rate was full: jobs start as they come then.
    func pace(of kind: String) -> Double? {
        guard let stretches = tracks[kind]?.stretches else { return nil }
        let time = stretches.reduce(0) { $0 + $1.time }
        guard time >= Self.leastPaceTime else { return nil }
        var starts = 0.0
        for stretch in stretches {
            guard let some = stretch.starts else { return nil }
            starts += some
        }
        return starts / time
    }

    /// How far a limit is used, 0 ... 1, and above 1 where it holds jobs back.
    static func load(of limit: LimitFigures) -> Double {
        var load = 0.0
        if let most = limit.concurrency { load = most > 0 ? Double(limit.running) / Double(most) : 1 }
        if let rate = limit.rate, rate.burst > 0, rate.available.isFinite {
            load = max(load, 1 - rate.available / Double(rate.burst))
        }
        return min(max(load, 0), 1) + (limit.held > 0 ? 1 : 0)
    }

    private mutating func follow(_ limit: LimitFigures, at time: UnixTime) {
        let load = Self.load(of: limit)
        guard var track = tracks[limit.kind], time >= track.time else {
            tracks[limit.kind] = Track(load: load, time: time, available: limit.rate?.available)
            return
        }
        let passed = time - track.time
        guard passed > 0 else { return }
        track.load += (load - track.load) * min(1, passed / (passed + Self.loadWindow))
        if let rate = limit.rate, let before = track.available {
            track.stretches.append((passed, Self.starts(rate, before: before, in: passed)))
            while track.stretches.count > 1,
                track.stretches.reduce(-track.stretches[0].time, { $0 + $1.time }) >= Self.window(rate)
            {
                track.stretches.removeFirst()
            }
        } else {
            track.stretches = []
        }
        track.available = limit.rate?.available
        track.time = time
        tracks[limit.kind] = track
    }

    /// Long enough for some ten starts.
    private static func window(_ rate: RateFigures) -> Seconds {
        guard rate.perSecond > 0, rate.perSecond.isFinite else { return paceWindow }
        return min(max(paceWindow, 10 / rate.perSecond), longestPaceWindow)
    }

    /// The tokens that went in that time: what flowed in, less what is there more.
    private static func starts(_ rate: RateFigures, before: Double, in time: Seconds) -> Double? {
        let full = Double(rate.burst) - 1e-6
        guard time < paceWindow, before < full, rate.available < full else { return nil }
        let starts = rate.perSecond * time - (rate.available - before)
        return starts.isFinite ? max(0, starts) : nil
    }
}
