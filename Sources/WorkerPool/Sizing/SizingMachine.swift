import Monitoring

/// Decides how many workers a pool has. Owns no task, reads no clock, does no I/O.
///
/// The method is hill climbing on measured throughput, as in Hellerstein, Morrison and Eilebrecht, "Optimizing
/// Concurrency Levels in the .NET ThreadPool: A Case Study of Controller Design and Implementation" (FeBID 2008):
/// try another size, compare the throughput of both with regard to their variance, stay where it is better. What
/// differs from it:
///
/// - Where to look next is a search by doubling, then by halving what is left between a size known to be worse and
///   one known not to be worth it. It ends, so the pool stands still instead of swaying about the knee.
/// - A larger size must bring at least 30 % of what it would in proportion: 8 workers for 4 pay from +30 % on. Where
///   processors or disks are under pressure it must bring 60 %, and where it is disks smaller sizes are tried first.
/// - A window counts only if jobs were waiting through most of it: where the intake or a limit holds the pool back,
///   more workers would change nothing. After half a minute without a waiting job the pool shrinks to what it needs.
/// - Under memory pressure the pool gives a quarter of its workers up at once, as TCP does under congestion
///   (Jacobson, "Congestion Avoidance and Control", SIGCOMM 1988), and does not come back for a while.
///
/// What is not significant changes nothing: the present size stays.
struct SizingMachine: Sendable {
    /// What to do now.
    enum Action: Equatable, Sendable {
        case stay
        case move(to: Int, because: String)
    }

    /// What is measured at the size that is tried.
    struct Trial: Sendable {
        let size: Int
        var measure = ThroughputMeasure()
    }

    /// The stretch of time that is being measured.
    struct Window: Sendable {
        let start: UInt64
        let ended: UInt64
        let succeeded: UInt64
        var looks = 0
        var looksWithBacklog = 0
    }

    /// A time in which no job waited.
    struct Quiet: Sendable {
        var since: UInt64
        var peak = 0
    }

    let rails: ClosedRange<Int>
    /// How many workers the pool is to have now.
    private(set) var level: Int
    private(set) var isActive = true
    /// Why it last moved, or stays where it is.
    var reason: String
    private(set) var pressure: PressureFigures?

    // The search
    /// The best size found so far, and what it does.
    var home: Int
    var baseline = ThroughputMeasure()
    /// What ``baseline`` was when the search ended.
    var settled = ThroughputMeasure()
    var trial: Trial?
    /// The largest size below ``home`` known to be worse; the smallest above it known not to be worth it.
    var worse: Int?
    var wasteful: Int?
    /// Whether smaller sizes come first: they did better last.
    var leansDown = false
    /// What sizes are multiplied or divided by where nothing is known.
    var stride = 2.0
    /// Where the pool rests until it looks again, and for how long it will next time.
    var restUntil: UInt64?
    var rest = Self.shortestRest
    /// Baseline windows wanted before the next trial.
    var wantedWindows = Self.windows

    // Measuring
    var window: Window?
    /// Whether the next window still belongs to the size before.
    var isSettling = true

    // Demand and memory
    var quiet: Quiet?
    /// The size to come back to once jobs wait again.
    var knee: Int
    /// No more than this until that time: memory ran short.
    var cap: (size: Int, until: UInt64)?
    private var nextRelief: UInt64 = 0
    private var isStarved = false

    // Constants; times in nanoseconds
    /// Shortest and longest window. It also lasts until as many jobs have ended as there are workers.
    static let shortestWindow: UInt64 = 500_000_000
    static let longestWindow: UInt64 = 10_000_000_000
    /// Windows before two sizes are compared.
    static let windows = 3
    static let shortestRest: UInt64 = 15_000_000_000
    static let longestRest: UInt64 = 480_000_000_000
    static let quietTime: UInt64 = 30_000_000_000
    /// The share of proportional growth that more workers must bring.
    static let ease = 0.3
    static let strictness = 0.6
    /// Percent of pressure: from where memory makes the pool give way, and from where it no longer grows; from
    /// where processors and disks make it strict.
    static let memoryRelief = 20.0
    static let memoryHold = 10.0
    static let strictPressure = 60.0
    static let reliefInterval: UInt64 = 10_000_000_000
    static let capTime: UInt64 = 60_000_000_000

    init(rails: ClosedRange<Int>, start: Int) {
        self.rails = rails
        level = min(max(start, rails.lowerBound), rails.upperBound)
        home = level
        knee = level
        reason = "starts with \(level)"
    }

    // MARK: Events

    /// A look at the pool; about twice a second.
    mutating func observe(_ sample: SizingSample, at now: UInt64) -> Action {
        pressure = sample.pressure
        guard isActive else { return .stay }
        if sample.workers != level { begin(at: sample.workers, "goes on from \(sample.workers)") }
        guard rails.contains(level) else {
            let size = min(max(level, rails.lowerBound), rails.upperBound)
            begin(at: level)
            (home, knee) = (size, size)
            return move(to: size, "back between \(rails.lowerBound) and \(rails.upperBound)")
        }
        if sample.isPaused {
            window = nil
            quiet = nil
            reason = "waits while dispatch is paused"
            return .stay
        }
        if let cap, now >= cap.until { self.cap = nil }
        return relieveMemory(sample, now) ?? followDemand(sample, now) ?? climb(sample, now)
    }

    /// Someone else resizes the pool: it is theirs from now on.
    mutating func yield(to operator: String) {
        isActive = false
        reason = "\(`operator`) set the size; stays until it is handed back"
    }

    /// The size is the pool's own again, which has that many workers now.
    mutating func handBack(at size: Int, by operator: String) {
        isActive = true
        begin(at: size, "\(`operator`) handed the size back")
    }

    /// Forgets what was measured.
    private mutating func begin(at size: Int, _ reason: String? = nil) {
        (level, home, knee) = (size, size, size)
        reopen(stride: 2)
        (baseline, trial, window, quiet) = (ThroughputMeasure(), nil, nil, nil)
        (isSettling, rest, wantedWindows) = (true, Self.shortestRest, Self.windows)
        if let reason { self.reason = reason }
    }

    /// Looks at other sizes again.
    mutating func reopen(stride: Double) {
        (worse, wasteful, restUntil, leansDown, self.stride) = (nil, nil, nil, false, stride)
    }

    mutating func move(to size: Int, _ reason: String) -> Action {
        self.reason = reason
        guard size != level else { return .stay }
        level = size
        (window, isSettling) = (nil, true)
        return .move(to: size, because: reason)
    }

    // MARK: What comes before throughput

    private mutating func relieveMemory(_ sample: SizingSample, _ now: UInt64) -> Action? {
        let memory = sample.pressure?.memory ?? 0
        guard memory >= Self.memoryRelief, level > rails.lowerBound else { return nil }
        guard now >= nextRelief else { return .stay }
        nextRelief = now + Self.reliefInterval
        let size = max(rails.lowerBound, min(level - 1, level * 3 / 4))
        let before = level
        begin(at: level)
        (home, knee, cap) = (size, size, (before - 1, now + Self.capTime))
        return move(to: size, "memory pressure \(Self.percent(memory)): gives way")
    }

    private mutating func followDemand(_ sample: SizingSample, _ now: UInt64) -> Action? {
        guard sample.startable == 0 else {
            let wasStarved = isStarved
            (quiet, isStarved) = (nil, false)
            let size = min(knee, cap?.size ?? knee)
            if trial == nil, home < size {
                home = size
                (baseline, wantedWindows) = (ThroughputMeasure(), Self.windows)
                return move(to: size, "jobs wait again: back to what was best")
            }
            if wasStarved { reason = restUntil == nil ? "jobs wait: measures" : "best of the sizes near it" }
            return nil
        }
        isStarved = true
        if trial == nil {
            reason =
                sample.held > 0
                ? "\(sample.held) \(sample.held == 1 ? "job is" : "jobs are") held back by limits, not for want of workers"
                : "no job waits for a worker"
        }
        var quiet = quiet ?? Quiet(since: now)
        quiet.peak = max(quiet.peak, sample.busy)
        self.quiet = quiet
        guard elapsed(from: quiet.since, to: now) >= Self.quietTime else { return nil }
        self.quiet = Quiet(since: now, peak: sample.busy)
        let needed = min(max(rails.lowerBound, quiet.peak + (quiet.peak + 3) / 4), rails.upperBound)
        guard needed < level else { return nil }
        trial = nil
        (home, baseline, wantedWindows) = (needed, ThroughputMeasure(), Self.windows)
        let time = Self.quietTime / 1_000_000_000
        return move(to: needed, "no job waited for \(time) s, at most \(quiet.peak) busy")
    }

    static func percent(_ value: Double) -> String { "\(Int(value.rounded())) %" }
}
