import JobQueue
import Monitoring

extension JobStoreConformance {
    static let settling: [Row] = [
        Row("settle_asSucceeded_keepsTheResult") { bench in
            let id = try await bench.add()
            let lease = try await bench.claimOne(try await bench.open(), at: 5).lease
            let running = try await bench.job(id)
            try expectEqual(running.state, .running, "state")
            try expectEqual(running.started, Bench.time(5), "started")
            try expectEqual(running.attempt, 1, "attempt")
            let end = Settlement(lease, .succeed, result: [1, 0, 2])
            try expectEqual(try await bench.store.settle([end], now: Bench.time(9)), [true], "told")
            let job = try await bench.job(id)
            try expectEqual(job.state, .succeeded, "state")
            try expectEqual(job.result, [1, 0, 2], "result")
            try expectEqual(job.ended, Bench.time(9), "ended")
            try expectEqual(job.attempts.count, 1, "attempts")
            try expectEqual(job.attempts.first?.outcome, "succeeded", "outcome")
            try expectEqual(job.attempts.first?.ended, Bench.time(9), "attempt's end")
            try expectEqual(try await bench.queue().kept, [.succeeded: 1], "kept")
        },
        Row("settle_asDead_keepsErrorAndResult") { bench in
            let id = try await bench.add()
            let lease = try await bench.claimOne(try await bench.open()).lease
            var end = Settlement(lease, .die, result: [7], error: "boom\nmore")
            end.isTimeout = true
            _ = try await bench.store.settle([end], now: Bench.time(9))
            let job = try await bench.job(id)
            try expectEqual(job.state, .dead, "state")
            try expectEqual(job.error, "boom\nmore", "error")
            try expectEqual(job.result, [7], "result")
            try expectEqual(job.attempts.last?.outcome, "timed out", "outcome")
            try expectEqual(job.attempts.last?.error, "boom\nmore", "attempt's error")
            let counters = try await bench.queue().counters
            try expectEqual(counters.timedOut, 1, "timed out")
            try expectEqual(counters.failed, 1, "failed")
        },
        Row("settle_asRetry_schedulesAndCounts") { bench in
            let id = try await bench.add { $0.maxAttempts = 3 }
            let session = try await bench.open()
            let first = try await bench.claimOne(session)
            try await bench.settle(first.lease, .retry(at: Bench.time(500)), error: "once", at: 10)
            try await bench.expectState(id, .scheduled)
            try expectEqual(try await bench.job(id).error, "once", "error")
            try expectEqual(try await bench.claim(session, at: 499), [], "claimed early")
            try expectEqual(try await bench.promote(at: 500).promoted, 1, "promoted")
            let second = try await bench.claimOne(session, at: 500)
            try expectEqual(second.attempt, 2, "attempt")
            try expectEqual(try await bench.queue().counters.retried, 1, "retried")
            try await bench.settle(second.lease, .succeed, at: 501)
            let history = try await bench.job(id).attempts
            try expectEqual(history.map(\.outcome), ["failed", "succeeded"], "history")
            try expectEqual(history.map(\.number), [1, 2], "numbers")
            try await bench.expectBalance()
        },
        Row("settle_asRetryAtOnce_queues") { bench in
            let id = try await bench.add { $0.maxAttempts = 3 }
            let session = try await bench.open()
            try await bench.settle(
                try await bench.claimOne(session).lease, .retry(at: Bench.time(10)), at: 10)
            try await bench.expectState(id, .queued)
            try expectEqual(try await bench.claimOne(session, at: 10).attempt, 2, "attempt")
        },
        Row("settle_asRelease_keepsItsPlace_andCountsNoAttempt") { bench in
            let first = try await bench.add(at: 0)
            try await bench.add(at: 1)
            let session = try await bench.open()
            try await bench.settle(try await bench.claimOne(session, at: 5).lease, .release, at: 6)
            let again = try await bench.claimOne(session, at: 7)
            try expectEqual(again.lease.job, first, "its place in the line")
            try expectEqual(again.attempt, 1, "attempt")
            try expectEqual(try await bench.queue().counters.retried, 0, "retried")
        },
        Row("settle_ofMany_tellsEach") { bench in
            for _ in 0..<3 { try await bench.add() }
            let claimed = try await bench.claim(try await bench.open())
            let stale = Lease(job: claimed[1].lease.job, token: claimed[1].lease.token - 1)
            let unknown = Lease(job: JobID(rawValue: 999_999), token: 1)
            let ends = [claimed[0].lease, stale, claimed[2].lease, unknown, claimed[0].lease]
            let told = try await bench.store.settle(ends.map { Settlement($0, .succeed) }, now: Bench.time(1))
            try expectEqual(told, [true, false, true, false, false], "told")
            try await bench.expectState(claimed[1].lease.job, .running)
        },
        Row("settle_ofJobsInARow_tellsWhichOfThemIsInOtherHands") { bench in
            for _ in 0..<6 { try await bench.add() }
            let session = try await bench.open()
            let claimed = try await bench.claim(session)
            try await bench.settle(claimed[2].lease, .release)
            var ends = claimed.map { Settlement($0.lease, .succeed) }
            ends[4].result = [1]
            ends.append(ends[5])
            let told = try await bench.store.settle(ends.reversed(), now: Bench.time(1))
            try expectEqual(told, [true, false, true, true, false, true, true], "told")
            let states = try await claimed.map(\.lease.job).states(bench)
            let wanted: [JobState?] = [.succeeded, .succeeded, .queued, .succeeded, .succeeded, .succeeded]
            try expectEqual(states, wanted, "states")
            try expectEqual(try await bench.store.job(claimed[4].lease.job)?.result, [1], "result")
            let queue = try await bench.queue("q")
            try expectEqual(queue.counters.succeeded, 5, "counted")
            try expectEqual(queue.counters.running, 0, "still counted as running")
        },
        Row("settle_ofASessionThatRanOut_holdsUntilItIsRescued") { bench in
            let id = try await bench.add()
            let lease = try await bench.claimOne(try await bench.open()).lease
            try expect(try await bench.settle(lease, .succeed, at: 20_000), "refused although nobody took it")
            try await bench.expectState(id, .succeeded)
            try expectEqual(try await bench.rescue(at: 20_001), Rescue(requeued: [], dead: []), "rescue")
        },
        Row("report_keepsProgress_untilTheAttemptIsOver") { bench in
            let id = try await bench.add { $0.maxAttempts = 2 }
            let lease = try await bench.claimOne(try await bench.open()).lease
            let progress = JobProgress(fraction: 0.25, note: "1 of 4")
            try await bench.store.report([lease: progress], now: Bench.time(1))
            try expectEqual(try await bench.job(id).progress, progress, "progress")
            try await bench.settle(lease, .retry(at: Bench.time(9)), at: 2)
            try expectEqual(try await bench.job(id).progress, nil, "progress of a job that waits")
        },
        Row("history_isBounded") { bench in
            let id = try await bench.add { $0.maxAttempts = 1_000 }
            let session = try await bench.open()
            for time in 0..<40 {
                let lease = try await bench.claimOne(session, at: Int64(time)).lease
                try await bench.settle(lease, .retry(at: Bench.time(0)), at: Int64(time))
            }
            let numbers = try await bench.job(id).attempts.map(\.number)
            try expectEqual(numbers, Array(9...40), "numbers")
        },
    ]
}
