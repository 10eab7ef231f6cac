import Metrics
import Monitoring
import Synchronization

/// Passes a pool's figures on to swift-metrics: counters and gauges once a second from a snapshot, times as they
/// are measured.
final class MetricsExporter: Sendable {
    /// The time between two exports.
    static let interval = Duration.seconds(1)

    private let counters: [Counter]
    private let times: [FloatingPointCounter]
    private let gauges: [Gauge]
    private let limits: [String: [Gauge]]
    private let wait: Timer
    private let run: Timer
    private let total: Timer
    /// What has been exported.
    private let last = Locked(PoolSnapshot())

    /// An exporter for pools that are to have one; `nil` for others.
    init?(_ configuration: PoolConfiguration) {
        guard let factory = configuration.metrics else { return nil }
        let dimensions = [("pool", configuration.name)]
        counters = MetricsTable.counters.map {
            Counter(label: $0.name, dimensions: dimensions, factory: factory)
        }
        times = MetricsTable.times.map {
            FloatingPointCounter(label: $0.name, dimensions: dimensions, factory: factory)
        }
        gauges = MetricsTable.gauges.map { Gauge(label: $0.name, dimensions: dimensions, factory: factory) }
        let kinds = configuration.limits.keys + (configuration.rate == nil ? [] : [""])
        limits = Dictionary(
            kinds.map { kind in
                let dimensions = dimensions + [("kind", kind)]
                return (
                    kind,
                    MetricsTable.limits.map {
                        Gauge(label: $0.name, dimensions: dimensions, factory: factory)
                    }
                )
            }, uniquingKeysWith: { first, _ in first })
        wait = Timer(label: MetricsTable.wait, dimensions: dimensions, factory: factory)
        run = Timer(label: MetricsTable.run, dimensions: dimensions, factory: factory)
        total = Timer(label: MetricsTable.total, dimensions: dimensions, factory: factory)
    }

    /// Exports now and then until the task is cancelled.
    func run(on pool: Pool) async {
        while !Task.isCancelled {
            sweep(pool)
            let next = pool.clock.now() + Self.interval.nanoseconds
            guard (try? await pool.clock.sleep(until: next)) != nil else { return }
        }
    }

    /// Exports once; returns what was exported.
    @discardableResult
    func sweep(_ pool: Pool) -> PoolSnapshot {
        let snapshot = pool.snapshot()
        let before = last.withLock { last in
            defer { last = snapshot }
            return last
        }
        for (row, counter) in zip(MetricsTable.counters, counters) {
            let (now, then) = (row.value(snapshot), row.value(before))
            if now > then { counter.increment(by: now - then) }
        }
        for (row, counter) in zip(MetricsTable.times, times) {
            let difference = row.value(snapshot) - row.value(before)
            if difference > 0 { counter.increment(by: difference) }
        }
        for (row, gauge) in zip(MetricsTable.gauges, gauges) {
            if let value = row.value(snapshot) { gauge.record(value) }
        }
        for figures in snapshot.limits {
            for (row, gauge) in zip(MetricsTable.limits, limits[figures.kind] ?? []) {
                if let value = row.value(figures) { gauge.record(value) }
            }
        }
        return snapshot
    }

    // MARK: Times, measured by workers with no lock held

    /// The jobs of a batch that ended well, marked by bits in `mask`.
    func measure(_ batch: UnsafeMutablePointer<Held?>, mask: UInt32) {
        var rest = mask
        while rest != 0 {
            let place = rest.trailingZeroBitCount
            rest &= rest &- 1
            batch[place]?._withUnsafeGuaranteedRef { record in
                measure(queuedAt: record.queuedAt, startedAt: record.startedAt, endedAt: record.endedAt)
                measureTotal(submittedAt: record.submittedAt, endedAt: record.endedAt)
            }
        }
    }

    /// The first so many jobs of a batch, those that ended without a record.
    func measure(_ items: ItemBatch, count: Int) {
        for place in 0..<count where items.phase(place) == .ended {
            let (submittedAt, times) = (items.stamps[place].time, items.times[place])
            measure(queuedAt: submittedAt, startedAt: times.start, endedAt: times.end)
            measureTotal(submittedAt: submittedAt, endedAt: times.end)
        }
    }

    /// An attempt.
    func measure(queuedAt: UInt64, startedAt: UInt64, endedAt: UInt64) {
        wait.recordNanoseconds(elapsed(from: queuedAt, to: startedAt))
        run.recordNanoseconds(elapsed(from: startedAt, to: endedAt))
    }

    /// A job that ended in someone's hands.
    func measureTotal(submittedAt: UInt64, endedAt: UInt64) {
        total.recordNanoseconds(elapsed(from: submittedAt, to: endedAt))
    }
}
