import JobQueue
import Monitoring

extension JobStoreConformance {
    static let leases: [Row] = [
        Row("session_numbersAreNeverGivenTwice") { bench in
            let first = try await bench.open()
            try await bench.store.closeSession(first, now: Bench.time(0))
            let second = try await bench.open()
            try expect(first != second, "the number was given again")
        },
        Row("session_thatBeats_keepsItsJobs") { bench in
            let id = try await bench.add()
            let session = try await bench.open()
            let claimed = try await bench.claimOne(session)
            for time in stride(from: Int64(3_000), through: 60_000, by: 3_000) {
                try expectEqual(try await bench.beat(session, at: time), [], "beat at \(time)")
                let rescue = try await bench.rescue(at: time)
                try expectEqual(rescue, Rescue(requeued: [], dead: []), "rescue at \(time)")
            }
            try expect(try await bench.settle(claimed.lease, .succeed, at: 60_001), "refused")
            try await bench.expectState(id, .succeeded)
        },
        Row("session_thatRanOut_claimsNothing_untilItBeats") { bench in
            try await bench.add()
            let session = try await bench.open()
            try expectEqual(try await bench.claim(session, at: 15_000), [], "claimed")
            try expectEqual(try await bench.beat(session, at: 15_001), [], "beat")
            try expectEqual(try await bench.claim(session, at: 15_002).count, 1, "claimed after the beat")
        },
        Row("session_thatRanOut_keepsItsJobs_whereItBeatsBeforeTheyAreTaken") { bench in
            let id = try await bench.add()
            let session = try await bench.open()
            let lease = try await bench.claimOne(session).lease
            try expectEqual(try await bench.beat(session, at: 60_000), [], "beat")
            try expectEqual(
                try await bench.rescue(at: 60_000), Rescue(requeued: [], dead: []), "rescue after the beat")
            try expect(try await bench.settle(lease, .succeed, at: 60_001), "refused")
            try await bench.expectState(id, .succeeded)
        },
        Row("session_whoseJobsWereTaken_isToldSo_andClaimsNothing") { bench in
            for _ in 0..<3 { try await bench.add() }
            let session = try await bench.open()
            _ = try await bench.claim(session, 2)
            try expectEqual(try await bench.rescue(limit: 1, at: 15_000).requeued.count, 1, "taken at first")
            try expectEqual(try await bench.beat(session, at: 15_000), nil, "beat between two passes")
            try expectEqual(try await bench.rescue(at: 15_001).requeued.count, 1, "taken then")
            try expectEqual(try await bench.beat(session, at: 15_001), nil, "beat")
            try expectEqual(try await bench.claim(session, at: 15_001), [], "claimed")
            try expectEqual(try await bench.beat(SessionID(rawValue: 999_999), at: 0), nil, "unknown session")
            try expectEqual(
                try await bench.claim(SessionID(rawValue: 999_999)), [], "claimed by an unknown session")
        },
        Row("session_thatIsClosed_handsItsJobsBack_withoutCountingTheAttempt") { bench in
            let first = try await bench.add()
            let second = try await bench.add(at: 1)
            let session = try await bench.open()
            let claimed = try await bench.claim(session, 1, at: 5)
            try await bench.store.closeSession(session, now: Bench.time(10))
            try await bench.expectState(first, .queued)
            try expectEqual(try await bench.settle(claimed[0].lease, .succeed, at: 11), false, "settled late")
            let other = try await bench.open("b", at: 20)
            let again = try await bench.claim(other, at: 20)
            try expectEqual(again.map(\.lease.job), [first, second], "its place in the line")
            try expectEqual(again.map(\.attempt), [1, 1], "attempts")
            try expectEqual(again.map(\.rescues), [0, 0], "rescues")
            let history = try await bench.job(first).attempts
            try expectEqual(history.map(\.outcome), ["released", "running"], "history")
            try expectEqual(history.map(\.owner), ["a", "b"], "owners")
        },
        Row("session_thatIsClosedTwice_orUnknown_changesNothing") { bench in
            let session = try await bench.open()
            try await bench.store.closeSession(session, now: Bench.time(0))
            try await bench.store.closeSession(session, now: Bench.time(0))
            try expectEqual(try await bench.beat(session, at: 1), nil, "beat")
        },
        Row("fencing_tokensGrowWithEachClaim") { bench in
            try await bench.add { $0.maxAttempts = 10 }
            let session = try await bench.open()
            var last = Int64.min
            for time in 0..<5 {
                let claimed = try await bench.claimOne(session, at: Int64(time))
                try expect(claimed.lease.token > last, "\(claimed.lease.token) after \(last)")
                last = claimed.lease.token
                try await bench.settle(claimed.lease, .release, at: Int64(time))
            }
        },
        Row("fencing_ofAZombie_changesNothing") { bench in
            let id = try await bench.add { $0.maxAttempts = 3 }
            let zombie = try await bench.claimOne(try await bench.open("zombie"))
            let rescue = try await bench.rescue(at: 15_000)
            try expectEqual(rescue, Rescue(requeued: [id], dead: []), "rescue")
            let heir = try await bench.claimOne(try await bench.open("heir", at: 15_000), at: 15_000)
            let ends: [Settlement.Outcome] = [
                .succeed, .die, .cancel, .release, .retry(at: Bench.time(99_000)),
            ]
            let before = try await (bench.job(id), bench.queue())
            for end in ends {
                try expectEqual(try await bench.settle(zombie.lease, end, at: 15_001), false, "\(end)")
            }
            try await bench.store.report(
                [zombie.lease: JobProgress(fraction: 0.5)], now: Bench.time(15_001))
            try expectEqual(try await bench.job(id), before.0, "the job")
            try expectEqual(try await bench.queue(), before.1, "the queue")
            try expect(try await bench.settle(heir.lease, .succeed, at: 15_002), "the heir was refused")
            try expectEqual(try await bench.settle(heir.lease, .succeed, at: 15_003), false, "settled twice")
            try expectEqual(try await bench.queue().counters.succeeded, 1, "succeeded")
        },
    ]

    static let rescuing: [Row] = [
        Row("rescue_ofALivingSession_doesNothing") { bench in
            try await bench.add()
            _ = try await bench.claimOne(try await bench.open())
            try expectEqual(try await bench.rescue(at: 14_999), Rescue(requeued: [], dead: []), "rescue")
        },
        Row("rescue_countsTheRescue_andNotTheAttempt") { bench in
            let id = try await bench.add(at: 0)
            let later = try await bench.add(at: 10)
            _ = try await bench.claimOne(try await bench.open())
            _ = try await bench.rescue(at: 15_000)
            let job = try await bench.job(id)
            try expectEqual(job.state, .queued, "state")
            try expectEqual(job.rescues, 1, "rescues")
            try expectEqual(job.attempt, 0, "attempt")
            try expectEqual(job.attempts.map(\.outcome), ["rescued"], "history")
            try expectEqual(try await bench.queue().counters.rescued, 1, "rescued")
            let again = try await bench.claim(try await bench.open("b", at: 15_000), at: 15_000)
            try expectEqual(again.map(\.lease.job), [id, later], "its place in the line")
            try expectEqual(again.first?.rescues, 1, "rescues claimed")
            try expectEqual(again.first?.attempt, 1, "attempt claimed")
            try await bench.expectBalance()
        },
        Row("rescue_beyondWhatIsAllowed_makesADeadLetter") { bench in
            let id = try await bench.add { $0.maxAttempts = 100 }
            for round in 1...3 {
                let time = Int64(round) * 100_000
                _ = try await bench.claimOne(try await bench.open(at: time), at: time)
                let rescue = try await bench.rescue(allowed: 2, at: time + 15_000)
                let expected =
                    round < 3 ? Rescue(requeued: [id], dead: []) : Rescue(requeued: [], dead: [id])
                try expectEqual(rescue, expected, "round \(round)")
            }
            let job = try await bench.job(id)
            try expectEqual(job.state, .dead, "state")
            try expectEqual(job.rescues, 3, "rescues")
            try expect(job.error != nil, "a job that was given up does not say why")
            let counters = try await bench.queue().counters
            try expectEqual(counters.rescued, 3, "rescued")
            try expectEqual(counters.failed, 1, "failed")
            try await bench.expectBalance()
        },
        Row("rescue_takesNoMoreThanItsLimit") { bench in
            for _ in 0..<5 { try await bench.add() }
            _ = try await bench.claim(try await bench.open())
            try expectEqual(try await bench.rescue(limit: 2, at: 20_000).requeued.count, 2, "first pass")
            try expectEqual(try await bench.rescue(limit: 9, at: 20_000).requeued.count, 3, "second pass")
            try expectEqual(try await bench.rescue(limit: 9, at: 20_000).requeued.count, 0, "third pass")
        },
        Row("rescue_afterTheClockWasSetBack_givesALeaseFromNow") { bench in
            try await bench.add()
            _ = try await bench.claimOne(try await bench.open(at: 10_000_000), at: 10_000_000)
            try expectEqual(try await bench.rescue(at: 0).requeued.count, 0, "at once")
            try expectEqual(try await bench.rescue(at: 14_999).requeued.count, 0, "within the lease")
            try expectEqual(try await bench.rescue(at: 15_001).requeued.count, 1, "after the lease")
        },
        Row("rescue_ofAJobToBeStopped_cancelsIt") { bench in
            let id = try await bench.add()
            _ = try await bench.claimOne(try await bench.open())
            _ = try await bench.store.cancel([id], by: "me", now: Bench.time(1))
            let rescue = try await bench.rescue(at: 15_000)
            try expectEqual(rescue, Rescue(requeued: [], dead: []), "rescue")
            try await bench.expectState(id, .cancelled)
            try await bench.expectBalance()
        },
    ]
}
