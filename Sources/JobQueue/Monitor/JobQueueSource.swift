public import Monitoring
import Synchronization
import WorkerPool

/// A job queue as a cockpit sees it: the workers of this process, and the jobs of the store.
///
/// Counters, depth and lists are the store's, so that every job is accounted for also after a restart. All
/// numbers of jobs are the store's.
public struct JobQueueSource: MonitorSource {
    let queue: JobQueue
    private let meter = MeterBox()
    /// The most jobs that a search looks at.
    private static let searchLimit = 5_000

    /// A view of that queue. May be made any number of times, also of a queue that does not run.
    public init(_ queue: JobQueue) { self.queue = queue }

    var core: QueueCore { queue.core }

    /// The queue at this instant. Costs O(workers + queues).
    public func snapshot() async throws -> PoolSnapshot {
        var snapshot = core.pool.snapshot()
        let statuses = try await queue.queues()
        snapshot.queues = statuses.map { QueueSnapshot($0, at: snapshot.time) }
        snapshot.counters = statuses.reduce(into: Counters()) { $0.add($1.counters) }
        snapshot.queue.depth = Int(snapshot.counters.queued)
        snapshot.queue.scheduled = Int(snapshot.counters.scheduled)
        snapshot.queue.capacity = core.configuration.capacity
        snapshot.queue.overflow = "reject"
        snapshot.queue.oldest = snapshot.queues?.compactMap(\.oldest).max()
        let (arrivals, highWater) = meter.read(snapshot)
        snapshot.rates.arrivals = arrivals
        snapshot.queue.highWater = highWater
        snapshot.queue.lowWater = min(snapshot.queue.lowWater, snapshot.queue.depth)
        snapshot.limits = statuses.compactMap(LimitFigures.init)
        snapshot.paused.intake = queue.intakePause.map { Pause($0, at: snapshot.time) }
        if snapshot.state == .running, queue.isEnding { snapshot.state = .draining }
        let claims = core.table.claims
        for index in snapshot.workers.each.indices {
            guard let id = snapshot.workers.each[index].job?.id, let claim = claims[id] else { continue }
            snapshot.workers.each[index].job?.show(claim)
        }
        snapshot.errors.latest = renumber(snapshot.errors.latest)
        return snapshot
    }

    /// A page of jobs: running ones, then queued, scheduled, dead and other ended ones, the newest of each first.
    public func jobs(_ query: JobQuery) async throws -> JobPage {
        let order: [JobState] = [.running, .queued, .scheduled, .dead, .cancelled, .succeeded]
        let wanted = order.filter {
            query.states.isEmpty || query.states.contains($0)
                || ($0 == .dead && query.states.contains(.failed))
        }
        let queues = try await queue.queues().filter { query.queue == nil || $0.name == query.queue }
        let kept = queues.reduce(into: [JobState: Int]()) { $0.merge($1.kept, uniquingKeysWith: +) }
        var search = Search(query)
        for state in wanted where !search.isFull { try await look(through: state, &search) }
        return JobPage(
            jobs: search.found, total: wanted.reduce(0) { $0 + (kept[$1] ?? 0) }, isPartial: search.isPartial)
    }

    private func look(through state: JobState, _ search: inout Search) async throws {
        let workers = Dictionary(
            core.pool.snapshot().workers.each.compactMap { worker in
                worker.job.flatMap { core.table.claim(of: $0.id) }.map { ($0.lease.job, worker.id) }
            }
        ) { first, _ in first }
        var page = StoreQuery()
        page.states = [state]
        page.queue = search.query.queue
        page.limit = StoreQuery.maxLimit
        repeat {
            let jobs = try await queue.jobs(page)
            for job in jobs.jobs { search.look(at: JobSummary(job, worker: workers[job.id])) }
            page.after = jobs.next
            if search.seen >= JobQueueSource.searchLimit, page.after != nil {
                search.isPartial = true
                return
            }
        } while page.after != nil && !search.isFull
    }

    /// One job with payload, attempts and result.
    public func job(_ id: JobID) async throws -> JobDetail? {
        guard let job = try await queue.job(id) else { return nil }
        let worker = core.pool.snapshot().workers.each.first {
            $0.job.flatMap { core.table.claim(of: $0.id) }?.lease.job == id
        }
        return JobDetail(job, worker: worker)
    }

    /// The failures seen by this process that are still kept, newest first.
    public func failures(limit: Int) async throws -> [Failure] {
        renumber(core.pool.failures(limit: limit))
    }

    /// The events of this process.
    public func events(after id: UInt64, limit: Int) async throws -> EventPage {
        var page = core.pool.events(after: id, limit: limit)
        let numbers = page.events.compactMap(\.job)
        let (ids, past) = (core.table.storeIDs(numbers), core.table.past(numbers))
        for index in page.events.indices {
            guard let job = page.events[index].job else { continue }
            page.events[index].job = ids[job] ?? job
            if let claim = past[job] { page.events[index].show(claim) }
        }
        return page
    }

    /// As the store numbers jobs and attempts. Failures come newest first.
    private func renumber(_ failures: [Failure]) -> [Failure] {
        let numbers = failures.map(\.job)
        let (ids, past) = (core.table.storeIDs(numbers), core.table.past(numbers))
        let retried = past.values.filter { if case .retry = $0.outcome { true } else { false } }
        let recovered = core.table.succeeded(among: Set(retried.map(\.job)))
        // Of several failures of one job, only the last can be the end of it.
        var seen: Set<JobID> = []
        return failures.map { original in
            var failure = original
            failure.job = ids[original.job] ?? original.job
            guard let claim = past[original.job] else { return failure }
            failure.attempt = claim.attempt
            failure.maxAttempts = claim.maxAttempts
            if case .retry(let time) = claim.outcome {
                failure.outcome =
                    recovered.contains(claim.job)
                    ? .recovered : seen.contains(claim.job) ? .failedAgain : .retry(at: time.unixTime)
            }
            seen.insert(claim.job)
            return failure
        }
    }
}

/// A page of jobs in the making.
private struct Search {
    let query: JobQuery
    let text: String
    let limit: Int
    var found: [JobSummary] = []
    var seen = 0
    var skipped = 0
    var isPartial = false

    init(_ query: JobQuery) {
        self.query = query
        text = query.text.lowercased()
        limit = min(max(query.limit, 1), JobQuery.maxLimit)
    }

    var isFull: Bool { found.count == limit }

    mutating func look(at job: JobSummary) {
        seen += 1
        guard !isFull, text.isEmpty || "\(job.id) \(job.name) \(job.kind)".lowercased().contains(text) else {
            return
        }
        if skipped < query.offset { skipped += 1 } else { found.append(job) }
    }
}

/// A meter with its lock.
private final class MeterBox: Sendable {
    private let meter = Locked(ArrivalMeter())

    func read(_ snapshot: PoolSnapshot) -> (arrivals: Double, highWater: Int) {
        meter.withLock { meter in
            let arrivals = meter.read(
                snapshot.counters.submitted, depth: snapshot.queue.depth, at: snapshot.time)
            return (arrivals, meter.highWater)
        }
    }
}
