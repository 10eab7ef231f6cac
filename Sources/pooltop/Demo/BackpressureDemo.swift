import WorkerPool

/// Synthetic producers in front of a pool: four tasks that submit in waves,
/// now below and now above what the workers can do.
struct BackpressureDemo {
    /// How many producers there are.
    static let producers = 4

    let pool: Pool
    private let wave: ArrivalWave
    private let mix: JobMix
    private let seed: UInt64
    /// Jobs that each producer submits at once at the start, so that there is something to see: half a queue.
    private let headStart: Int

    init(
        workers: Int, capacity: Int, rate: Double, service: Duration, failures: Double, seed: UInt64,
        overflow: OverflowPolicy
    ) {
        pool = Pool(
            PoolConfiguration(
                name: "backpressure demo", workers: workers, capacity: capacity, overflow: overflow,
                producers: BackpressureDemo.producers, seed: seed))
        wave = ArrivalWave(rate: rate / Double(BackpressureDemo.producers))
        mix = JobMix(service: service, failureShare: failures)
        self.seed = seed
        headStart = capacity / 2 / BackpressureDemo.producers
    }

    /// Submits until the task is cancelled or the pool takes no more.
    func produce() async {
        await withDiscardingTaskGroup { group in
            for producer in 0..<BackpressureDemo.producers {
                group.addTask { await produce(SplitMix(seed: seed &* 31 &+ UInt64(producer))) }
            }
        }
    }

    private func produce(_ generator: SplitMix) async {
        var generator = generator
        let start = ContinuousClock.now
        var next = start
        var submitted = 0
        while !Task.isCancelled {
            submitted += 1
            let pause = wave.pause(at: start.duration(to: next), using: &generator)
            if submitted > headStart { next = max(next + pause, ContinuousClock.now) }
            do {
                try await ContinuousClock().sleep(until: next)
                let order = mix.draw(using: &generator)
                try await pool.submit(order.options) { context in try await order.work(context) }
            } catch let error as PoolError where error.code != .closed {
                continue  // refused by the policy, and counted by the pool: the producer carries on
            } catch {
                return
            }
        }
    }
}
