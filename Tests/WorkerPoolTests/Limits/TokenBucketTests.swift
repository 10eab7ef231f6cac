import Testing

@testable import WorkerPool

@Suite struct TokenBucketTests {
    @Test func afterAPause_asManyMayStartAsTheBurstAllows_andThenOneAnInterval() {
        var bucket = TokenBucket(RateLimit(10, burst: 3))
        let start: UInt64 = 1_000_000_000_000
        let first = (0..<5).map { _ in bucket.take(at: start) }
        #expect(first == [true, true, true, false, false])
        #expect(bucket.next == start + 100_000_000)
        let (early, onTime) = (bucket.take(at: start + 99_999_999), bucket.take(at: start + 100_000_000))
        #expect((early, onTime) == (false, true))
        #expect(!bucket.hasToken(at: start + 100_000_000))
        #expect(bucket.tokens(at: start + 10_000_000_000) == 3)
    }

    @Test func aTokenPutBack_canBeTakenAgain() {
        var bucket = TokenBucket(RateLimit(1, burst: 1))
        let first = bucket.take(at: 5_000_000_000)
        bucket.putBack(1)
        let (second, third) = (bucket.take(at: 5_000_000_000), bucket.take(at: 5_000_000_000))
        #expect((first, second, third) == (true, true, false))
    }

    @Test func severalTokens_areTakenAndPutBackTogether() {
        var bucket = TokenBucket(RateLimit(10, burst: 5))
        #expect(bucket.available(at: 1_000_000_000_000) == 5)
        bucket.take(3, at: 1_000_000_000_000)
        #expect(bucket.available(at: 1_000_000_000_000) == 2)
        #expect(bucket.available(at: 1_000_100_000_000) == 3)
        bucket.take(3, at: 1_000_100_000_000)
        #expect(bucket.available(at: 1_000_100_000_000) == 0)
        bucket.putBack(2)
        #expect(bucket.available(at: 1_000_100_000_000) == 2)
        #expect(TokenBucket(RateLimit(1, burst: .max)).available(at: 0) > 0)
    }

    @Test func oddRates_areTakenAsTheNearestThatMakesSense() {
        #expect(RateLimit(-4).perSecond > 0)
        #expect(RateLimit(.infinity).perSecond == 1e9)
        #expect(RateLimit(2, per: .seconds(60)).perSecond == 2.0 / 60)
        #expect(RateLimit(1, burst: -7).burst == 1)
        #expect(RateLimit(1_000).burst == 100)
        #expect(RateLimit(0.5).burst == 1)
        #expect(RateLimit(1, per: .zero).perSecond > 0)
    }

    /// Whenever it is asked, as often as it is asked: over ten seconds the starts are what the rate says, to 2 %.
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func startsOverTenSeconds_areWhatTheRateSays(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        let perSecond = Double.random(in: 50...50_000, using: &generator)
        let limit = RateLimit(perSecond)
        var bucket = TokenBucket(limit)
        var now: UInt64 = 1_000_000_000_000
        // The burst that has gathered is not part of the rate.
        while bucket.take(at: now) {}
        let start = now
        var taken = 0
        while now < start + 10_000_000_000 {
            // Asked late, by up to half of what the burst makes up for.
            let lateness = Double(limit.burst) * 1e9 / perSecond / 2
            now = max(bucket.next, now) + UInt64.random(in: 0...UInt64(lateness), using: &generator)
            while bucket.take(at: now) { taken += 1 }
        }
        let expected = perSecond * Double(now - start) / 1e9
        #expect(abs(Double(taken) / expected - 1) < 0.02, "seed \(seed): \(taken) for \(expected)")
    }
}

extension TokenBucket {
    /// Takes a token; false where there is none.
    fileprivate mutating func take(at now: UInt64) -> Bool {
        guard available(at: now) > 0 else { return false }
        take(1, at: now)
        return true
    }
}
