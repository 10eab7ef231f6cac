import Monitoring

// How what a store keeps is shown.

extension StoreTime {
    /// Seconds since 1970.
    var unixTime: UnixTime { Double(milliseconds) / 1_000 }
}

extension Pause {
    init(_ pause: QueuePause, at now: UnixTime) {
        self.init(by: pause.by, since: pause.since.unixTime, elapsed: max(now - pause.since.unixTime, 0))
    }
}

extension QueueSnapshot {
    init(_ status: QueueStatus, at now: UnixTime) {
        self.init(name: status.name)
        counters = status.counters
        dead = status.kept[.dead] ?? 0
        kept = status.kept.values.reduce(0, +)
        oldest = status.oldest.map { max(now - $0.unixTime, 0) }
        paused = status.settings.paused.map { Pause($0, at: now) }
        concurrency = status.settings.concurrency
        rate = status.settings.rate
    }
}

extension LimitFigures {
    /// The limits of a queue; `nil` where it has none.
    init?(_ status: QueueStatus) {
        guard status.settings.concurrency != nil || status.starts != nil else { return nil }
        self.init(kind: status.name)
        concurrency = status.settings.concurrency
        rate = status.starts
        running = Int(status.counters.running)
        let isFull = concurrency.map { running >= $0 } ?? false
        held = isFull || (rate?.wait ?? 0) > 0 ? Int(status.counters.queued) : 0
    }
}

extension Counters {
    /// Adds another queue's.
    mutating func add(_ other: Counters) {
        submitted += other.submitted
        scheduled += other.scheduled
        queued += other.queued
        running += other.running
        succeeded += other.succeeded
        failed += other.failed
        cancelled += other.cancelled
        dropped += other.dropped
        rejected += other.rejected
        retried += other.retried
        timedOut += other.timedOut
        rescued += other.rescued
    }
}

extension JobSummary {
    init(_ job: StoredJob, worker: WorkerID?) {
        self.init(id: job.id, name: job.job.key ?? job.job.kind, kind: job.job.kind, state: job.state)
        priority = job.job.priority
        attempt = job.attempt
        maxAttempts = job.job.maxAttempts
        submitted = job.created.unixTime
        due = job.state == .scheduled ? job.job.due?.unixTime : nil
        started = job.started?.unixTime
        ended = job.ended?.unixTime
        progress = job.progress
        error = job.error?.split(separator: "\n", maxSplits: 1).first.map(String.init)
        self.worker = worker
    }

    /// Shows the durable job that a job of the pool is.
    mutating func show(_ claim: ClaimedJob) {
        id = claim.lease.job
        name = claim.kind
        priority = claim.priority
        attempt = claim.attempt
        maxAttempts = claim.maxAttempts
        submitted = claim.created.unixTime
    }
}

extension PoolEvent {
    /// Tells of a failure as the store counts attempts: the pool knows one only.
    mutating func show(_ claim: WorkTable.PastClaim) {
        let told = "(attempt 1 of 1, gave up)"
        guard message.hasSuffix(told) else { return }
        var next = "gave up"
        if case .retry = claim.outcome {
            next = "another follows"
            (kind, level) = (kind == .failed ? .retrying : kind, .warning)
        }
        message =
            message.dropLast(told.count) + "(attempt \(claim.attempt) of \(claim.maxAttempts), \(next))"
    }
}

extension JobDetail {
    /// The most of a payload that is shown, in bytes.
    private static let payloadLimit = 65_536
    /// The most lines of a result that are shown.
    private static let lineLimit = 200

    init(_ job: StoredJob, worker: WorkerSnapshot?) {
        var summary = JobSummary(job, worker: worker?.id)
        if let progress = worker?.job?.progress { summary.progress = progress }
        self.init(summary: summary)
        payload = String(decoding: job.job.payload.prefix(JobDetail.payloadLimit), as: UTF8.self)
        tags = job.job.tags
        if job.rescues > 0 { tags["rescues"] = "\(job.rescues)" }
        key = job.job.key
        deadline = job.job.deadline?.unixTime
        attempts = job.attempts.map { attempt in
            Attempt(
                number: attempt.number, worker: attempt.ended == nil ? worker?.id : nil,
                started: attempt.started.unixTime, ended: attempt.ended?.unixTime, outcome: attempt.outcome,
                message: attempt.error.map { "\($0) (\(attempt.owner))" } ?? attempt.owner)
        }
        guard let result = job.result else { return }
        var output = JobOutput()
        let lines = String(decoding: result.prefix(JobDetail.payloadLimit), as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        output.lines = lines.suffix(JobDetail.lineLimit).map {
            OutputLine(isError: false, text: String($0.prefix(1_024)))
        }
        output.bytes = UInt64(result.count)
        output.lineCount = UInt64(lines.count)
        self.output = output
    }
}
