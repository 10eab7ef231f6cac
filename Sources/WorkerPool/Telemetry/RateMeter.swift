/// Counts events in half-second buckets and tells their rate over the last five seconds.
///
/// Costs a comparison and an addition an event; once nothing has happened for
/// the length of the window the rate is exactly 0.
struct RateMeter {
    /// The length of a bucket in nanoseconds.
    static let bucket: UInt64 = 500_000_000
    /// How many full buckets a rate is taken over.
    static let span = 10

    private var counts: [UInt32]
    private var index = 0
    private var bucketEnd: UInt64 = 0
    private var firstEvent: UInt64 = 0

    init() { counts = Array(repeating: 0, count: RateMeter.span + 1) }

    /// Counts `count` events that happened at `now`.
    @inline(__always)
    mutating func mark(_ count: Int, at now: UInt64) {
        if now >= bucketEnd { turn(to: now) }
        counts[index] &+= UInt32(truncatingIfNeeded: count)
    }

    /// Events a second over the last full buckets, and how many seconds those are.
    mutating func rate(at now: UInt64) -> (perSecond: Double, window: Double) {
        guard bucketEnd > 0 else { return (0, 0) }
        if now >= bucketEnd { turn(to: now) }
        let bucketStart = bucketEnd - RateMeter.bucket
        let age = bucketStart > firstEvent ? bucketStart - firstEvent : 0
        if age == 0 {
            // Younger than a bucket: what there is, over the time that has passed.
            let passed = Double(max(elapsed(from: firstEvent, to: now), 50_000_000)) / 1e9
            return (Double(counts[index]) / passed, passed)
        }
        let window = Double(min(age, RateMeter.bucket * UInt64(RateMeter.span))) / 1e9
        var sum: UInt64 = 0
        for place in counts.indices where place != index { sum += UInt64(counts[place]) }
        return (Double(sum) / window, window)
    }

    private mutating func turn(to now: UInt64) {
        if bucketEnd == 0 {
            firstEvent = now
            bucketEnd = now + RateMeter.bucket
            return
        }
        let steps = (now - bucketEnd) / RateMeter.bucket + 1
        for _ in 0..<min(steps, UInt64(counts.count)) {
            index = (index + 1) % counts.count
            counts[index] = 0
        }
        bucketEnd += steps * RateMeter.bucket
    }
}
