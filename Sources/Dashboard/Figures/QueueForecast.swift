import Monitoring

/// Where the queue is going, from how its depth changed over the last seconds.
enum QueueForecast: Sendable, Equatable {
    /// Too few seconds seen.
    case unknown
    /// Nothing waits.
    case empty
    /// Neither grows nor shrinks enough to speak of.
    case steady
    /// Full, and work goes on.
    case full
    /// Will be full after that many seconds.
    case fills(Seconds)
    /// Grows by that many jobs a second; there is no bound, or it is far away.
    case grows(Double)
    /// Will be empty after that many seconds.
    case drains(Seconds)
    /// Jobs wait and none has ended for ``patience`` seconds.
    case stalled

    /// How many seconds the slope is taken over.
    static let window = 12
    /// How many seconds without an ended job make a stall.
    static let patience = 10
    /// A time further away than this is not worth telling.
    static let horizon: Seconds = 6 * 3_600

    /// The forecast for a queue of that depth.
    init(depth: Int, capacity: Int?, history: History) {
        let recent = history.complete.suffix(Self.window)
        let seen = recent.compactMap { second in second.depth.map { (Double(second.time), $0) } }
        guard depth > 0 else {
            self = .empty
            return
        }
        guard seen.count >= 4 else {
            self = .unknown
            return
        }
        let last = history.complete.suffix(Self.patience)
        if last.count == Self.patience, last.allSatisfy({ $0.completed < 0.001 && ($0.depth ?? 0) > 0 }) {
            self = .stalled
            return
        }
        if let capacity, Double(depth) >= Double(capacity) * 0.995 {
            self = .full
            return
        }
        let slope = Self.slope(seen)
        // Less than this is noise: half a percent of the depth, or one job in ten seconds.
        let noise = max(0.1, Double(depth) * 0.005)
        if slope > noise {
            guard let capacity else {
                self = .grows(slope)
                return
            }
            let time = Double(capacity - depth) / slope
            self = time <= Self.horizon ? .fills(max(0, time)) : .grows(slope)
        } else if slope < -noise {
            let time = Double(depth) / -slope
            self = time <= Self.horizon ? .drains(time) : .steady
        } else {
            self = .steady
        }
    }

    /// The same under pauses that it does not know of yet: what is not taken in does not fill the queue, and what is not
    /// started does not empty it.
    func under(_ paused: Pauses) -> QueueForecast {
        switch self {
        case .fills, .grows: paused.intake == nil ? self : .unknown
        case .drains: paused.dispatch == nil && paused.frozen == nil ? self : .stalled
        case .unknown, .empty, .steady, .full, .stalled: self
        }
    }

    /// What it says: `fills in 12 s`.
    var text: String {
        switch self {
        case .unknown: "measuring"
        case .empty: "empty"
        case .steady: "steady"
        case .full: "full"
        case .fills(let time): "fills in " + Format.whole(time)
        case .grows(let speed): "grows " + Format.rate(speed) + "/s"
        case .drains(let time): "drains in " + Format.whole(time)
        case .stalled: "stalled"
        }
    }

    /// The slope of a straight line along the points: the median of those between any two of them.
    ///
    /// Unlike that of least squares it is not misled by a jump, such as a thousand jobs submitted at once. (P. K. Sen,
    /// "Estimates of the Regression Coefficient Based on Kendall's Tau", 1968, after H. Theil, 1950.)
    static func slope(_ points: [(x: Double, y: Double)]) -> Double {
        var slopes: [Double] = []
        for (place, point) in points.enumerated() {
            for earlier in points[..<place] where earlier.x != point.x {
                slopes.append((point.y - earlier.y) / (point.x - earlier.x))
            }
        }
        guard !slopes.isEmpty else { return 0 }
        slopes.sort()
        let middle = slopes.count / 2
        return slopes.count % 2 == 1 ? slopes[middle] : (slopes[middle - 1] + slopes[middle]) / 2
    }
}
