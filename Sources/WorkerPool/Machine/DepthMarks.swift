/// The deepest the queue has ever been, and the shallowest in the last 30 to 60 seconds.
struct DepthMarks {
    private(set) var high = 0
    private var windowStart: UInt64 = 0
    private var lowBefore = Int.max
    private var lowNow = Int.max

    /// Half the length of the window for the low mark.
    private static let half: UInt64 = 30_000_000_000

    @inline(__always)
    mutating func deepened(to depth: Int) {
        if depth > high { high = depth }
    }

    @inline(__always)
    mutating func shallowed(to depth: Int, now: UInt64) {
        if elapsed(from: windowStart, to: now) > DepthMarks.half { turn(now) }
        if depth < lowNow { lowNow = depth }
    }

    mutating func low(depth: Int, now: UInt64) -> Int {
        shallowed(to: depth, now: now)
        return min(lowBefore, lowNow)
    }

    private mutating func turn(_ now: UInt64) {
        lowBefore = elapsed(from: windowStart, to: now) > 2 * DepthMarks.half ? Int.max : lowNow
        lowNow = Int.max
        windowStart = now
    }
}
