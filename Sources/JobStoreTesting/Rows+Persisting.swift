import JobQueue
import Monitoring
import Synchronization

extension JobStoreConformance {
    static let persisting: [Row] = [
        Row("reopen_keepsJobsQueuesAndLeases", persists: true) { open in
            var bench = Bench(try await open())
            let session = try await bench.open()
            let done = try await bench.add { $0.key = "x" }
            let end = Settlement(try await bench.claimOne(session).lease, .succeed, result: [4, 2])
            _ = try await bench.store.settle([end], now: Bench.time(1))
            let running = try await bench.add { $0.tags = ["a": "b"] }
            let lease = try await bench.claimOne(session, at: 2).lease
            let delayed = try await bench.add { $0.due = Bench.time(50_000) }
            let keyed = try await bench.add { $0.key = "k" }
            var settings = QueueSettings()
            settings.paused = QueuePause(by: "me", since: Bench.time(3))
            settings.concurrency = 7
            try await bench.store.configure("q", settings, now: Bench.time(3))
            var before: [StoredJob] = []
            for id in [done, running, delayed, keyed] { before.append(try await bench.job(id)) }
            let queue = try await bench.queue()
            try await bench.store.close()

            bench = Bench(try await open())
            for job in before { try expectEqual(try await bench.job(job.id), job, "\(job.id)") }
            try expectEqual(try await bench.queue(), queue, "queue")
            try expectEqual(try await bench.enqueue([Bench.job { $0.key = "k" }]), [.exists(keyed)], "key")
            try expectEqual(try await bench.beat(session, at: 1_000), [], "the session")
            try expect(try await bench.settle(lease, .succeed, at: 1_001), "the lease was forgotten")
            try expectEqual(try await bench.promote(at: 50_000).promoted, 1, "promoted")
            let next = try await bench.add()
            try expect(next > keyed, "a number was given again")
            let other = try await bench.open("b", at: 60_000)
            try expect(other != session, "a session number was given again")
            try await bench.store.close()
        },
        Row("reopen_rescuesWhatADeadProcessHeld", persists: true) { open in
            var bench = Bench(try await open())
            let id = try await bench.add()
            let old = try await bench.claimOne(try await bench.open()).lease
            try await bench.store.close()
            bench = Bench(try await open())
            try expectEqual(try await bench.rescue(at: 20_000).requeued, [id], "rescued")
            let session = try await bench.open("b", at: 20_000)
            let lease = try await bench.claimOne(session, at: 20_000).lease
            try expect(lease.token > old.token, "the token did not grow")
            try expectEqual(try await bench.settle(old, .succeed, at: 20_001), false, "the zombie")
            try await bench.store.close()
        },
        Row("reopen_keepsARateUsedUp", persists: true) { open in
            var bench = Bench(try await open())
            for _ in 0..<3 { try await bench.add() }
            var settings = QueueSettings()
            settings.rate = 0.1
            try await bench.store.configure("q", settings, now: Bench.time(0))
            _ = try await bench.claimOne(try await bench.open())
            try await bench.store.close()
            bench = Bench(try await open())
            let session = try await bench.open("b", at: 1)
            try expectEqual(try await bench.claim(session, at: 1), [], "claimed")
            try expectEqual(try await bench.claim(session, at: 10_001).count, 1, "claimed later")
            try await bench.store.close()
        },
    ]

    static let models: [Row] =
        (1...4).map { seed in
            Row("model_ofThousandsOfRandomSteps_agrees (seed \(seed))") { bench in
                var run = ModelRun(bench, seed: UInt64(seed))
                try await run.steps(1_000)
            }
        } + [
            Row("claim_byManyAtOnce_givesEachJobToOne") { bench in
                let (tasks, jobs) = (8, 400)
                let claims = Claims()
                try await withThrowingTaskGroup { group in
                    for task in 0..<tasks {
                        group.addTask { @Sendable in
                            let session = try await bench.open("worker \(task)")
                            for _ in 0..<(jobs / tasks) { try await bench.add() }
                            while true {
                                let batch = try await bench.claim(session, 7)
                                guard !batch.isEmpty else { break }
                                claims.ids.withLock { $0 += batch.map(\.lease.job) }
                                let ends = batch.map { Settlement($0.lease, .succeed) }
                                let told = try await bench.store.settle(ends, now: Bench.time(1))
                                try expect(told.allSatisfy { $0 }, "a settlement was refused")
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                let session = try await bench.open("last")
                let left = try await bench.claim(session)
                claims.ids.withLock { $0 += left.map(\.lease.job) }
                let all = claims.ids.withLock { $0 }
                try expectEqual(all.count, jobs, "claims")
                try expectEqual(Set(all).count, jobs, "jobs claimed")
                try await bench.expectBalance()
            }
        ]
}

/// What was claimed, by all tasks together.
private final class Claims: Sendable {
    let ids = Locked<[JobID]>([])
}
