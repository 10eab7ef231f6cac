import Monitoring

/// Measures how fast a counter grows, over about five seconds.
struct ArrivalMeter {
    private var samples: [(time: UnixTime, count: UInt64)] = []
    private(set) var highWater = 0

    /// Notes a reading; returns how much the counter grows a second.
    mutating func read(_ count: UInt64, depth: Int, at time: UnixTime) -> Double {
        highWater = max(highWater, depth)
        samples.append((time, count))
        if samples.count > 64 || samples.count > 2 && samples[1].time < time - 5 { samples.removeFirst() }
        guard let first = samples.first, time - first.time > 0.2, count >= first.count else { return 0 }
        return Double(count - first.count) / (time - first.time)
    }
}
