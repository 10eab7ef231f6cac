import Monitoring

/// How many workers the measured load asks for.
///
/// Work arrives at λ jobs a second and each takes s seconds of a worker: λ × s workers are busy on average
/// (the offered load). To keep the queue short there must be a few more than that.
enum SizingHint: Sendable, Equatable {
    /// Nothing to measure, and why.
    case none(String)
    /// Too little measured yet.
    case measuring
    /// Nothing arrives any more: so many jobs are left, and end in that time.
    case finishing(left: UInt64, in: Seconds?)
    /// Measured.
    case advice(SizingAdvice)

    /// Jobs that must have been timed.
    static let leastRuns: UInt64 = 20
    /// Seconds that must have been seen since the last resize.
    static let leastSeconds = 8
    /// Seconds that are looked at.
    static let window = 30

    /// Whether there is little to go by yet.
    var isPreliminary: Bool {
        switch self {
        case .none, .measuring: true
        case .finishing, .advice: false
        }
    }

    /// The number of workers to go to, where another one than now is advised.
    var suggestion: Int? {
        if case .advice(let advice) = self { advice.suggestion } else { nil }
    }

    /// The hint for a pool.
    ///
    /// - Parameters:
    ///   - resized: the second of the last resize.
    ///   - knee: a number of workers beyond which a resize was seen not to pay.
    init(_ snapshot: PoolSnapshot, history: History, resized: Int?, knee: Int?) {
        let have = snapshot.workers.target
        if let sizing = snapshot.sizing, sizing.isActive {
            self = .none(sizing.reason)
        } else if snapshot.state != .running {
            self = Self.finishing(snapshot)
        } else if snapshot.paused.intake != nil || snapshot.paused.dispatch != nil
            || snapshot.paused.frozen != nil
        {
            self = .none("paused")
        } else if have == 0 {
            self = .none("no workers: nothing is started")
        } else {
            let start = max(history.now - Self.window, resized.map { $0 + 2 } ?? .min)
            let seconds = history.working(from: start, before: .max)
            let arrivals = seconds.reduce(0) { $0 + $1.admitted + $1.refused }
            if snapshot.counters.submitted == 0 {
                self = .none("no jobs yet")
            } else if seconds.count < Self.leastSeconds {
                self = .measuring
            } else if arrivals == 0 {
                self = Self.finishing(snapshot)
            } else if let run = snapshot.latencies.run, run.count >= Self.leastRuns, run.mean > 0,
                run.mean.isFinite
            {
                self = .advice(
                    SizingAdvice(
                        seconds: seconds, service: run.mean, samples: run.count, have: have,
                        producers: snapshot.producers.known, queueIsFull: Self.isFull(snapshot), knee: knee))
            } else {
                self = .measuring
            }
        }
    }

    private static func finishing(_ snapshot: PoolSnapshot) -> SizingHint {
        let left = snapshot.counters.unfinished
        guard left > 0 else { return .none("nothing to do") }
        let speed = snapshot.rates.completions
        return .finishing(left: left, in: speed > 0 ? Double(left) / speed : nil)
    }

    private static func isFull(_ snapshot: PoolSnapshot) -> Bool {
        guard let capacity = snapshot.queue.capacity else { return false }
        return snapshot.queue.depth >= max(1, capacity * 9 / 10)
    }
}

/// A measured load and the number of workers for it.
struct SizingAdvice: Sendable, Equatable {
    /// Jobs that want in, a second.
    var arrivals: Double
    /// Whether more than that may want in: producers were held back nearly all the time.
    var isAtLeast: Bool
    /// What a job takes, on average.
    var service: Seconds
    /// How many runs that average is taken over.
    var samples: UInt64
    /// Workers there are.
    var have: Int
    /// Workers to try; `nil` where the number is right, or more were seen not to help.
    var suggestion: Int?
    /// Whether more workers would be advised if they had not been seen not to help.
    var isPastTheKnee = false
    /// Whether the queue is full, so that the backlog builds up at the producers.
    var queueIsFull: Bool

    /// The workers that the load keeps busy.
    var load: Double { arrivals * service }

    /// Jobs that come a second in excess of what the workers there can do; negative where they can do more.
    var growth: Double { arrivals - Double(have) / service }

    /// The share of their time that `workers` would be busy.
    func utilisation(with workers: Int) -> Double { workers > 0 ? load / Double(workers) : .infinity }

    init(
        seconds: [History.Second], service: Seconds, samples: UInt64, have: Int, producers: Int?,
        queueIsFull: Bool, knee: Int?
    ) {
        let length = Double(max(1, seconds.count))
        let offered = seconds.reduce(0) { $0 + $1.admitted + $1.refused + $1.retried } / length
        // Producers that wait offer less than they would: with a share f of their time spent waiting, the rate
        // they were to reach unhindered is 1 / (1 − f) of what is seen.
        let waiting = seconds.reduce(0) { $0 + $1.waiting } / length
        let many = max(producers ?? 0, seconds.reduce(0) { max($0, $1.mostWaiting) })
        let held = many > 0 ? min(1, waiting / Double(many)) : 0
        arrivals = offered / (1 - min(held, Self.mostHeld))
        isAtLeast = held > Self.mostHeld
        self.service = service
        self.samples = samples
        self.have = have
        self.queueIsFull = queueIsFull
        let wanted = Self.staffing(for: load)
        let share = utilisation(with: have)
        if share > Self.tooBusy, wanted > have {
            // Never more than double at once: the next step is taken with what this one taught.
            let next = min(wanted, max(have * 2, have + 2))
            isPastTheKnee = knee.map { next > $0 } ?? false
            suggestion = isPastTheKnee ? nil : next
        } else if share < Self.tooIdle, wanted < have * 3 / 4 {
            suggestion = wanted
        }
    }

    /// Producers held back longer than this share of their time tell no more than "at least".
    static let mostHeld = 0.8
    /// Busier than this, workers are the bottleneck; queues grow long well before 100 %.
    static let tooBusy = 0.92
    /// Less busy than this, there are more workers than needed.
    static let tooIdle = 0.5

    /// The workers for a load: busy at most 85 % of the time or, for a large load, the load and its square root
    /// on top, which is enough then (S. Halfin and W. Whitt, "Heavy-traffic limits for queues with many
    /// exponential servers", 1981).
    static func staffing(for load: Double) -> Int {
        guard load.isFinite, load > 0 else { return 1 }
        return max(1, Int(min(load / 0.85, load + load.squareRoot(), 1e6).rounded(.up)))
    }
}
