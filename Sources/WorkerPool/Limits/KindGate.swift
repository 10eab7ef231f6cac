import Monitoring

/// Where jobs of a limited kind pass before they start.
///
/// Those that may not yet wait in their lanes of the queue, which are shut meanwhile.
struct KindGate {
    let kind: String
    let concurrency: Int?
    let rate: RateLimit?
    private var bucket: TokenBucket?
    /// Jobs that passed and have not ended, those in batches included.
    private(set) var running = 0

    init(kind: String, limit: KindLimit) {
        self.kind = kind
        concurrency = limit.concurrency
        rate = limit.rate
        bucket = limit.rate.map(TokenBucket.init)
    }

    /// How many may pass now.
    func room(at now: UInt64) -> Int {
        let room = concurrency.map { $0 - running } ?? Int.max
        return bucket.map { min(room, $0.available(at: now)) } ?? room
    }

    /// Lets so many pass; there is ``room(at:)`` for them.
    mutating func pass(_ count: Int, at now: UInt64) {
        bucket?.take(count, at: now)
        running += count
    }

    /// Jobs that passed have ended, or have not started after all.
    mutating func leave(_ count: Int, unused: Bool = false) {
        running -= count
        if unused { bucket?.putBack(count) }
    }

    /// When it has room although none has left: when the next token is there.
    func alarm(at now: UInt64) -> UInt64? {
        guard let bucket, !bucket.hasToken(at: now) else { return nil }
        return bucket.next
    }

    func figures(held: Int, at now: UInt64) -> LimitFigures {
        var figures = LimitFigures(kind: kind)
        figures.concurrency = concurrency
        figures.running = running
        figures.held = held
        figures.rate = rate.flatMap { rate in bucket.map { $0.figures(rate, at: now) } }
        return figures
    }
}

extension TokenBucket {
    /// What a screen shows of it.
    func figures(_ rate: RateLimit, at now: UInt64) -> RateFigures {
        RateFigures(
            perSecond: rate.perSecond, burst: rate.burst, available: tokens(at: now),
            wait: seconds(elapsed(from: now, to: next)))
    }
}
