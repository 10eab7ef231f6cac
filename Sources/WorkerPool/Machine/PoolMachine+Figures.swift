import Monitoring
import Synchronization

extension PoolMachine {
    /// What a snapshot takes from under the lock: numbers and references, no text.
    struct Reading {
        /// Numbers only, so that there is nothing to be counted where it is copied.
        struct Worker {
            var id: WorkerID
            var isRetiring: Bool
            var attempt: Int
            var startedAt: UInt64
            var stopSince: UInt64?
            var succeeded: UInt64
            var failed: UInt64
            var busyShare: Double
        }

        var counters: Counters
        var workers: [Worker] = []
        /// What each of ``workers`` has in its hands.
        var records: [JobRecord?] = []
        /// How far those jobs are that say so.
        var progress: [JobID: JobProgress] = [:]
        var busy = 0
        var retiring = 0
        var target = 0
        var highWater = 0
        var lowWater = 0
        var oldest: UInt64?
        var arrivals: (perSecond: Double, window: Double)
        var producers: (waiting: Int, since: UInt64?, waits: UInt64, waited: UInt64)
        var pauses: (intake: PauseMark?, dispatch: PauseMark?, frozen: PauseMark?)
        var lifecycle: PoolState
        var failedAttempts: UInt64
        var limits: [LimitFigures]
    }

    /// Everything at one instant, in O(workers).
    mutating func reading(now: UInt64) -> Reading {
        var started = tally.started
        var ended = tally.ended
        var workers: [Reading.Worker] = []
        workers.reserveCapacity(slots.count)
        var records: [JobRecord?] = []
        records.reserveCapacity(slots.count)
        var progress: [JobID: JobProgress] = [:]
        var busy = 0
        var retiring = 0
        for slot in slots {
            let sequence = slot.sequence.load(ordering: .acquiring)
            let isBusy = sequence & 1 == 1
            started += (sequence + 1) / 2
            ended += sequence / 2
            if isBusy { busy += 1 }
            if slot.isRetiring { retiring += 1 }
            let record = isBusy ? slot.current : nil
            let startedAt = slot.startedAt.load(ordering: .relaxed)
            let spent = slot.busy.load(ordering: .relaxed) + (isBusy && now > startedAt ? now - startedAt : 0)
            workers.append(
                Reading.Worker(
                    id: slot.id, isRetiring: slot.isRetiring,
                    attempt: record.map { Int($0.failures) + 1 } ?? 0, startedAt: startedAt,
                    stopSince: record == nil ? nil : slot.stop?.since,
                    succeeded: sequence / 2 - min(slot.failed + slot.cancelled + slot.putBack, sequence / 2),
                    failed: slot.failed, busyShare: slot.window.share(at: now, busy: spent)))
            if let told = slot.progress { progress[told.job] = told.progress }
            records.append(record)
        }
        return Reading(
            counters: counters(started: started, ended: ended), workers: workers, records: records,
            progress: progress, busy: busy, retiring: retiring, target: target,
            highWater: min(depthMarks.high, capacity),
            lowWater: min(depthMarks.low(depth: depth, now: now), capacity),
            oldest: queue.oldestSince().map { elapsed(from: $0, to: now) },
            arrivals: arrivals.rate(at: now),
            producers: (waiting.count, waiting.first?.since, stats.waits, stats.waited + waitingTime(now)),
            pauses: (intakePause, dispatchPause, frozen), lifecycle: lifecycle,
            failedAttempts: tally.failedAttempts + tally.expiredWaiting,
            limits: limits.figures(at: now) { queue.held(by: $0) })
    }

    /// The counters, balanced by construction.
    ///
    /// An *entry* is one passage of a job through the queue: its first, and one
    /// for each retry or requeue. Every entry is scheduled, queued, started,
    /// cancelled before it started, or dropped; every started one runs or has
    /// ended. Each worker's starts and ends come from one atomic load, so that
    /// both belong to the same instant.
    private func counters(started: UInt64, ended: UInt64) -> Counters {
        let returned = tally.retried + tally.requeued
        var counters = Counters()
        counters.submitted = tally.submitted
        counters.scheduled = UInt64(scheduled.count)
        counters.queued =
            tally.submitted + returned - counters.scheduled - tally.dropped - tally.cancelledWaiting
            - tally.expiredWaiting - started
        counters.running = started - ended
        counters.succeeded = ended - tally.failed - tally.cancelledRunning - returned
        counters.failed = tally.failed + tally.expiredWaiting
        counters.cancelled = tally.cancelled
        counters.dropped = tally.dropped
        counters.rejected = tally.rejected
        counters.retried = tally.retried
        counters.timedOut = tally.timedOut
        return counters
    }

    private func waitingTime(_ now: UInt64) -> UInt64 {
        waiting.reduce(0) { $0 + elapsed(from: $1.since, to: now) }
    }
}
