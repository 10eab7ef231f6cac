import Monitoring

/// What may run at once and how often: the rate of the pool, and a gate for each limited kind.
struct LimitSet {
    /// Whether anything is limited at all.
    let isEmpty: Bool
    var gates: [KindGate]
    private let gateNumbers: [String: Int16]
    private let rate: RateLimit?
    /// The tokens of the whole pool.
    var bucket: TokenBucket?
    /// Whether nothing starts until the pool's next token is there.
    var isOutOfTokens = false
    /// How many jobs wait behind gates.
    var held: Int { isEmpty ? 0 : gates.reduce(0) { $0 + $1.held.count } }

    /// When the pool wants to be called next.
    private var alarm = UInt64.max
    /// When it will be called.
    private var armed = UInt64.max

    init(rate: RateLimit? = nil, kinds: [String: KindLimit] = [:], aging: Duration? = nil) {
        gates = kinds.sorted { $0.key < $1.key }.map { KindGate(kind: $0, limit: $1, aging: aging) }
        gateNumbers = Dictionary(
            uniqueKeysWithValues: gates.enumerated().map { ($1.kind, Int16(clamping: $0)) })
        self.rate = rate
        bucket = rate.map(TokenBucket.init)
        isEmpty = rate == nil && kinds.isEmpty
    }

    /// The number of the gate that jobs of that kind pass; −1 where they pass none.
    func gate(of kind: String) -> Int16 { gateNumbers[kind] ?? -1 }

    /// The gate of a job.
    func gate(of record: JobRecord) -> Int? { record.gate < 0 ? nil : Int(record.gate) }

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

    func figures(at now: UInt64) -> [LimitFigures] {
        var all: [LimitFigures] = []
        if let rate, let bucket {
            var figures = LimitFigures(kind: "")
            figures.rate = bucket.figures(rate, at: now)
            all.append(figures)
        }
        return all + gates.map { $0.figures(at: now) }
    }
}
