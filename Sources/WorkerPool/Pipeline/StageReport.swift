import Monitoring

/// Fills in what a pool is in its pipeline.
struct StageReport: Sendable {
    private let blank: StageFigures
    private let meter: BlockedMeter
    private let order: @Sendable () -> TurnstileFigures?

    init(
        _ place: StagePlace, _ settings: StageSettings, meter: BlockedMeter,
        order: @escaping @Sendable () -> TurnstileFigures?
    ) {
        var blank = StageFigures(pipeline: place.pipeline, position: place.position, count: place.count)
        blank.keepsOrder = settings.order.window != nil
        blank.onFailure = settings.onFailure.description
        self.blank = blank
        self.meter = meter
        self.order = order
    }

    func fill(_ snapshot: inout PoolSnapshot) {
        var figures = blank
        let counters = snapshot.counters
        figures.entered = counters.submitted
        figures.skipped = counters.failed
        figures.cancelled = counters.cancelled + counters.dropped
        figures.passed = counters.succeeded
        if let order = order() {
            // The counters are the older reading: of what has succeeded since then nothing is told, so that all
            // adds up.
            let discarded = min(order.discarded, counters.succeeded)
            figures.cancelled += discarded
            figures.passed = min(order.passed, counters.succeeded - discarded)
            figures.reordering = Int(counters.succeeded - discarded - figures.passed)
        }
        let blocked = meter.reading()
        figures.blockedWorkers = blocked.waiting
        let workers = snapshot.workers.each
        if !workers.isEmpty {
            let busy = min(workers.reduce(0) { $0 + $1.busyShare } / Double(workers.count), 1)
            figures.blocked = min(blocked.average / Double(workers.count), busy)
            figures.working = busy - figures.blocked
            figures.waiting = 1 - busy
        }
        snapshot.stage = figures
    }
}
