import JobQueue
import Monitoring
import WorkerPool

/// Does random things to a store and to the reference, and compares what they say at each step.
struct ModelRun {
    private let bench: Bench
    private let seed: UInt64
    private var random: SplitMix
    private var model = Reference()
    private var now: Int64 = 0
    private var step = 0
    private var leases: [Lease] = []
    private var sessions: [SessionID] = []
    private static let queues = ["a", "b", "c"]

    init(_ bench: Bench, seed: UInt64) {
        self.bench = bench
        self.seed = seed
        random = SplitMix(seed: seed)
    }

    private var time: StoreTime { Bench.time(now) }
    private var place: String { "seed \(seed), step \(step)" }

    mutating func steps(_ count: Int) async throws {
        for _ in 0..<count {
            step += 1
            now += Int64.random(in: 0...800, using: &random)
            // Somebody sets the clock back.
            if Int.random(in: 0..<100, using: &random) == 0 {
                now -= Int64.random(in: 0...40_000, using: &random)
            }
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<5: try await enqueue()
            case 5..<9: try await claim()
            case 9..<13: try await settle()
            case 13: try await beat()
            case 14: try await promote()
            case 15: try await rescue()
            case 16: try await cancel()
            case 17: try await retryOrDelete()
            case 18: try await configure()
            default: try await openOrClose()
            }
            try await compareQueues()
            if step % 50 == 0 { try await compareJobs() }
        }
    }

    private mutating func chance(_ share: Int) -> Bool { Int.random(in: 0..<share, using: &random) == 0 }

    private mutating func enqueue() async throws {
        var jobs: [NewJob] = []
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            var job = Bench.job(ModelRun.queues.randomElement(using: &random) ?? "a")
            job.priority = Int.random(in: -3...3, using: &random)
            job.maxAttempts = 50
            if chance(4) { job.due = Bench.time(now + Int64.random(in: -100...9_000, using: &random)) }
            if chance(6) { job.deadline = Bench.time(now + Int64.random(in: 1...20_000, using: &random)) }
            if chance(3) { job.key = "key \(Int.random(in: 0..<4, using: &random))" }
            jobs.append(job)
        }
        let capacity = chance(2) ? nil : 12
        let told = try await bench.enqueue(jobs, capacity: capacity, at: now)
        try expectEqual(told.count, jobs.count, "\(place): outcomes")
        for (job, told) in zip(jobs, told) {
            let expected = model.enqueue(job, capacity: capacity, now: time, told: told)
            try expectEqual(told, expected, "\(place): enqueue")
        }
    }

    private mutating func claim() async throws {
        guard let session = sessions.randomElement(using: &random) else { return }
        let limit = Int.random(in: 1...5, using: &random)
        let expected = model.claim(session, limit, now: time)
        let claimed = try await bench.claim(session, limit, at: now)
        try expectEqual(claimed.map(\.lease.job), expected, "\(place): claim")
        for job in claimed {
            leases.append(job.lease)
            model.change(job.lease.job) { entry in
                entry.attempt += 1
                (entry.state, entry.lease, entry.session) = (.running, job.lease, session)
            }
            let entry = model.entries.first { $0.id == job.lease.job }
            try expectEqual(job.attempt, entry?.attempt ?? 0, "\(place): attempt")
            try expectEqual(job.rescues, entry?.rescues ?? 0, "\(place): rescues")
        }
        // A store may give up what it found expired; so does the reference with the next promotion.
        try await promote()
    }

    private mutating func settle() async throws {
        var settlements: [Settlement] = []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            // An old lease now and then: that of a zombie.
            guard
                let lease = chance(5)
                    ? leases.randomElement(using: &random) : leases.suffix(12).randomElement(using: &random)
            else { return }
            let later = Bench.time(now + Int64.random(in: -10...3_000, using: &random))
            let outcomes: [Settlement.Outcome] = [.succeed, .retry(at: later), .die, .cancel, .release]
            settlements.append(Settlement(lease, outcomes.randomElement(using: &random) ?? .succeed))
        }
        let told = try await bench.store.settle(settlements, now: time)
        let expected = settlements.map { model.settle($0, now: time) }
        try expectEqual(told, expected, "\(place): settle \(settlements)")
    }

    private mutating func beat() async throws {
        guard let session = sessions.randomElement(using: &random) else { return }
        let told = try await bench.beat(session, at: now)
        guard model.sessions[session] != nil else {
            return try expectEqual(told, nil, "\(place): heartbeat of a session that is over")
        }
        model.sessions[session] = time + Bench.lease
        let wanted = model.entries.filter { $0.session == session && $0.wantsCancel }.compactMap(\.lease)
        try expectEqual(told.map(Set.init), Set(wanted), "\(place): heartbeat")
    }

    private mutating func promote() async throws {
        let told = try await bench.promote(at: now)
        let expected = model.promote(now: time)
        try expectEqual(told.promoted, expected.promoted, "\(place): promoted")
        try expectEqual(told.next, expected.next, "\(place): next")
    }

    private mutating func rescue() async throws {
        let told = try await bench.rescue(at: now)
        let expected = model.rescue(allowed: 2, lease: Bench.lease, now: time)
        try expectEqual(Set(told.requeued), Set(expected.requeued), "\(place): requeued")
        try expectEqual(Set(told.dead), Set(expected.dead), "\(place): dead")
    }

    private mutating func cancel() async throws {
        guard let id = model.entries.suffix(40).randomElement(using: &random)?.id else { return }
        let told = try await bench.store.cancel([id], by: "model", now: time)
        var expected = CancelOutcome.unknown
        let time = time
        model.change(id) { entry in
            if entry.state == .running {
                expected = .signalled
                entry.wantsCancel = true
            } else if entry.state.isFinal {
                expected = .ended(entry.state)
            } else {
                expected = .cancelled
                entry.end(.cancelled, time)
            }
        }
        try expectEqual(told, [expected], "\(place): cancel")
    }

    private mutating func retryOrDelete() async throws {
        guard let entry = model.entries.randomElement(using: &random) else { return }
        if chance(3) {
            let count = try await bench.store.delete(.jobs([entry.id]), now: time)
            try expectEqual(count, entry.state == .running ? 0 : 1, "\(place): delete")
            if entry.state != .running { model.entries.removeAll { $0.id == entry.id } }
            return
        }
        let isFree = entry.state.isFinal && model.live(entry.job.key, entry.job.queue) == nil
        let count = try await bench.store.retry(.jobs([entry.id]), now: time)
        try expectEqual(count, isFree ? 1 : 0, "\(place): retry")
        guard isFree else { return }
        let time = time
        model.change(entry.id) { entry in
            (entry.state, entry.since, entry.attempt, entry.rescues) = (.queued, time, 0, 0)
            if let deadline = entry.job.deadline, deadline <= time { entry.job.deadline = nil }
        }
    }

    private mutating func configure() async throws {
        let queue = ModelRun.queues.randomElement(using: &random) ?? "a"
        var settings = QueueSettings()
        if chance(4) { settings.paused = QueuePause(by: "model", since: time) }
        if chance(2) { settings.concurrency = Int.random(in: 1...4, using: &random) }
        try await bench.store.configure(queue, settings, now: time)
        model.settings[queue] = settings
    }

    private mutating func openOrClose() async throws {
        if sessions.count < 3 || chance(2) {
            let session = try await bench.open("owner \(step)", at: now)
            sessions.append(session)
            if sessions.count > 5 { sessions.removeFirst() }
            model.sessions[session] = time + Bench.lease
        } else if let session = sessions.randomElement(using: &random) {
            try await bench.store.closeSession(session, now: time)
            model.sessions[session] = nil
            for entry in model.entries where entry.session == session {
                let time = time
                model.change(entry.id) { entry in
                    entry.attempt -= 1
                    entry.wait(time)
                }
            }
        }
    }

    private func compareQueues() async throws {
        for queue in try await bench.store.queues(now: time) {
            let entries = model.entries.filter { $0.job.queue == queue.name }
            let kept = Dictionary(grouping: entries, by: \.state).mapValues(\.count)
            try expectEqual(queue.kept.filter { $0.value > 0 }, kept, "\(place): kept in \(queue.name)")
            try expect(
                queue.counters.isBalanced, "\(place): \(queue.name) is out of balance: \(queue.counters)")
            for (state, count) in [
                (JobState.queued, queue.counters.queued), (.running, queue.counters.running),
                (.scheduled, queue.counters.scheduled),
            ] { try expectEqual(Int(count), kept[state] ?? 0, "\(place): \(state) in \(queue.name)") }
            let oldest = entries.filter { $0.state == .queued }.map(\.since).min()
            try expectEqual(queue.oldest, oldest, "\(place): oldest in \(queue.name)")
        }
    }

    private func compareJobs() async throws {
        for entry in model.entries {
            let job = try await bench.job(entry.id)
            try expectEqual(job.state, entry.state, "\(place): state of \(entry.id)")
            try expectEqual(job.attempt, entry.attempt, "\(place): attempt of \(entry.id)")
            try expectEqual(job.rescues, entry.rescues, "\(place): rescues of \(entry.id)")
            try expectEqual(job.isCancelRequested, entry.wantsCancel, "\(place): cancel of \(entry.id)")
            try expectEqual(
                job.ended, entry.ended.flatMap { entry.state.isFinal ? $0 : nil },
                "\(place): end of \(entry.id)")
        }
    }
}
