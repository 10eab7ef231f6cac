import Monitoring

/// What a pool remembers of its past. Has a lock of its own, which no submit
/// ever takes: workers add to it once a batch.
struct Telemetry {
    var wait = LatencyWindow()
    var run = LatencyWindow()
    var total = LatencyWindow()
    var completions = RateMeter()
    var ended = EndedJobs()
    var failures = FailureLog()
    var events = EventLog()
    var receipts = ReceiptBook()
    var overflow = OverflowNotice()
    private var windowEnd: UInt64 = 0

    /// Takes over the jobs of a batch that ended well, marked by bits in `mask`; those that came without records only in
    /// figures.
    mutating func absorb(_ batch: UnsafeMutablePointer<Held?>, mask: UInt32, areItems: Bool, now: UInt64) {
        turnWindows(now)
        completions.mark(mask.nonzeroBitCount, at: now)
        var rest = mask
        while rest != 0 {
            let place = rest.trailingZeroBitCount
            rest &= rest &- 1
            batch[place]?._withUnsafeGuaranteedRef { record in
                measure(queuedAt: record.queuedAt, startedAt: record.startedAt, endedAt: record.endedAt)
                total.record(elapsed(from: record.submittedAt, to: record.endedAt))
                if areItems { ended.note(item: EndedItems.Job(record)) }
            }
            if areItems { continue }
            ended.exchange(&batch[place])
            batch[place]?.prefetch()
        }
    }

    /// Takes over the first so many jobs of a batch, those that ended without a record.
    mutating func absorb(_ items: ItemBatch, count: Int, worker: Int32, now: UInt64) {
        turnWindows(now)
        var succeeded = 0
        for place in 0..<count where items.phase(place) == .ended {
            let job = items.ended(place, worker: worker)
            measure(queuedAt: job.submittedAt, startedAt: job.startedAt, endedAt: job.endedAt)
            total.record(elapsed(from: job.submittedAt, to: job.endedAt))
            ended.note(item: job)
            succeeded += 1
        }
        completions.mark(succeeded, at: now)
    }

    /// Measures an attempt.
    @inline(__always)
    mutating func measure(queuedAt: UInt64, startedAt: UInt64, endedAt: UInt64) {
        wait.record(elapsed(from: queuedAt, to: startedAt))
        run.record(elapsed(from: startedAt, to: endedAt))
    }

    mutating func turnWindows(_ now: UInt64) {
        guard now >= windowEnd else { return }
        if windowEnd != 0 {
            for _ in 0..<min((now - windowEnd) / LatencyWindow.half + 1, 2) {
                wait.turn()
                run.turn()
                total.turn()
            }
        }
        windowEnd = now + LatencyWindow.half
    }
}

/// Jobs lost to the overflow policy, gathered so that the log gets a line a
/// second of them and not one for each.
struct OverflowNotice {
    private var dropped = 0
    private var rejected = 0
    private var nextNotice: UInt64 = 0

    /// Counts losses; returns the line where one is due.
    mutating func count(dropped: Int, rejected: Int, now: UInt64) -> String? {
        self.dropped += dropped
        self.rejected += rejected
        guard now >= nextNotice, self.dropped + self.rejected > 0 else { return nil }
        defer { self = OverflowNotice(nextNotice: now + 1_000_000_000) }
        let parts = [(self.dropped, "dropped"), (self.rejected, "refused")].filter { $0.0 > 0 }
        return "queue full: "
            + parts.map { "\($0.0) \($0.0 == 1 ? "job" : "jobs") \($0.1)" }.joined(separator: ", ")
    }

    init(nextNotice: UInt64 = 0) { self.nextNotice = nextNotice }
}
