import Monitoring

/// What a pool that sizes itself sees of itself at one instant.
struct SizingSample: Sendable, Equatable {
    /// How many workers it is to have.
    var workers = 0
    /// How many run a job.
    var busy = 0
    /// Jobs that wait and could start if a worker were free.
    var startable = 0
    /// Jobs that wait because a limit or rate holds them back: more workers would not help them.
    var held = 0
    /// Attempts that ever ended.
    var ended: UInt64 = 0
    /// How many of them ended well.
    var succeeded: UInt64 = 0
    /// Whether jobs start at all.
    var isPaused = false
    var pressure: PressureFigures?
}

extension SizingSample {
    /// What a snapshot shows.
    init(_ snapshot: PoolSnapshot, pressure: PressureFigures?) {
        workers = snapshot.workers.target
        busy = snapshot.workers.busy
        // A rate of the whole pool that is used up holds everything back.
        let isOutOfTokens = snapshot.limits.contains { $0.kind.isEmpty && ($0.rate?.available ?? 1) < 1 }
        held =
            isOutOfTokens
            ? snapshot.queue.depth
            : min(snapshot.limits.reduce(0) { $0 + $1.held }, snapshot.queue.depth)
        startable = snapshot.queue.depth - held
        succeeded = snapshot.counters.succeeded
        ended = succeeded + snapshot.counters.failed + snapshot.counters.retried
        isPaused = snapshot.paused.dispatch != nil || snapshot.paused.frozen != nil
        self.pressure = pressure
    }
}
