import Monitoring

@testable import WorkerPool

/// A pool as a child would build it: every job has one phase, and counts are counted. Knows no threads, batches or
/// atomics. Jobs are known by a tag, as their ID comes only with their admission.
struct Reference {
    enum Stop { case cancel, timeout, requeue }

    enum Phase: Equatable {
        case waiting
        case scheduled(due: UInt64)
        case running(worker: Int)
        /// In its producer's hands.
        case inline
        case succeeded, failed, cancelled, dropped
    }

    struct Plan {
        var timeout: UInt64?
        var maxAttempts = 1
        /// Whether it ends when it is told to stop.
        var isCooperative = true
    }

    struct Job {
        let plan: Plan
        let id: UInt64
        var phase = Phase.waiting
        var queuedAt: UInt64
        var startedAt: UInt64 = 0
        /// When its attempt has run out of time.
        var limit: UInt64?
        var failures = 0
        var runs = 0
        var stop: Stop?
    }

    struct Worker {
        var job: Int?
        var isRetiring = false
    }

    struct Waiter {
        let producer: Int
        var tags: [Int]
        let submittedAt: UInt64
    }

    /// How an attempt ended: of itself, or because it was told to.
    enum Ending: Equatable { case well, failed, failedForGood, failedFor(seconds: UInt64), toldToStop }

    static let retryBase: UInt64 = 4_000_000_000

    let capacity: Int
    var now: UInt64
    var plans: [Int: Plan] = [:]
    var jobs: [Int: Job] = [:]
    var line: [Waiter] = []
    var workers: [Int: Worker] = [:]
    var target = 0
    var isIntakePaused = false
    var isDispatchPaused = false
    var frozenSince: UInt64?
    var isClosed = false
    var retriesFailures = true
    /// Jobs given up that may still run.
    var zombies: Set<Int> = []
    var rejected: UInt64 = 0
    var retried: UInt64 = 0
    var timedOut: UInt64 = 0

    init(capacity: Int, workers count: Int, now: UInt64) {
        self.capacity = capacity
        self.now = now
        resize(to: count)
    }

    // MARK: What it looks like

    func tags(_ isWanted: (Phase) -> Bool) -> [Int] { jobs.filter { isWanted($0.value.phase) }.keys.sorted() }
    var waiting: [Int] { tags { $0 == .waiting } }
    var running: [Int] { tags { if case .running = $0 { true } else { false } } }
    var inline: [Int] { tags { $0 == .inline } }
    var isDispatching: Bool { !isDispatchPaused && frozenSince == nil }
    var idleWorkers: [Int] { workers.filter { $0.value.job == nil && !$0.value.isRetiring }.keys.sorted() }
    /// Whether a job is about to start.
    var expectsStart: Bool { isDispatching && !idleWorkers.isEmpty && !waiting.isEmpty }
    /// Whether a job is about to end because it was told to.
    var expectsStop: Bool { jobs.values.contains { $0.stop != nil && $0.plan.isCooperative } }

    var counters: Counters {
        var counters = Counters()
        for job in jobs.values {
            counters.submitted += 1
            switch job.phase {
            case .waiting: counters.queued += 1
            case .scheduled: counters.scheduled += 1
            case .running, .inline: counters.running += 1
            case .succeeded: counters.succeeded += 1
            case .failed: counters.failed += 1
            case .cancelled: counters.cancelled += 1
            case .dropped: counters.dropped += 1
            }
        }
        counters.rejected = rejected
        counters.retried = retried
        counters.timedOut = timedOut
        return counters
    }

    /// The job whose turn it is.
    var next: Int? {
        waiting.min { (jobs[$0]!.queuedAt, jobs[$0]!.id) < (jobs[$1]!.queuedAt, jobs[$1]!.id) }
    }

    // MARK: Intake

    mutating func admit(_ tag: Int, submittedAt: UInt64, phase: Phase = .waiting) {
        jobs[tag] = Job(
            plan: plans[tag] ?? Plan(), id: UInt64(jobs.count) + 1, phase: phase, queuedAt: submittedAt)
    }

    /// Someone in line gets its next job in.
    mutating func admitNext(inLineAt place: Int) {
        admit(line[place].tags.removeFirst(), submittedAt: line[place].submittedAt)
        if line[place].tags.isEmpty { line.remove(at: place) }
    }

    /// A producer leaves the line, with so many jobs left.
    mutating func leaveLine(_ producer: Int) -> Int {
        guard let place = line.firstIndex(where: { $0.producer == producer }) else { return 0 }
        return line.remove(at: place).tags.count
    }

    mutating func close() {
        isClosed = true
        rejected += UInt64(line.reduce(0) { $0 + $1.tags.count })
        line = []
    }

    // MARK: Workers

    mutating func resize(to count: Int) {
        target = count
        var surplus = workers.values.count { !$0.isRetiring } - count
        for number in workers.keys.sorted() where surplus < 0 && workers[number]!.isRetiring {
            workers[number]!.isRetiring = false
            surplus += 1
        }
        while surplus < 0 {
            workers[(1...).first { workers[$0] == nil }!] = Worker()
            surplus += 1
        }
        for number in idleWorkers.reversed() where surplus > 0 {
            workers[number] = nil
            surplus -= 1
        }
        for number in workers.keys.sorted().reversed() where surplus > 0 && !workers[number]!.isRetiring {
            workers[number]!.isRetiring = true
            surplus -= 1
        }
    }

    /// The workers on the youngest jobs, as many as there are busy workers too many; `nil` where that is not clear.
    func surplusByAge() -> [Int]? {
        let busy = workers.filter { $0.value.job != nil }
        let age = { (number: Int) in jobs[workers[number]!.job!]!.startedAt }
        let youngest = busy.keys.sorted { age($0) > age($1) }
        let surplus = busy.values.count(where: \.isRetiring)
        if surplus > 0, surplus < youngest.count, age(youngest[surplus - 1]) == age(youngest[surplus]) {
            return nil
        }
        return Array(youngest.prefix(surplus))
    }

    /// The workers in `chosen` retire, and no others; their jobs are to go back into the queue.
    mutating func requeue(on chosen: [Int]) {
        for number in workers.keys where workers[number]!.job != nil {
            workers[number]!.isRetiring = chosen.contains(number)
        }
        for number in chosen {
            guard let tag = workers[number]?.job, jobs[tag]!.stop == nil else { continue }
            jobs[tag]!.stop = .requeue
        }
    }

    mutating func abandon(_ number: Int) {
        guard let worker = workers[number], let tag = worker.job else { return }
        workers[number] = nil
        jobs[tag]!.phase = .cancelled
        jobs[tag]!.stop = nil
        zombies.insert(tag)
        if !worker.isRetiring { resize(to: target) }
    }

    // MARK: Jobs

    /// What the receipt of a cancel says.
    mutating func cancel(_ tag: Int) -> Receipt.Phase {
        switch jobs[tag]?.phase {
        case .waiting, .scheduled:
            jobs[tag]!.phase = .cancelled
            return .done
        case .running:
            jobs[tag]!.stop = .cancel
            return .signalled
        case .inline, .succeeded, .failed, .cancelled, .dropped, nil: return .refused
        }
    }

    /// A worker has started a job.
    mutating func start(_ tag: Int, on number: Int, at time: UInt64) {
        workers[number]!.job = tag
        jobs[tag]!.phase = .running(worker: number)
        jobs[tag]!.startedAt = time
        jobs[tag]!.limit = jobs[tag]!.plan.timeout.map { time + $0 }
        jobs[tag]!.runs += 1
    }

    /// The body of a job has ended.
    mutating func end(_ tag: Int, _ ending: Ending) {
        if zombies.remove(tag) != nil { return }
        guard let job = jobs[tag] else { return }
        if case .running(let number) = job.phase {
            if workers[number]!.isRetiring { workers[number] = nil } else { workers[number]!.job = nil }
        }
        jobs[tag]!.stop = nil
        switch (ending, job.stop) {
        case (.well, _): jobs[tag]!.phase = .succeeded
        case (_, .cancel): jobs[tag]!.phase = .cancelled
        case (_, .requeue): jobs[tag]!.phase = .waiting
        case (_, .timeout):
            timedOut += 1
            fail(tag, ending)
        case (_, nil): fail(tag, ending)
        }
    }

    private mutating func fail(_ tag: Int, _ ending: Ending) {
        jobs[tag]!.failures += 1
        let failures = jobs[tag]!.failures
        guard failures < jobs[tag]!.plan.maxAttempts, ending != .failedForGood, retriesFailures else {
            jobs[tag]!.phase = .failed
            return
        }
        var delay = min(Reference.retryBase << UInt64(failures - 1), 300_000_000_000)
        if case .failedFor(let seconds) = ending { delay = seconds * 1_000_000_000 }
        retried += 1
        jobs[tag]!.phase = .scheduled(due: now + delay)
    }

    // MARK: Time

    mutating func pass(to time: UInt64) {
        now = time
        for (tag, job) in jobs {
            if case .scheduled(let due) = job.phase, due <= now {
                jobs[tag]!.phase = .waiting
                jobs[tag]!.queuedAt = now
            }
            if case .running = job.phase, let limit = job.limit, limit <= now, frozenSince == nil,
                job.stop == nil
            {
                jobs[tag]!.stop = .timeout
            }
        }
    }

    mutating func freeze() { frozenSince = frozenSince ?? now }

    mutating func thaw() {
        guard let since = frozenSince else { return }
        frozenSince = nil
        for tag in running { jobs[tag]!.limit = jobs[tag]!.limit.map { $0 + now - since } }
        pass(to: now)
    }
}
