import JobQueue
import Monitoring
import Synchronization

extension JobStoreConformance {
    static let looking: [Row] = [
        Row("job_thatIsNotThere_isNil") { bench in
            try expectEqual(try await bench.store.job(JobID(rawValue: 7)), nil, "job 7")
            try expectEqual(try await bench.store.job(JobID(rawValue: 0)), nil, "job 0")
            try expectEqual(try await bench.store.job(JobID(rawValue: .max)), nil, "the last job")
        },
        Row("jobs_areListedNewestFirst_withShortPayloads") { bench in
            let longest = [UInt8](repeating: 1, count: StoreQuery.listedPayload)
            let ids = try await [
                bench.add { $0.payload = [] }, bench.add { $0.payload = longest },
                bench.add { $0.payload = longest + [1] },
            ]
            let page = try await bench.store.jobs(StoreQuery())
            try expectEqual(page.jobs.map(\.id), ids.reversed(), "order")
            try expectEqual(page.jobs.map(\.job.payload), [[], longest, []], "payloads")
            try expectEqual(page.next, nil, "next")
        },
        Row("jobs_areFiltered") { bench in
            let session = try await bench.open()
            let done = try await bench.add("a") { $0.kind = "x" }
            try await bench.settle(try await bench.claimOne(session).lease, .succeed)
            let other = try await bench.add("b") { $0.kind = "x" }
            let third = try await bench.add("a") { $0.kind = "y" }
            let expected: [([JobState], String?, String?, [JobID])] = [
                ([], "a", nil, [third, done]), ([], nil, "x", [other, done]),
                ([.succeeded], nil, nil, [done]),
                ([.queued], nil, nil, [third, other]), ([.queued, .succeeded], "a", "x", [done]),
                ([.dead], nil, nil, []), ([], "none", nil, []),
            ]
            for (states, queue, kind, ids) in expected {
                var query = StoreQuery()
                query.states = Set(states)
                query.queue = queue
                query.kind = kind
                let found = try await bench.store.jobs(query).jobs.map(\.id)
                try expectEqual(found, ids, "\(states) \(queue ?? "-") \(kind ?? "-")")
            }
        },
        Row("jobs_arePagedWithoutGapsOrDuplicates_whileOthersCome") { bench in
            var ids = Set<JobID>()
            for number in 0..<57 { ids.insert(try await bench.add(number % 3 == 0 ? "other" : "q")) }
            for limit in [1, 7, 57, 500] {
                var query = StoreQuery()
                query.limit = limit
                var seen: [JobID] = []
                repeat {
                    let page = try await bench.store.jobs(query)
                    try expect(page.jobs.count <= limit, "a page of \(page.jobs.count)")
                    seen += page.jobs.map(\.id)
                    query.after = page.next
                    if limit == 7 { try await bench.add() }
                } while query.after != nil
                try expectEqual(seen, seen.sorted(by: >), "order")
                try expect(Set(seen).isSuperset(of: ids), "a job is missing with pages of \(limit)")
                try expectEqual(Set(seen).count, seen.count, "a job came twice with pages of \(limit)")
            }
        },
        Row("jobs_ofAnOutlandishLimit_areAPage") { bench in
            for _ in 0..<3 { try await bench.add() }
            for (limit, count) in [(0, 1), (-5, 1), (Int.max, 3)] {
                var query = StoreQuery()
                query.limit = limit
                try expectEqual(try await bench.store.jobs(query).jobs.count, count, "limit \(limit)")
            }
        },
        Row("queues_areToldByName_withDepthAndAge") { bench in
            try await bench.add("b", at: 7)
            try await bench.add("a", at: 9) { $0.priority = 10 }
            try await bench.add("a", at: 5)
            try await bench.add("a", at: 1) { $0.due = Bench.time(9_999) }
            let queues = try await bench.store.queues(now: Bench.time(10))
            try expectEqual(queues.map(\.name), ["a", "b"], "names")
            try expectEqual(queues.map(\.oldest), [Bench.time(5), Bench.time(7)], "oldest")
            try expectEqual(queues[0].kept, [.queued: 2, .scheduled: 1], "kept")
            try expectEqual(queues[0].counters.queued, 2, "queued")
            try expectEqual(queues[0].counters.scheduled, 1, "scheduled")
            _ = try await bench.claim(try await bench.open())
            let oldest = try await bench.store.queues(now: Bench.time(10)).map(\.oldest)
            try expectEqual(oldest, [nil, nil], "oldest of empty queues")
        },
    ]

    static let waking: [Row] = [
        Row("changes_wake_forJobsCancelsAndSettlements") { bench in
            let session = try await bench.open()
            let wakes = bench.store.changes()
            let reader = Wakes(wakes)
            let id = try await bench.add()
            try await reader.next("an enqueue")
            let lease = try await bench.claimOne(session).lease
            _ = try await bench.store.cancel([id], by: "me", now: Bench.time(1))
            try await reader.next("a cancel")
            try await bench.settle(lease, .cancel)
            try await reader.next("a settlement")
            _ = try await bench.store.retry(.jobs([id]), now: Bench.time(2))
            try await reader.next("a retry")
            try await bench.store.configure("q", QueueSettings(), now: Bench.time(2))
            try await reader.next("new settings")
        },
        Row("changes_wakeEveryListener") { bench in
            let readers = (0..<3).map { _ in Wakes(bench.store.changes()) }
            try await bench.add()
            for reader in readers { try await reader.next("an enqueue") }
        },
        Row("close_makesLaterCallsThrow_andEndsStreams") { open in
            let store = try await open()
            let stream = store.changes()
            try await store.close()
            for await _ in stream {}
            do {
                _ = try await store.enqueue([Bench.job()], capacity: nil, now: Bench.time(0))
            } catch let error as JobStoreError {
                return try expectEqual(error.code, .closed, "what was thrown")
            }
            throw ConformanceFailure("a closed store took a job")
        },
    ]
}

/// Waits for signals, but not for ever.
private final class Wakes: Sendable {
    private let stream: AsyncStream<Void>

    init(_ stream: AsyncStream<Void>) { self.stream = stream }

    /// Returns once there was a signal; a guard of 10 s turns a hang into a failure.
    func next(_ cause: String) async throws {
        let stream = stream
        let came = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in stream { return true }
                return false
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(10))
                return false
            }
            let came = await group.next() ?? false
            group.cancelAll()
            return came
        }
        try expect(came, "no signal after \(cause)")
    }
}
