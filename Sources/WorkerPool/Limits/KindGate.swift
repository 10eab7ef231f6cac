import Monitoring

/// Where jobs of a limited kind pass before they start, or wait until they may.
struct KindGate {
    let kind: String
    let concurrency: Int?
    let rate: RateLimit?
    private var bucket: TokenBucket?
    /// Jobs that passed and have not ended, those in batches included.
    private(set) var running = 0
    /// Jobs sent back to the queue to try the gate again, which they have not done yet.
    private var recalled = 0
    /// Jobs that were next and could not pass.
    var held: IntakeQueue

    init(kind: String, limit: KindLimit, aging: Duration?) {
        self.kind = kind
        concurrency = limit.concurrency
        rate = limit.rate
        bucket = limit.rate.map(TokenBucket.init)
        held = IntakeQueue(aging: aging)
    }

    /// How many more could pass now, were there enough of them.
    private func room(at now: UInt64) -> Int {
        let room = concurrency.map { $0 - running } ?? Int.max
        guard let bucket else { return room }
        return bucket.hasToken(at: now) ? min(room, max(Int(bucket.tokens(at: now)), 1)) : 0
    }

    /// Lets a job pass; a job that may not is to be put behind it.
    mutating func pass(_ record: JobRecord, at now: UInt64) -> Bool {
        if record.pass == .recalled { recalled -= 1 }
        record.pass = .held
        guard concurrency.map({ running < $0 }) ?? true, bucket?.hasToken(at: now) ?? true else {
            return false
        }
        _ = bucket?.take(at: now)
        running += 1
        record.pass = .passed
        return true
    }

    /// A job that passed has ended, or has not started after all.
    mutating func leave(_ record: JobRecord, unused: Bool) {
        guard record.pass == .passed else { return }
        record.pass = .none
        running -= 1
        if unused { bucket?.putBack() }
    }

    /// A job that waits behind the gate, or in the queue to try again, is not going to run.
    mutating func forget(_ record: JobRecord) {
        if record.pass == .held { held.forget(record) }
        if record.pass == .recalled { recalled -= 1 }
        record.pass = .none
    }

    /// The jobs that wait, here or in the queue, have been taken elsewhere.
    mutating func forgetAll() {
        held = held.emptied
        recalled = 0
    }

    /// The next job that may try again, where there is room for it.
    mutating func recall(at now: UInt64) -> JobRecord? {
        guard held.count > 0, recalled < room(at: now), let record = held.popReturning() else { return nil }
        record.pass = .recalled
        recalled += 1
        return record
    }

    /// When jobs should be recalled although none has ended: when the next token is there.
    func alarm(at now: UInt64) -> UInt64? {
        guard held.count > 0, let bucket, !bucket.hasToken(at: now) else { return nil }
        return bucket.next
    }

    func figures(at now: UInt64) -> LimitFigures {
        var figures = LimitFigures(kind: kind)
        figures.concurrency = concurrency
        figures.running = running
        figures.held = held.count + recalled
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
