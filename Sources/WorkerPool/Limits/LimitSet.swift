import Monitoring

/// What may run at once and how often: the rate of the pool, and a gate for each limited kind.
struct LimitSet {
    /// Whether anything is limited at all.
    let isEmpty: Bool
    var gates: [KindGate]
    private let gateNumbers: [String: Int32]
    private let rate: RateLimit?
    /// The tokens of the whole pool.
    var bucket: TokenBucket?
    /// Whether nothing starts until the pool's next token is there.
    var isOutOfTokens = false

    /// When the pool wants to be called next.
    private var alarm = UInt64.max
    /// When it will be called.
    private var armed = UInt64.max

    init(rate: RateLimit? = nil, kinds: [String: KindLimit] = [:]) {
        gates = kinds.sorted { $0.key < $1.key }.map { KindGate(kind: $0, limit: $1) }
        gateNumbers = Dictionary(
            uniqueKeysWithValues: gates.enumerated().map { ($1.kind, Int32($0)) })
        self.rate = rate
        bucket = rate.map(TokenBucket.init)
        isEmpty = rate == nil && kinds.isEmpty
        lastGate = gateNumbers[lastKind] ?? -1
    }

    /// The kind that was looked up last, and its gate: most often the next job is of that kind too.
    private var lastKind = ""
    private var lastGate: Int32 = -1

    /// The number of the gate that jobs of that kind pass; −1 where they pass none.
    mutating func gate(of kind: String) -> Int32 {
        if kind != lastKind {
            lastKind = kind
            lastGate = gateNumbers[kind] ?? -1
        }
        return lastGate
    }

    /// How many jobs may pass that gate now.
    func room(behind gate: Int32, at now: UInt64) -> Int {
        gate < 0 ? Int.max : gates[Int(gate)].room(at: now)
    }

    /// How many places of that gate a worker may hold, of so many workers; `nil` where any number may pass at once.
    ///
    /// A place is given up with the next batch only. If one worker held more, it might keep others from theirs while it is
    /// on a long job.
    func share(of gate: Int32, workers: Int) -> Int? {
        gate < 0 ? nil : gates[Int(gate)].concurrency.map { max($0 / max(workers, 1), 1) }
    }

    /// Lets so many jobs pass that gate and take a token of the pool each.
    mutating func pass(_ count: Int, through gate: Int32, at now: UInt64) {
        bucket?.take(count, at: now)
        if gate >= 0 { gates[Int(gate)].pass(count, at: now) }
    }

    // MARK: Alarm

    mutating func want(alarm time: UInt64) { alarm = min(alarm, time) }

    /// When to call, where that is sooner than was last arranged.
    mutating func takeAlarm() -> UInt64? {
        guard alarm < armed else { return nil }
        armed = alarm
        return alarm
    }

    /// The alarm has gone off.
    mutating func alarmCame() {
        alarm = .max
        armed = .max
    }

    // MARK: Figures

    /// - Parameter held: How many jobs a gate holds.
    func figures(at now: UInt64, held: (Int32) -> Int) -> [LimitFigures] {
        var all: [LimitFigures] = []
        if let rate, let bucket {
            var figures = LimitFigures(kind: "")
            figures.rate = bucket.figures(rate, at: now)
            all.append(figures)
        }
        return all + gates.enumerated().map { $1.figures(held: held(Int32($0)), at: now) }
    }
}
