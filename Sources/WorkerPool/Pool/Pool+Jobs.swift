public import Monitoring
import Synchronization

extension Pool {
    /// How many queue entries a search looks at: enough for any screen, few enough to stay quick.
    private static let searchLimit = 50_000
    /// How many queue entries are read under one lock.
    private static let piece = 2_048

    /// A page of jobs: running ones, then queued in order, scheduled, unsuccessful and succeeded ones, the newest
    /// of these first. Long queues are searched in part, and the page says so.
    public func jobs(_ query: JobQuery) -> JobPage {
        guard query.queue == nil else { return JobPage(jobs: [], total: 0) }
        var search = Search(query: query)
        let counters = snapshot().counters
        if search.wants(.running) {
            for record in state.withLock({ $0.running }) { search.look(at: record) { summary(of: record) } }
        }
        if search.wants(.queued) { searchQueue(&search) }
        if search.wants(.scheduled), !search.isFull {
            let scheduled = state.withLock { Array($0.scheduled.values) }.sorted { $0.id < $1.id }
            for record in scheduled { search.look(at: record) { summary(of: record) } }
        }
        let ended = telemetry.withLock { $0.ended.all() }
        var kept: [JobState: Int] = [:]
        for record in ended {
            kept[record.jobState, default: 0] += 1
            if search.wants(record.jobState) { search.look(at: record) { summary(of: record) } }
        }
        let live: [JobState: Int] = [
            .running: Int(counters.running), .queued: Int(counters.queued),
            .scheduled: Int(counters.scheduled),
        ]
        let total = JobState.allCases.filter(search.wants).reduce(0) { $0 + (live[$1] ?? kept[$1] ?? 0) }
        return JobPage(jobs: search.found, total: total, isPartial: search.isPartial)
    }

    private func searchQueue(_ search: inout Search) {
        let handedOut = state.withLock { $0.handedOut }
        for record in handedOut where record.isWaiting { search.look(at: record) { summary(of: record) } }
        var position = 0
        while !search.isFull {
            let start = position
            let slice = state.withLock { $0.queue.slice(from: start, limit: Pool.piece) }
            for record in slice where record.isWaiting { search.look(at: record) { summary(of: record) } }
            position += slice.count
            if slice.count < Pool.piece { return }
            if position >= Pool.searchLimit {
                search.isPartial = true
                return
            }
        }
    }

    /// One job with its attempts, output and usage; `nil` where it has ended and is no longer kept, or never was.
    public func job(_ id: JobID) -> JobDetail? {
        let live = state.withLock { machine in
            machine.running.first { $0.id == id } ?? machine.queue.find(id) ?? machine.scheduled[id]
                ?? machine.heldRecord(id) ?? machine.ending.first { $0.id == id }
        }
        guard let record = live ?? telemetry.withLock({ $0.ended.find(id) }) else { return nil }
        defer { record.isAboutToBeLetGo() }
        let (summary, startedAt) = look(at: record)
        var detail = JobDetail(summary: summary)
        let past = telemetry.withLock { _ in record.attempts }
        if let options = record.options {
            detail.tags = options.tags
            detail.key = options.key
            detail.deadline = options.deadline.map {
                clock.unixTime(record.submittedAt + $0.nanoseconds)
            }
            detail.payload = options.observation?.payload
            detail.output = options.observation?.output
            detail.usage = options.observation?.usage
        }
        detail.attempts = past.map { attempt in
            Attempt(
                number: attempt.number, worker: attempt.worker, started: clock.unixTime(attempt.startedAt),
                ended: clock.unixTime(attempt.endedAt), outcome: attempt.outcome, message: attempt.message)
        }
        // Of the attempt under way, and of one that ended plainly well, only the job itself knows.
        let isKept =
            summary.state == .succeeded
            ? past.last?.outcome == "succeeded" : past.last?.startedAt == startedAt
        if let startedAt, summary.state == .running || !isKept {
            detail.attempts.append(
                Attempt(
                    number: summary.attempt, worker: summary.worker, started: clock.unixTime(startedAt),
                    ended: summary.ended, outcome: summary.state.rawValue))
        }
        return detail
    }

    /// The job as a line of a list.
    func summary(of record: JobRecord) -> JobSummary { look(at: record).line }

    /// The job as a line of a list, and when its attempt started. Where it runs, its worker tells what only a worker
    /// knows.
    private func look(at record: JobRecord) -> (line: JobSummary, startedAt: UInt64?) {
        var startedAt: UInt64?
        let now = clock.now()
        let offset = clock.unixTime(now) - seconds(now)
        var line = JobSummary(id: record.id, name: record.name, kind: record.kind, state: record.jobState)
        line.priority = record.priority
        line.maxAttempts = maxAttempts(of: record)
        line.submitted = offset + seconds(record.submittedAt)
        state.withLock { machine in
            line.attempt = Int(record.failures)
            if line.state == .scheduled, record.queuedAt > 0 { line.due = offset + seconds(record.queuedAt) }
            guard line.state == .running else { return }
            if let slot = machine.runner(of: record) {
                line.worker = slot.id
                startedAt = slot.startedAt.load(ordering: .relaxed)
                if let progress = slot.progress, progress.job == record.id {
                    line.progress = progress.progress
                }
            } else if machine.inline.contains(where: { $0 === record }) {
                line.worker = WorkerID(rawValue: 0)
                startedAt = record.startedAt
            }
            if startedAt != nil { line.attempt += 1 }
        }
        if line.state.isFinal {
            telemetry.withLock { telemetry in
                if record.endedAt >= record.submittedAt { line.ended = offset + seconds(record.endedAt) }
                guard record.worker >= 0 else { return }
                line.worker = WorkerID(rawValue: Int(record.worker))
                if line.state == .succeeded {
                    line.attempt += 1
                } else {
                    line.error = telemetry.failures.message(for: record.id)
                }
                startedAt = record.startedAt
            }
        } else if line.state == .scheduled {
            telemetry.withLock { telemetry in
                line.error = telemetry.failures.message(for: record.id)
            }
        }
        line.started = startedAt.map { offset + seconds($0) }
        return (line, startedAt)
    }

    /// Gathers one page.
    private struct Search {
        let query: JobQuery
        var found: [JobSummary] = []
        var isPartial = false
        private var toSkip: Int
        private let limit: Int
        private let text: String

        init(query: JobQuery) {
            self.query = query
            toSkip = max(query.offset, 0)
            limit = min(max(query.limit, 1), JobQuery.maxLimit)
            text = query.text.lowercased()
        }

        var isFull: Bool { found.count >= limit }

        func wants(_ state: JobState) -> Bool { query.states.isEmpty || query.states.contains(state) }

        mutating func look(at record: JobRecord, _ summary: () -> JobSummary) {
            defer { record.isAboutToBeLetGo() }
            guard !isFull, matches(record) else { return }
            if toSkip > 0 {
                toSkip -= 1
            } else {
                found.append(summary())
            }
        }

        private func matches(_ record: JobRecord) -> Bool {
            text.isEmpty || record.name.lowercased().contains(text) || record.kind.lowercased().contains(text)
                || record.id.description.contains(text)
        }
    }
}

extension JobRecord {
    fileprivate var jobState: JobState {
        switch phase.load(ordering: .acquiring) {
        case .queued, .requeued: .queued
        case .scheduled: .scheduled
        case .running, .stopping: .running
        case .succeeded: .succeeded
        case .failed: .failed
        case .cancelled: .cancelled
        case .dropped: .dropped
        }
    }
}
