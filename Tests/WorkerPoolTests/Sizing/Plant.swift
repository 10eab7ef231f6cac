import Monitoring

@testable import WorkerPool

/// A pool and a machine that exist as figures only: jobs end at the speed that `throughput` gives for a number of
/// workers.
struct Plant {
    var machine: SizingMachine
    /// Jobs a second with that many workers.
    var throughput: (Int) -> Double
    /// How far, as a share, the speed of a half-second strays.
    var noise = 0.0
    /// The share of attempts that fail.
    var failing: (Int) -> Double = { _ in 0 }
    var pressure: (Int) -> PressureFigures? = { _ in nil }
    /// What the next look shows of demand: `nil` for more jobs than can be done.
    var demand: (busy: Int, held: Int)?
    private(set) var now: UInt64 = 1_000_000_000_000
    private var ended = 0.0
    private var succeeded = 0.0
    private var generator: SplitMix
    /// All sizes there were, in order.
    private(set) var sizes: [Int]
    private(set) var reasons: [String] = []

    init(
        _ rails: ClosedRange<Int>, start: Int = 1, noise: Double = 0, seed: UInt64 = 1,
        throughput: @escaping (Int) -> Double
    ) {
        machine = SizingMachine(rails: rails, start: start)
        self.throughput = throughput
        self.noise = noise
        generator = SplitMix(seed: seed)
        sizes = [machine.level]
    }

    var size: Int { machine.level }

    /// Lets that many seconds pass, with a look each half.
    mutating func run(seconds: Double, paused: Bool = false) {
        for _ in 0..<Int(seconds * 2) {
            now += 500_000_000
            let size = machine.level
            let speed = demand.map { throughput(min($0.busy, size)) } ?? throughput(size)
            let stray = noise == 0 ? 0 : Double.random(in: -noise...noise, using: &generator)
            let count = paused ? 0 : speed * (1 + stray) / 2
            ended += count
            succeeded += count * (1 - failing(size))
            var sample = SizingSample()
            sample.workers = size
            sample.busy = demand.map { min($0.busy, size) } ?? size
            sample.held = demand?.held ?? 0
            sample.startable = demand == nil ? 100 : 0
            sample.ended = UInt64(ended)
            sample.succeeded = UInt64(succeeded)
            sample.isPaused = paused
            sample.pressure = pressure(size)
            guard case .move(let size, let reason) = machine.observe(sample, at: now) else { continue }
            sizes.append(size)
            reasons.append(reason)
        }
    }

    /// The sizes it settled at for a while, trials left out.
    var home: Int { machine.home }

    // MARK: Kinds of plants

    /// Jobs that need a processor for 50 ms.
    static func processors(_ count: Int) -> (Int) -> Double { { Double(min($0, count)) * 20 } }

    /// Jobs that wait 200 ms for a service that takes so many at once.
    static func service(slots: Int) -> (Int) -> Double { { Double(min($0, slots)) * 5 } }

    /// Jobs in each other's way: the universal scalability law (Gunther 1993).
    static func contended(_ size: Int) -> Double {
        let workers = Double(size)
        return 40 * workers / (1 + 0.05 * (workers - 1) + 0.004 * workers * (workers - 1))
    }
}
