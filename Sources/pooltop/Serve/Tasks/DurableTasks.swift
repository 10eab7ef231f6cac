import CommandRunner
import Control
import JobQueue
import Monitoring
import Synchronization

/// Tasks over HTTP, kept by a durable queue. A task's name is the number of its job.
final class DurableTasks: TaskService {
    private let queue: JobQueue
    /// What operators do goes through it, so that the log tells of it.
    private let source: JobQueueSource
    private let kinds: [String: TaskKind]
    private let jobKinds: [String: RawJobKind]
    /// How long tasks are kept once they have ended.
    private let retention: Retention
    /// Bulk retries that are spread over time; cancelled by ``close()``.
    private let background = Locked<[Task<Void, Never>]>([])

    init(_ queue: JobQueue, kinds: [String: TaskKind], jobKinds: [RawJobKind], retention: Retention) {
        self.queue = queue
        source = JobQueueSource(queue)
        self.kinds = kinds
        self.jobKinds = Dictionary(uniqueKeysWithValues: jobKinds.map { ($0.name, $0) })
        self.retention = retention
    }

    /// Ends what goes on by itself.
    func close() { for task in background.withLock({ $0 }) { task.cancel() } }

    // MARK: One task

    func submit(_ request: TaskRequest, by operator: String) async throws -> TaskStatus {
        guard let kind = kinds[request.kind], let jobKind = jobKinds[request.kind] else {
            let known = kinds.keys.sorted().joined(separator: ", ")
            throw TaskRefusal.invalid("there is no kind '\(request.kind)'; there are: \(known)")
        }
        do throws(MissingParameters) {
            _ = try kind.complete(request.parameters.mapValues(\.text))
        } catch {
            throw TaskRefusal.invalid("\(error)")
        }
        if case .command = kind.work, request.parameters.values.contains(where: { $0.text.utf8.contains(0) })
        {
            throw TaskRefusal.invalid("a parameter holds a NUL byte, which no command can be given")
        }
        if let asked = request.timeout, let allowed = kind.timeout, asked > allowed {
            throw TaskRefusal.invalid(
                "timeout: \(kind.name) allows \(DurationText.write(seconds: allowed / .seconds(1))) at most")
        }
        var options = EnqueueOptions(priority: request.priority, delay: request.delay, key: request.key)
        options.due = request.at.map { StoreTime(milliseconds: Int64($0 * 1_000)) }
        options.tags = ["by": `operator`]
        let payload = try TaskPayload(
            parameters: request.parameters, timeout: request.timeout.map { $0 / .seconds(1) }
        ).encoded()
        do {
            let now = queue.time
            let job = jobKind.job(payload, options, now: now)
            switch try await queue.enqueue([job]).first {
            case .added(let id):
                // As it was taken, however soon it runs.
                let isDue = job.due.map { $0 <= now } ?? true
                return status(StoredJob(id: id, job: job, state: isDue ? .queued : .scheduled, created: now))
            case .exists(let id):
                // It may have been forgotten by the time it is asked for, where results are kept for a moment only.
                return try await queue.job(id).map(status)
                    ?? TaskStatus(id: "\(id.rawValue)", kind: kind.name)
            case .full, nil: throw TaskRefusal.busy("the queue \(kind.name) is full: try again later")
            }
        } catch let error as JobQueueError {
            throw TaskRefusal.busy(error.message)
        } catch let error as JobStoreError where error.code == .full {
            throw TaskRefusal.busy(error.message, retryAfter: .seconds(30))
        }
    }

    func task(_ id: String, wait: Duration) async throws -> TaskStatus? {
        guard let id = number(id) else { return nil }
        let job = wait > .zero ? try await queue.wait(for: id, timeout: wait) : try await queue.job(id)
        return job.map(status).flatMap { isKept($0) ? $0 : nil }
    }

    /// Whether its time has not come to be forgotten, which happens now and then.
    private func isKept(_ task: TaskStatus) -> Bool { task.expires.map { $0 > queue.time.unixTime } ?? true }

    func cancel(_ id: String, by operator: String) async throws -> TaskStatus {
        let number = try known(id)
        let receipt = try await source.perform(.cancel([number]), by: `operator`)
        let task = try await told(number)
        guard receipt.phase != .refused else {
            throw TaskRefusal.conflict("task \(id) is over: \(task.state.rawValue)")
        }
        return task
    }

    func retry(_ id: String, by operator: String) async throws -> TaskStatus {
        let number = try known(id)
        guard let job = try await queue.job(number) else { throw unknown(id) }
        guard job.state == .dead || job.state == .cancelled || job.state == .failed else {
            throw TaskRefusal.conflict(
                "task \(id) is \(word(job.state).rawValue): only failed and cancelled ones run again")
        }
        guard try await source.perform(.retry([number]), by: `operator`).phase != .refused else {
            throw TaskRefusal.conflict("task \(id) was run again already, or another live task has its key")
        }
        return try await told(number)
    }

    func forget(_ id: String, by operator: String) async throws {
        let number = try known(id)
        guard let job = try await queue.job(number) else { throw unknown(id) }
        guard job.state.isFinal else {
            throw TaskRefusal.conflict("task \(id) has not ended: cancel it first")
        }
        guard try await source.perform(.delete([number]), by: `operator`).phase != .refused else {
            throw unknown(id)
        }
    }

    private func told(_ id: JobID) async throws -> TaskStatus {
        guard let job = try await queue.job(id) else { throw unknown("\(id.rawValue)") }
        return status(job)
    }

    private func number(_ id: String) -> JobID? {
        guard let number = UInt64(id), "\(number)" == id else { return nil }
        return JobID(rawValue: number)
    }

    private func known(_ id: String) throws -> JobID {
        guard let number = number(id) else { throw unknown(id) }
        return number
    }

    private func unknown(_ id: String) -> TaskRefusal {
        .notFound("there is no task \(id), or it is kept no longer")
    }

    // MARK: Many tasks

    func tasks(_ query: TaskQuery) async throws -> TaskPage {
        var wanted = StoreQuery()
        wanted.states = query.onlyDead ? [.dead] : states(query.state)
        wanted.kind = query.kind
        wanted.limit = query.limit
        if let after = query.after {
            guard let number = number(after) else {
                throw TaskRefusal.invalid("after takes what next of a page before said")
            }
            wanted.after = number
        }
        let page = try await queue.jobs(wanted)
        return TaskPage(
            tasks: page.jobs.map(status).filter(isKept), next: page.next.map { "\($0.rawValue)" })
    }

    func retryAll(_ query: TaskQuery, perSecond: Double?, by operator: String) async throws -> Int {
        let wanted = query.onlyDead ? [.dead] : states(query.state)
        let states =
            wanted.isEmpty ? [JobState.dead, .cancelled] : wanted.filter { $0 == .dead || $0 == .cancelled }
        guard !states.isEmpty else { throw TaskRefusal.invalid("only failed and cancelled tasks run again") }
        guard let perSecond else {
            return try await source.retry(all: states, of: query.kind, by: `operator`).affected
        }
        let kept = try await queue.queues().filter { query.kind == nil || $0.name == query.kind }
        let source = source
        // Ends when all have been queued, or with `close()`.
        let task = Task.detached {
            _ = try? await source.retry(all: states, of: query.kind, perSecond: perSecond, by: `operator`)
        }
        background.withLock { $0.append(task) }
        return kept.reduce(0) { count, status in count + states.reduce(0) { $0 + (status.kept[$1] ?? 0) } }
    }

    // MARK: Queues

    func queues() async throws -> [TaskQueueStatus] {
        let stored = try await queue.queues()
        let unused = kinds.keys.filter { name in !stored.contains { $0.name == name } }
        return (stored.map(queueStatus) + unused.map { TaskQueueStatus(name: $0) }).sorted {
            $0.name < $1.name
        }
    }

    func change(_ name: String, _ change: QueueChange, by operator: String) async throws
        -> TaskQueueStatus
    {
        let stored = try await queue.queues().first { $0.name == name }
        guard stored != nil || kinds[name] != nil else {
            throw TaskRefusal.notFound("there is no queue \(name)")
        }
        let old = stored?.settings ?? QueueSettings()
        var new = old
        if let limit = change.concurrency { new.concurrency = limit.number }
        if let limit = change.rate { new.rate = limit.number }
        if let isPaused = change.isPaused, isPaused != (old.paused != nil) {
            new.paused = isPaused ? QueuePause(by: `operator`, since: queue.time) : nil
        }
        try await source.configure(name, from: old, to: new, by: `operator`)
        return try await queues().first { $0.name == name } ?? TaskQueueStatus(name: name)
    }

    private func queueStatus(_ queue: QueueStatus) -> TaskQueueStatus {
        var status = TaskQueueStatus(name: queue.name)
        status.scheduled = queue.kept[.scheduled] ?? 0
        status.queued = queue.kept[.queued] ?? 0
        status.running = queue.kept[.running] ?? 0
        status.succeeded = queue.kept[.succeeded] ?? 0
        status.cancelled = queue.kept[.cancelled] ?? 0
        status.dead = queue.kept[.dead] ?? 0
        status.concurrency = queue.settings.concurrency
        status.rate = queue.settings.rate
        status.paused = queue.settings.paused.map { pause in
            let since = pause.since.unixTime
            return Pause(by: pause.by, since: since, elapsed: max(self.queue.time.unixTime - since, 0))
        }
        return status
    }

    // MARK: Words

    private func states(_ state: TaskStatus.State?) -> Set<JobState> {
        switch state {
        case nil: []
        case .pending: [.scheduled, .queued]
        case .running: [.running]
        case .success: [.succeeded]
        case .failed: [.dead, .failed]
        case .cancelled: [.cancelled]
        }
    }

    private func word(_ state: JobState) -> TaskStatus.State {
        switch state {
        case .scheduled, .queued: .pending
        case .running: .running
        case .succeeded: .success
        case .failed, .dead, .dropped: .failed
        case .cancelled: .cancelled
        }
    }

    private func status(_ stored: StoredJob) -> TaskStatus {
        var status = TaskStatus(id: "\(stored.id.rawValue)", kind: stored.job.kind, state: word(stored.state))
        status.dead = stored.state == .dead
        status.parameters = (try? TaskPayload(stored.job.payload))?.parameters ?? [:]
        status.priority = stored.job.priority
        status.key = stored.job.key
        // An attempt that its process's death cut short is none for the retries, but it was one.
        status.attempts = stored.attempt + stored.rescues
        status.maxAttempts = stored.job.maxAttempts
        status.submitted = stored.created.unixTime
        status.due = stored.job.due?.unixTime
        status.started = stored.started?.unixTime
        status.ended = stored.ended?.unixTime
        status.expires = stored.ended.flatMap { ended in
            kept(stored.state).map { (ended + $0).unixTime }
        }
        status.result = TaskResult(stored.result)
        status.error = stored.error
        return status
    }

    private func kept(_ state: JobState) -> Duration? {
        switch state {
        case .succeeded: retention.succeeded
        case .cancelled: retention.cancelled
        case .dead: retention.dead
        default: nil
        }
    }
}

extension StoreTime {
    /// Seconds since 1970.
    fileprivate var unixTime: UnixTime { Double(milliseconds) / 1_000 }
}

extension QueueChange.Limit {
    fileprivate var number: Number? {
        switch self {
        case .to(let number): number
        case .unlimited: nil
        }
    }
}
