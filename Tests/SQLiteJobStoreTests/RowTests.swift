import GRDB
import JobQueue
import Monitoring
import Testing

@testable import SQLiteJobStore

/// How jobs stand in the file.
struct RowTests {
    private let now = StoreTime(milliseconds: 1_700_000_000_000)

    /// A job that differs from the others in all that its number has a say in.
    private func job(_ number: Int) -> NewJob {
        var job = NewJob(queue: "q\(number % 3)", kind: "kind \(number)", payload: [UInt8(number)])
        job.priority = number
        job.maxAttempts = number + 1
        if number % 2 == 0 { job.tags = ["number": "\(number)"] }
        if number % 4 == 1 { job.due = now + .seconds(number) }
        if number % 4 == 2 { job.deadline = now + .seconds(number) }
        // Of every five, the last has the key of the first.
        if number % 5 == 0 || number % 5 == 4 {
            job.queue = "keyed"
            job.key = "key \(number / 5)"
        }
        return job
    }

    @Test(arguments: [1, 7, 8, 9, 40]) func jobsEnqueuedTogether_standAsTheyAre(count: Int) async throws {
        let place = try Place()
        defer { place.remove() }
        let store = try await SQLiteJobStore(path: place.file)
        let jobs = (0..<count).map(job)
        let outcomes = try await store.enqueue(jobs, capacity: nil, now: now)
        for (number, outcome) in outcomes.enumerated() {
            guard case .added(let id) = outcome else {
                #expect(number % 5 == 4)
                #expect(outcome == .exists(outcomes[number - 4].id))
                continue
            }
            let stored = try #require(try await store.job(id))
            #expect(stored.job == jobs[number])
            #expect(stored.started == nil)
            #expect(stored.ended == nil)
            #expect(stored.attempts.isEmpty)
        }
        #expect(Set(outcomes.map(\.id)).count == count - count / 5)
        try await store.close()
    }

    @Test func aRowTakesNoMoreRoom_asItsJobRunsAndEnds() async throws {
        let place = try Place()
        defer { place.remove() }
        let store = try await SQLiteJobStore(path: place.file)
        let job = NewJob(queue: "q", kind: "nothing", payload: Array(repeating: 7, count: 64))
        _ = try await store.enqueue(Array(repeating: job, count: 2_000), capacity: nil, now: now)
        let before = try await pages(place.file)
        let session = try await store.openSession("a", lease: .seconds(60), now: now)
        let claimed = try await store.claim(session, from: .all, limit: 2_000, now: now)
        #expect(claimed.count == 2_000)
        let told = try await store.settle(claimed.map { Settlement($0.lease, .succeed) }, now: now)
        #expect(told.allSatisfy { $0 })
        // Rows that grow would need a quarter more.
        #expect(Double(try await pages(place.file)) < Double(before) * 1.1)
        try await store.close()
    }

    @Test func rowsOfAnOlderProgram_areRead() async throws {
        let place = try Place()
        defer { place.remove() }
        let store = try await SQLiteJobStore(path: place.file)
        let job = NewJob(queue: "q", kind: "nothing", payload: [])
        let ids = try await store.enqueue([job, job], capacity: nil, now: now).map(\.id)
        let session = try await store.openSession("a", lease: .seconds(60), now: now)
        let claimed = try await store.claim(session, from: .all, limit: 1, now: now)
        _ = try await store.settle(claimed.map { Settlement($0.lease, .succeed) }, now: now + .seconds(1))
        try await store.close()
        let file = try DatabaseQueue(path: place.file)
        try await file.writeWithoutTransaction { db in
            try db.execute(sql: "UPDATE jobs SET outcome = 'succeeded' WHERE state = 3")
            try db.execute(sql: "UPDATE jobs SET started = NULL, ended = NULL, token = 1 WHERE state = 1")
        }
        try file.close()
        let again = try await SQLiteJobStore(path: place.file)
        let ended = try #require(try await again.job(ids[0]))
        #expect(ended.attempts.map(\.outcome) == ["succeeded"])
        #expect(ended.ended == now + .seconds(1))
        let waiting = try #require(try await again.job(ids[1]))
        #expect(waiting.started == nil)
        #expect(waiting.ended == nil)
        let rest = try await again.claim(session, from: .all, limit: 1, now: now)
        #expect(try await again.settle(rest.map { Settlement($0.lease, .succeed) }, now: now) == [true])
        try await again.close()
    }

    private func pages(_ path: String) async throws -> Int {
        let file = try DatabaseQueue(path: path)
        defer { try? file.close() }
        return try await file.read { try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0 }
    }
}

extension EnqueueOutcome {
    /// The job that was added or found.
    fileprivate var id: JobID {
        switch self {
        case .added(let id), .exists(let id): id
        case .full: JobID(rawValue: 0)
        }
    }
}
