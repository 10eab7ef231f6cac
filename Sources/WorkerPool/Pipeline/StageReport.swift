import Monitoring

/// What has become of a stage's finished items.
struct LeavingFigures {
    /// How many have gone on.
    let passed: UInt64
    /// How many were refused by the next stage.
    let discarded: UInt64
}

/// Fills in what a pool is in its pipeline.
struct StageReport: Sendable {
    private let blank: StageFigures
    private let meter: BlockedMeter
    private let leaving: @Sendable (_ succeeded: UInt64) -> LeavingFigures

    init(
        _ place: StagePlace, _ settings: StageSettings, meter: BlockedMeter,
        leaving: @escaping @Sendable (_ succeeded: UInt64) -> LeavingFigures
    ) {
        var blank = StageFigures(pipeline: place.pipeline, position: place.position, count: place.count)
        blank.keepsOrder = settings.order.window != nil
        blank.onFailure = settings.onFailure.description
        self.blank = blank
        self.meter = meter
        self.leaving = leaving
    }

    func fill(_ snapshot: inout PoolSnapshot) {
        var figures = blank
        let counters = snapshot.counters
        figures.entered = counters.submitted
        figures.skipped = counters.failed
        let leaving = leaving(counters.succeeded)
        figures.cancelled = counters.cancelled + counters.dropped + leaving.discarded
        figures.passed = leaving.passed
        figures.reordering = Int(counters.succeeded - leaving.discarded - leaving.passed)
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
