import JobQueue
import Monitoring
import SQLiteJobStore

/// Enqueue, claim and settle of jobs that do nothing: the store alone, 16 producers and one consumer that claims up to 100 at a time;
/// with `sqlite/run` the whole queue, which runs them.
struct SQLiteBenchmark: Benchmark {
    enum Variant: String {
        case normal = "sqlite/normal"
        case full = "sqlite/full"
        case bulk = "sqlite/bulk"
        case deep = "sqlite/million-deep"
        case run = "sqlite/run"
    }

    let variant: Variant
    var name: String { variant.rawValue }
    private static let producers = 16

    init(_ variant: Variant) { self.variant = variant }

    func measure(_ scale: Scale) async throws -> Figure {
        let jobs = scale.isQuick ? 2_000 : variant == .full ? 20_000 : 40_000
        var parameters = [("jobs", Double(jobs)), ("producers", Double(Self.producers))]
        var times: [Double] = []
        var empty: [Double] = []
        var plain: [Double] = []
        let rounds = variant == .deep ? min(scale.rounds, 3) : scale.rounds
        for _ in 0..<rounds {
            if variant == .deep {
                empty.append(try await round(scale, jobs, depth: 0))
                times.append(try await round(scale, jobs, depth: scale.isQuick ? 20_000 : 1_000_000))
            } else {
                times.append(try await round(scale, jobs, depth: 0))
            }
            let yardstick = try PlainSQL(
                path: "\(scale.programs)/sqlite-yardstick.db", isFull: variant == .full)
            plain.append(try yardstick.measure(jobs: jobs))
        }
        let value = median(times)
        parameters += [("plainSQL", median(plain)), ("ratioToPlainSQL", value / median(plain))]
        if variant == .deep {
            parameters += [("empty", median(empty)), ("ratioToEmpty", value / median(empty))]
        }
        return Figure(name: name, value: value, unit: "µs/job", parameters: parameters)
    }

    /// Microseconds a job.
    private func round(_ scale: Scale, _ jobs: Int, depth: Int) async throws -> Double {
        let path = "\(scale.programs)/sqlite-benchmark.db"
        PlainSQL.remove(path)
        defer { PlainSQL.remove(path) }
        var options = SQLiteJobStore.Options()
        options.durability = variant == .full ? .full : .normal
        let store = try await SQLiteJobStore(path: path, options: options)
        let now = StoreTime(milliseconds: 1_700_000_000_000)
        let job = NewJob(queue: "q", kind: "nothing", payload: Array(repeating: 7, count: 64))
        for _ in 0..<(depth / 1_000) {
            _ = try await store.enqueue(Array(repeating: job, count: 1_000), capacity: nil, now: now)
        }
        if variant == .run { return try await run(jobs, store) }
        let session = try await store.openSession("benchmark", lease: .seconds(3_600), now: now)
        let batch = variant == .bulk ? 100 : 1
        let share = jobs / Self.producers / batch
        let all = share * batch * Self.producers
        let start = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for _ in 0..<Self.producers {
                group.addTask {
                    for _ in 0..<share {
                        _ = try await store.enqueue(
                            Array(repeating: job, count: batch), capacity: nil, now: now)
                    }
                }
            }
            group.addTask {
                // As a queue does it: what has ended is settled while more is claimed.
                var done = 0
                var ended: [Settlement] = []
                while done < all {
                    let claim = Task { try await store.claim(session, from: .all, limit: 100, now: now) }
                    if !ended.isEmpty { _ = try await store.settle(ended, now: now) }
                    done += ended.count
                    ended = try await claim.value.map { Settlement($0.lease, .succeed) }
                }
            }
            try await group.waitForAll()
        }
        let time = start.duration(to: .now)
        try await store.close()
        return nanoseconds(time) / 1_000 / Double(all)
    }

    /// As a program does it: enqueued one by one, claimed, run and settled by a ``JobQueue``.
    private func run(_ jobs: Int, _ store: SQLiteJobStore) async throws -> Double {
        let kind = RawJobKind("nothing") { _, _ in nil }
        var configuration = JobQueueConfiguration(workers: 2)
        configuration.capacity = nil
        let queue = JobQueue(store, kinds: [kind], configuration)
        let payload = [UInt8](repeating: 7, count: 64)
        let share = jobs / Self.producers
        let running = Task { try await queue.run() }
        let start = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for _ in 0..<Self.producers {
                group.addTask { for _ in 0..<share { try await queue.enqueue(kind, payload) } }
            }
            try await group.waitForAll()
        }
        while try await store.queues(now: queue.time).map(\.counters.succeeded).reduce(0, +)
            < UInt64(share * Self.producers)
        {
            try await Task.sleep(for: .milliseconds(1))
        }
        let time = start.duration(to: .now)
        await queue.shutdown()
        try await running.value
        try await store.close()
        return nanoseconds(time) / 1_000 / Double(share * Self.producers)
    }
}
