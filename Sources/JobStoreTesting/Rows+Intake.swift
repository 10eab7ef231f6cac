import JobQueue
import Monitoring

extension JobStoreConformance {
    static let intake: [Row] = [
        Row("enqueue_numbersJobsInTheOrderGiven") { bench in
            let first = try await bench.add()
            let outcomes = try await bench.enqueue([Bench.job(), Bench.job("other"), Bench.job()])
            let ids = (1...3).map { EnqueueOutcome.added(JobID(rawValue: first.rawValue + UInt64($0))) }
            try expectEqual(outcomes, ids, "outcomes")
        },
        Row("enqueue_keepsEverythingOfTheJob") { bench in
            let job = Bench.job { job in
                job.payload = [0, 1, 255, 0]
                job.priority = -7
                job.deadline = Bench.time(5_000)
                job.key = "päckchen"
                job.maxAttempts = 9
                job.tags = ["a": "b", "": "x"]
            }
            try expectEqual(try await bench.enqueue([job], at: 3).count, 1, "outcomes")
            guard let id = try await bench.store.jobs(StoreQuery()).jobs.first?.id else {
                throw ConformanceFailure("the job is not listed")
            }
            let kept = try await bench.job(id)
            try expectEqual(kept.job, job, "the job")
            try expectEqual(kept.created, Bench.time(3), "created")
            try expectEqual(kept.attempt, 0, "attempt")
            let claimed = try await bench.claimOne(try await bench.open(), at: 4)
            try expectEqual(claimed.payload, job.payload, "payload claimed")
            try expectEqual(claimed.tags, job.tags, "tags claimed")
            try expectEqual(claimed.deadline, job.deadline, "deadline claimed")
            try expectEqual(claimed.created, Bench.time(3), "created, claimed")
            try expectEqual(claimed.maxAttempts, 9, "maxAttempts claimed")
            try expectEqual(claimed.attempt, 1, "attempt claimed")
        },
        Row("enqueue_ofNothing_addsNothing") { bench in
            try expectEqual(try await bench.enqueue([]), [], "outcomes")
            try expectEqual(try await bench.store.jobs(StoreQuery()).jobs, [], "jobs")
        },
        Row("enqueue_ofAnEmptyOrLargePayload_keepsIt") { bench in
            let large = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
            let empty = try await bench.add { $0.payload = [] }
            let big = try await bench.add { $0.payload = large }
            try expectEqual(try await bench.job(empty).job.payload, [], "empty payload")
            try expect(try await bench.job(big).job.payload == large, "a large payload differs")
        },
        Row("enqueue_atCapacity_isRefusedAndCounted") { bench in
            let jobs = (0..<4).map { _ in Bench.job() } + [Bench.job("other")]
            let outcomes = try await bench.enqueue(jobs, capacity: 3)
            try expectEqual(outcomes.map { $0 == .full }, [false, false, false, true, false], "full")
            let later = Bench.job { $0.due = Bench.time(9_000) }
            try expectEqual(try await bench.enqueue([later], capacity: 3), [.full], "a delayed job")
            try expectEqual(try await bench.queue().counters.rejected, 2, "rejected")
            _ = try await bench.claimOne(try await bench.open())
            try expect(
                try await bench.enqueue([later], capacity: 3) != [.full], "a claimed job still took up room")
            try expectEqual(try await bench.enqueue([Bench.job()], capacity: 3), [.full], "scheduled counts")
            try await bench.expectBalance()
        },
        Row("enqueue_withADelay_isScheduledAndNotClaimed") { bench in
            let id = try await bench.add { $0.due = Bench.time(1_000) }
            let session = try await bench.open()
            try await bench.expectState(id, .scheduled)
            try expectEqual(try await bench.claim(session, at: 999), [], "claimed")
            let early = try await bench.promote(at: 999)
            try expectEqual(early, Promotion(promoted: 0, expired: 0, next: Bench.time(1_000)), "too early")
            let late = try await bench.promote(at: 1_000)
            try expectEqual(late, Promotion(promoted: 1, expired: 0, next: nil), "when due")
            try await bench.expectState(id, .queued)
            try expectEqual(try await bench.claim(session, at: 1_000).map(\.lease.job), [id], "claimed")
        },
        Row("enqueue_dueInThePast_isQueuedAtOnce") { bench in
            let id = try await bench.add(at: 10) { $0.due = Bench.time(5) }
            try await bench.expectState(id, .queued)
        },
        Row("promote_takesNoMoreThanItsLimit_andTellsWhatIsNext") { bench in
            for delay in 1...5 { try await bench.add { $0.due = Bench.time(Int64(delay)) } }
            let first = try await bench.promote(2, at: 100)
            try expectEqual(first, Promotion(promoted: 2, expired: 0, next: Bench.time(3)), "first pass")
            let second = try await bench.promote(at: 100)
            try expectEqual(second, Promotion(promoted: 3, expired: 0, next: nil), "second pass")
        },
        Row("deadline_ofAWaitingJob_givesItUp") { bench in
            let queued = try await bench.add { $0.deadline = Bench.time(100) }
            let scheduled = try await bench.add { job in
                job.due = Bench.time(500)
                job.deadline = Bench.time(200)
            }
            let session = try await bench.open()
            try expectEqual(try await bench.promote(at: 50).next, Bench.time(100), "next")
            try expectEqual(try await bench.claim(session, at: 100), [], "claimed past the deadline")
            _ = try await bench.promote(at: 100)
            try await bench.expectState(queued, .dead)
            try await bench.expectState(scheduled, .scheduled)
            _ = try await bench.promote(at: 200)
            try await bench.expectState(scheduled, .dead)
            let job = try await bench.job(queued)
            try expect(job.error != nil, "a job that was given up does not say why")
            try expect(job.ended != nil, "a job that was given up has no end")
            try expectEqual(try await bench.queue().counters.failed, 2, "failed")
            try await bench.expectBalance()
        },
    ]

    static let order: [Row] = [
        Row("claim_takesJobsOfOnePriority_firstInFirstOut") { bench in
            var ids: [JobID] = []
            for time in 0..<20 { ids.append(try await bench.add(at: Int64(time / 4))) }
            let session = try await bench.open()
            let first = try await bench.claim(session, 7, at: 50)
            let rest = try await bench.claim(session, at: 50)
            try expectEqual((first + rest).map(\.lease.job), ids, "order")
            try expectEqual(first.count, 7, "limit")
        },
        Row("claim_takesHigherPriorityFirst_acrossQueues") { bench in
            let low = try await bench.add("a") { $0.priority = -1 }
            let plain = try await bench.add("b")
            let high = try await bench.add("c") { $0.priority = 1_000 }
            let middle = try await bench.add("a") { $0.priority = 5 }
            let claimed = try await bench.claim(try await bench.open(), at: 1)
            try expectEqual(claimed.map(\.lease.job), [high, middle, plain, low], "order")
            try expectEqual(claimed.map(\.queue), ["c", "a", "b", "a"], "queues")
        },
        Row("claim_ofALowJob_comesBeforeAHighOneAfterEnoughWaiting") { bench in
            let low = try await bench.add(at: 0)
            let sooner = try await bench.add(at: 9_999) { $0.priority = 1 }
            let later = try await bench.add(at: 10_001) { $0.priority = 1 }
            let claimed = try await bench.claim(try await bench.open(at: 10_001), at: 10_001)
            try expectEqual(claimed.map(\.lease.job), [sooner, low, later], "order")
        },
        Row("claim_ofADelayedJob_countsItsWaitingFromWhenItWasDue") { bench in
            let delayed = try await bench.add(at: 0) { $0.due = Bench.time(500) }
            let before = try await bench.add(at: 400)
            let after = try await bench.add(at: 600)
            _ = try await bench.promote(at: 1_000)
            let claimed = try await bench.claim(try await bench.open(), at: 1_000)
            try expectEqual(claimed.map(\.lease.job), [before, delayed, after], "order")
        },
        Row("claim_takesOnlyFromTheQueuesAskedFor") { bench in
            let wanted = try await bench.add("a")
            let other = try await bench.add("b")
            let session = try await bench.open()
            let none = try await bench.claim(session, from: .queues(["none"]))
            try expectEqual(none, [], "from a queue that is not there")
            try expectEqual(try await bench.claim(session, from: .queues([])), [], "from no queue")
            let first = try await bench.claim(session, from: .queues(["a", "none"]))
            try expectEqual(first.map(\.lease.job), [wanted], "from a")
            try expectEqual(try await bench.claim(session).map(\.lease.job), [other], "from all")
        },
        Row("claim_ofNone_takesNone") { bench in
            try await bench.add()
            try expectEqual(try await bench.claim(try await bench.open(), 0), [], "claimed")
        },
    ]

    static let keys: [Row] = [
        Row("key_ofALiveJob_isGivenBackInsteadOfASecondJob") { bench in
            let id = try await bench.add { $0.key = "x" }
            let again = Bench.job { $0.key = "x" }
            let elsewhere = Bench.job("other") { $0.key = "x" }
            let outcomes = try await bench.enqueue([again, elsewhere, Bench.job()], capacity: 2)
            try expectEqual(outcomes[0], .exists(id), "same queue")
            try expect(outcomes[1] != .exists(id), "another queue shares the key")
            try expectEqual(try await bench.enqueue([again], capacity: 1), [.exists(id)], "at capacity")
            let session = try await bench.open()
            _ = try await bench.claim(session)
            try expectEqual(try await bench.enqueue([again]), [.exists(id)], "while it runs")
            try expectEqual(try await bench.queue().counters.submitted, 2, "submitted")
        },
        Row("key_twiceInOneBatch_addsOne") { bench in
            let job = Bench.job { $0.key = "x" }
            let outcomes = try await bench.enqueue([job, job])
            guard case .added(let id) = outcomes[0] else { throw ConformanceFailure("not added") }
            try expectEqual(outcomes[1], .exists(id), "the second")
        },
        Row("key_isFreeOnceItsJobHasEnded_howeverItEnded") { bench in
            let session = try await bench.open()
            let ends: [Settlement.Outcome] = [.succeed, .die, .cancel]
            for end in ends {
                try await bench.add { $0.key = "x" }
                try await bench.settle(try await bench.claimOne(session).lease, end)
            }
            let cancelled = try await bench.add { $0.key = "x" }
            _ = try await bench.store.cancel([cancelled], by: "me", now: Bench.time(1))
            let deleted = try await bench.add { $0.key = "x" }
            _ = try await bench.store.delete(.jobs([deleted]), now: Bench.time(1))
            let expired = try await bench.add { job in
                job.key = "x"
                job.deadline = Bench.time(5)
            }
            _ = try await bench.promote(at: 5)
            try await bench.expectState(expired, .dead)
            try await bench.add { $0.key = "x" }
        },
        Row("key_isHeldWhileTheJobWaitsForItsNextAttempt") { bench in
            let id = try await bench.add { $0.key = "x" }
            let claimed = try await bench.claimOne(try await bench.open())
            try await bench.settle(claimed.lease, .retry(at: Bench.time(100)))
            try expectEqual(try await bench.enqueue([Bench.job { $0.key = "x" }]), [.exists(id)], "outcome")
        },
        Row("key_takenByAnother_keepsAnEndedJobFromBeingRetried") { bench in
            let session = try await bench.open()
            let old = try await bench.add { $0.key = "x" }
            try await bench.settle(try await bench.claimOne(session).lease, .die)
            try await bench.add { $0.key = "x" }
            let count = try await bench.store.retry(.jobs([old]), now: Bench.time(1))
            try expectEqual(count, 0, "retried")
            try await bench.expectState(old, .dead)
        },
    ]
}
