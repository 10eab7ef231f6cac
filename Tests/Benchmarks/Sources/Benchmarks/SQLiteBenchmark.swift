import Glibc
import JobQueue
import SQLiteJobStore

/// Enqueue, claim and settle of jobs that do nothing: the store alone, 16 producers and one consumer that claims 64 at a time.
struct SQLiteBenchmark: Benchmark {
    enum Variant: String {
        case normal = "sqlite/normal"
        case full = "sqlite/full"
        case bulk = "sqlite/bulk"
        case deep = "sqlite/million-deep"
    }

    let variant: Variant
    var name: String { variant.rawValue }
    private static let producers = 16

    init(_ variant: Variant) { self.variant = variant }

    func measure(_ scale: Scale) async throws -> Figure {
        let jobs = scale.jobs(variant == .full ? 20_000 : 40_000)
        var parameters = [("jobs", Double(jobs)), ("producers", Double(Self.producers))]
        var times: [Double] = []
        var empty: [Double] = []
        let rounds = variant == .deep ? min(scale.rounds, 3) : scale.rounds
        for _ in 0..<rounds {
            if variant == .deep {
                empty.append(try await round(scale, jobs, depth: 0))
                times.append(try await round(scale, jobs, depth: scale.isQuick ? 20_000 : 1_000_000))
            } else {
                times.append(try await round(scale, jobs, depth: 0))
            }
        }
        let value = median(times)
        if variant == .deep {
            parameters += [("empty", median(empty)), ("ratioToEmpty", value / median(empty))]
        }
        return Figure(name: name, value: value, unit: "µs/job", parameters: parameters)
    }

    /// Microseconds a job.
    private func round(_ scale: Scale, _ jobs: Int, depth: Int) async throws -> Double {
        let path = "\(scale.folder)/.build/sqlite-benchmark.db"
        func remove() { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
        remove()
        defer { remove() }
        var options = SQLiteJobStore.Options()
        options.durability = variant == .full ? .full : .normal
        let store = try await SQLiteJobStore(path: path, options: options)
        let now = StoreTime(milliseconds: 1_700_000_000_000)
        let job = NewJob(queue: "q", kind: "nothing", payload: Array(repeating: 7, count: 64))
        for _ in 0..<(depth / 1_000) {
            _ = try await store.enqueue(Array(repeating: job, count: 1_000), capacity: nil, now: now)
        }
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
                var done = 0
                while done < all {
                    let claimed = try await store.claim(session, from: .all, limit: 64, now: now)
                    let ends = claimed.map { Settlement($0.lease, .succeed) }
                    if !ends.isEmpty { _ = try await store.settle(ends, now: now) }
                    done += claimed.count
                }
            }
            try await group.waitForAll()
        }
        let time = start.duration(to: .now)
        try await store.close()
        return nanoseconds(time) / 1_000 / Double(all)
    }
}
