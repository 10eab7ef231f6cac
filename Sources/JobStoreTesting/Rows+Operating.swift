import JobQueue
import Monitoring

extension JobStoreConformance {
    static let operating: [Row] = [
        Row("cancel_ofAWaitingJob_cancelsItAtOnce") { bench in
            let queued = try await bench.add()
            let scheduled = try await bench.add { $0.due = Bench.time(999) }
            let told = try await bench.store.cancel([queued, scheduled], by: "me", now: Bench.time(1))
            try expectEqual(told, [.cancelled, .cancelled], "told")
            try await bench.expectState(queued, .cancelled)
            try await bench.expectState(scheduled, .cancelled)
            try expectEqual(try await bench.job(queued).ended, Bench.time(1), "ended")
            try expectEqual(try await bench.claim(try await bench.open(), at: 2), [], "claimed")
            try expectEqual(
                try await bench.promote(at: 9_999), Promotion(promoted: 0, expired: 0, next: nil), "due")
            try await bench.expectBalance()
        },
        Row("cancel_ofARunningJob_isToldToItsSessionOnly") { bench in
            let id = try await bench.add()
            let (session, other) = try await (bench.open("a"), bench.open("b"))
            let lease = try await bench.claimOne(session).lease
            let told = try await bench.store.cancel([id], by: "me", now: Bench.time(1))
            try expectEqual(told, [.signalled], "told")
            try expect(try await bench.job(id).isCancelRequested, "the request is not kept")
            try await bench.expectState(id, .running)
            try expectEqual(try await bench.beat(other, at: 2), [], "another session")
            try expectEqual(try await bench.beat(session, at: 2), [lease], "its session")
            try expect(try await bench.settle(lease, .cancel, at: 3), "refused")
            try await bench.expectState(id, .cancelled)
            try expectEqual(try await bench.job(id).isCancelRequested, false, "the request outlives the job")
            try expectEqual(try await bench.beat(session, at: 4), [], "after it stopped")
        },
        Row("cancel_ofARunningJob_thatFailsOrIsHandedBack_cancelsIt") { bench in
            let session = try await bench.open()
            let ends: [Settlement.Outcome] = [.retry(at: Bench.time(99)), .die, .release]
            for end in ends {
                let id = try await bench.add { $0.maxAttempts = 5 }
                let lease = try await bench.claimOne(session, at: 1).lease
                _ = try await bench.store.cancel([id], by: "me", now: Bench.time(1))
                try await bench.settle(lease, end, at: 2)
                try await bench.expectState(id, .cancelled)
            }
            let id = try await bench.add()
            _ = try await bench.claimOne(session, at: 3)
            _ = try await bench.store.cancel([id], by: "me", now: Bench.time(3))
            try await bench.store.closeSession(session, now: Bench.time(4))
            try await bench.expectState(id, .cancelled)
            try await bench.expectBalance()
        },
        Row("cancel_ofARunningJob_thatSucceeds_leavesItSucceeded") { bench in
            let id = try await bench.add()
            let lease = try await bench.claimOne(try await bench.open()).lease
            _ = try await bench.store.cancel([id], by: "me", now: Bench.time(1))
            try await bench.settle(lease, .succeed, at: 2)
            try await bench.expectState(id, .succeeded)
        },
        Row("cancel_ofAnEndedOrUnknownJob_saysSo") { bench in
            let id = try await bench.add()
            try await bench.settle(try await bench.claimOne(try await bench.open()).lease, .succeed)
            let unknown = JobID(rawValue: 999_999)
            let told = try await bench.store.cancel([unknown, id], by: "me", now: Bench.time(1))
            try expectEqual(told, [.unknown, .ended(.succeeded)], "told")
            try await bench.expectState(id, .succeeded)
        },
        Row("retry_ofADeadJob_startsItAnew") { bench in
            let id = try await bench.add { job in
                job.deadline = Bench.time(50)
                job.key = "x"
            }
            let session = try await bench.open()
            try await bench.settle(try await bench.claimOne(session).lease, .die, error: "boom", at: 1)
            try expectEqual(try await bench.store.retry(.jobs([id]), now: Bench.time(100)), 1, "retried")
            let job = try await bench.job(id)
            try expectEqual(job.state, .queued, "state")
            try expectEqual(job.attempt, 0, "attempt")
            try expectEqual(job.ended, nil, "ended")
            try expectEqual(job.error, nil, "error")
            let counters = try await bench.queue().counters
            try expectEqual(counters.failed, 0, "failed")
            try expectEqual(counters.submitted, 1, "submitted")
            try await bench.expectBalance()
            try expectEqual(try await bench.enqueue([Bench.job { $0.key = "x" }]), [.exists(id)], "its key")
            try expectEqual(try await bench.claimOne(session, at: 100).attempt, 1, "attempt claimed")
        },
        Row("retry_ofALiveOrUnknownJob_leavesIt") { bench in
            let queued = try await bench.add()
            let scheduled = try await bench.add { $0.due = Bench.time(99) }
            let running = try await bench.claimOne(try await bench.open()).lease.job
            let ids = [queued, scheduled, running, JobID(rawValue: 999_999)]
            try expectEqual(try await bench.store.retry(.jobs(ids), now: Bench.time(1)), 0, "retried")
            try await bench.expectState(scheduled, .scheduled)
            try await bench.expectState(running, .running)
        },
        Row("retry_ofAllInAState_takesTheOldestUpToALimit") { bench in
            let session = try await bench.open()
            var ids: [JobID] = []
            for queue in ["a", "b", "a", "a"] {
                ids.append(try await bench.add(queue))
                try await bench.settle(try await bench.claimOne(session).lease, .die)
            }
            let now = Bench.time(1)
            try expectEqual(
                try await bench.store.retry(.all(.dead, queue: "a", limit: 2), now: now), 2, "in a")
            let states = try await [ids[0], ids[1], ids[2], ids[3]].states(bench)
            try expectEqual(states, [.queued, .dead, .queued, .dead], "states")
            try expectEqual(
                try await bench.store.retry(.all(.dead, queue: nil, limit: 9), now: now), 2, "all")
            try expectEqual(
                try await bench.store.retry(.all(.queued, queue: nil, limit: 9), now: now), 0, "live")
        },
        Row("retry_ofAllInAState_takesThoseThatHadEndedByThen_inTheirOrder") { bench in
            let session = try await bench.open()
            let ids = try await [bench.add(), bench.add(), bench.add(), bench.add()]
            let claimed = try await bench.claim(session)
            for (place, time) in [3, 1, 2, 4].enumerated() {
                try await bench.settle(claimed[place].lease, .die, at: Int64(time))
            }
            for (limit, states) in [
                (1, [.dead, .queued, .dead, .dead]), (9, [.queued, .queued, .queued, .dead]),
                (9, [.queued, .queued, .queued, .dead]),
            ] as [(Int, [JobState?])] {
                let selection = JobSelection.all(.dead, queue: nil, limit: limit, endedBy: Bench.time(3))
                _ = try await bench.store.retry(selection, now: Bench.time(5))
                try expectEqual(try await ids.states(bench), states, "states")
            }
        },
        Row("retry_ofAllInAState_passesOverThoseWhoseKeyIsTaken") { bench in
            let session = try await bench.open()
            var ids: [JobID] = []
            for key in ["x", "y", "y", nil] {
                ids.append(try await bench.add { $0.key = key })
                try await bench.settle(try await bench.claimOne(session).lease, .die)
            }
            let live = try await bench.add { $0.key = "x" }
            for count in [1, 1, 0] {
                try expectEqual(
                    try await bench.store.retry(.all(.dead, queue: nil, limit: 1), now: Bench.time(1)), count,
                    "retried")
            }
            try expectEqual(
                try await (ids + [live]).states(bench), [.dead, .queued, .dead, .queued, .queued], "states")
        },
        Row("delete_takesJobsThatDoNotRun") { bench in
            let session = try await bench.open()
            let running = try await bench.add()
            _ = try await bench.claimOne(session)
            let queued = try await bench.add()
            let scheduled = try await bench.add { $0.due = Bench.time(99) }
            let selection = JobSelection.jobs([running, queued, scheduled, JobID(rawValue: 999_999)])
            try expectEqual(try await bench.store.delete(selection, now: Bench.time(1)), 2, "deleted")
            try expectEqual(
                try await [running, queued, scheduled].states(bench), [.running, nil, nil], "states")
            let queue = try await bench.queue()
            try expectEqual(queue.kept.filter { $0.value > 0 }, [.running: 1], "kept")
            try expectEqual(queue.counters.cancelled, 2, "cancelled")
            try expectEqual(try await bench.promote(at: 999).promoted, 0, "promoted")
            try await bench.expectBalance()
        },
        Row("delete_ofEndedJobs_keepsTheirCount") { bench in
            let session = try await bench.open()
            for _ in 0..<3 {
                try await bench.add()
                try await bench.settle(try await bench.claimOne(session).lease, .die)
            }
            let deleted = try await bench.store.delete(.all(.dead, queue: "q", limit: 2), now: Bench.time(1))
            try expectEqual(deleted, 2, "deleted")
            let queue = try await bench.queue()
            try expectEqual(queue.kept, [.dead: 1], "kept")
            try expectEqual(queue.counters.failed, 3, "failed")
            try await bench.expectBalance()
        },
        Row("clean_takesWhatWasKeptLongEnough") { bench in
            let session = try await bench.open()
            let ends: [Settlement.Outcome] = [.succeed, .cancel, .die]
            for end in ends {
                try await bench.add()
                try await bench.settle(try await bench.claimOne(session).lease, end, at: 0)
            }
            let waiting = try await bench.add(at: 0)
            var retention = Retention()
            retention.succeeded = .seconds(1)
            retention.cancelled = .seconds(2)
            retention.dead = nil
            let counts: [(Int64, Int)] = [(999, 0), (1_001, 1), (2_001, 1), (9_000_000_000, 0)]
            for (time, count) in counts {
                let cleaned = try await bench.store.clean(retention, limit: 100, now: Bench.time(time))
                try expectEqual(cleaned, count, "at \(time)")
            }
            let queue = try await bench.queue()
            try expectEqual(queue.kept, [.dead: 1, .queued: 1], "kept")
            try expectEqual(queue.counters.succeeded, 1, "succeeded")
            try await bench.expectState(waiting, .queued)
            try await bench.expectBalance()
        },
        Row("clean_takesNoMoreThanItsLimit") { bench in
            let session = try await bench.open()
            for _ in 0..<5 { try await bench.add() }
            let ends = try await bench.claim(session).map { Settlement($0.lease, .succeed) }
            _ = try await bench.store.settle(ends, now: Bench.time(0))
            var counts: [Int] = []
            for _ in 0..<3 {
                counts.append(
                    try await bench.store.clean(Retention(), limit: 3, now: Bench.time(100_000_000)))
            }
            try expectEqual(counts, [3, 2, 0], "cleaned")
        },
    ]

    static let limits: [Row] = [
        Row("pause_ofAQueue_stopsClaimsFromItAlone") { bench in
            let held = try await bench.add("a")
            let free = try await bench.add("b")
            var settings = QueueSettings()
            settings.paused = QueuePause(by: "me", since: Bench.time(0))
            try await bench.store.configure("a", settings, now: Bench.time(0))
            let session = try await bench.open()
            try expectEqual(try await bench.claim(session).map(\.lease.job), [free], "while paused")
            try expectEqual(try await bench.queue("a").settings, settings, "settings")
            try await bench.store.configure("a", QueueSettings(), now: Bench.time(1))
            try expectEqual(try await bench.claim(session).map(\.lease.job), [held], "afterwards")
        },
        Row("configure_makesAQueueThatIsNotThere") { bench in
            var settings = QueueSettings()
            settings.concurrency = 3
            settings.rate = 1.5
            settings.burst = 4
            try await bench.store.configure("new", settings, now: Bench.time(0))
            let queue = try await bench.queue("new")
            try expectEqual(queue.settings, settings, "settings")
            try expectEqual(queue.counters, Counters(), "counters")
        },
        Row("concurrency_holdsForAllSessionsTogether") { bench in
            for _ in 0..<5 { try await bench.add() }
            let free = try await bench.add("free", at: 9)
            var settings = QueueSettings()
            settings.concurrency = 2
            try await bench.store.configure("q", settings, now: Bench.time(0))
            let (first, second) = try await (bench.open("a"), bench.open("b"))
            let one = try await bench.claim(first, 1)
            let rest = try await bench.claim(second, at: 10)
            try expectEqual(rest.map(\.queue), ["q", "free"], "up to the limit")
            try expectEqual(rest.last?.lease.job, free, "a queue without a limit")
            try expectEqual(try await bench.claim(first, at: 10), [], "at the limit")
            try await bench.settle(one[0].lease, .retry(at: Bench.time(9_999)), at: 11)
            try expectEqual(try await bench.claim(second, at: 11).count, 1, "after one has ended")
        },
        Row("rate_spacesStarts_afterABurst") { bench in
            for _ in 0..<20 { try await bench.add() }
            var settings = QueueSettings()
            settings.rate = 10
            settings.burst = 3
            try await bench.store.configure("q", settings, now: Bench.time(0))
            let session = try await bench.open()
            var counts: [Int] = []
            for time in [Int64(0), 50, 101, 150, 303, 2_000] {
                counts.append(try await bench.claim(session, at: time).count)
            }
            try expectEqual(counts, [3, 0, 1, 0, 2, 3], "claimed")
            let used = try await bench.store.queues(now: Bench.time(2_050)).first?.starts
            let wanted = RateFigures(perSecond: 10, burst: 3, available: 0.5, wait: 0.05)
            try expectEqual(used, wanted, "how far the rate is used 50 ms later")
        },
        Row("rate_afterTheClockWasSetBack_holdsNobodyBackForLong") { bench in
            for _ in 0..<5 { try await bench.add() }
            var settings = QueueSettings()
            settings.rate = 1
            try await bench.store.configure("q", settings, now: Bench.time(0))
            let before = try await bench.open(at: 10_000_000)
            try expectEqual(try await bench.claim(before, at: 10_000_000).count, 1, "before")
            let session = try await bench.open("b", at: 0)
            _ = try await bench.claim(session, at: 1)
            let count = try await bench.claim(session, at: 2_500).count
            try expect(count > 0, "nothing 2.5 s later")
        },
    ]
}

extension [JobID] {
    func states(_ bench: Bench) async throws -> [JobState?] {
        var states: [JobState?] = []
        for id in self { states.append(try await bench.state(id)) }
        return states
    }
}
