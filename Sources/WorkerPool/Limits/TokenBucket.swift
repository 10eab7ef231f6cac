/// Says whether one more may start now, by a ``RateLimit``.
///
/// Keeps one number: when the next start would be due if all had been evenly spaced. A start may be early by what the
/// burst allows. This is the generic cell rate algorithm (ITU-T I.371), which equals a token bucket and needs no
/// ticking.
struct TokenBucket {
    private let limit: RateLimit
    /// When the next start would be due, in nanoseconds; in the past where the bucket is full.
    private var due: Double = 0

    init(_ limit: RateLimit) { self.limit = limit }

    /// How early a start may be.
    private var tolerance: Double { Double(limit.burst - 1) * limit.interval }

    /// Whether a token is there.
    func hasToken(at now: UInt64) -> Bool { due - tolerance <= Double(now) }

    /// How many tokens are there.
    func available(at now: UInt64) -> Int {
        hasToken(at: now) ? max(Int(min(tokens(at: now), 1e9)), 1) : 0
    }

    /// Takes tokens that are there.
    mutating func take(_ count: Int, at now: UInt64) {
        due = max(due, Double(now)) + Double(count) * limit.interval
    }

    /// Puts tokens back that were not used after all.
    mutating func putBack(_ count: Int) { due -= Double(count) * limit.interval }

    /// When the next token is there, in nanoseconds; in the past where one is.
    var next: UInt64 { UInt64(min(max((due - tolerance).rounded(.up), 0), 9e18)) }

    /// How many tokens there are, a token on its way included as a fraction.
    func tokens(at now: UInt64) -> Double {
        let missing = max(due - Double(now), 0) / limit.interval
        return max(Double(limit.burst) - missing, 0)
    }
}
