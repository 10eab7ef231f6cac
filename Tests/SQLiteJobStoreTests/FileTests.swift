import Foundation
import GRDB
import JobQueue
import Monitoring
import Testing

@testable import SQLiteJobStore

struct FileTests {
    private let now = StoreTime(milliseconds: 1_700_000_000_000)

    /// What opening a file is refused with.
    private func refusal(_ path: String) async -> JobStoreError? {
        do {
            try await SQLiteJobStore(path: path).close()
            return nil
        } catch {
            return error as? JobStoreError
        }
    }

    @Test func aForeignDatabase_isRefused_andLeftAsItWas() async throws {
        let place = try Place()
        defer { place.remove() }
        let other = try DatabaseQueue(path: place.file)
        try await other.write { try $0.execute(sql: "CREATE TABLE mine (a)") }
        try other.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: place.file))
        let error = await refusal(place.file)
        #expect(error?.code == .incompatible)
        #expect(error?.message.contains("another program's database") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: place.file)) == before)
    }

    @Test func aFileOfANewerVersion_isRefused_andLeftAsItWas() async throws {
        let place = try Place()
        defer { place.remove() }
        try await SQLiteJobStore(path: place.file).close()
        let newer = try DatabaseQueue(path: place.file)
        try await newer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 99") }
        try newer.close()
        let error = await refusal(place.file)
        #expect(error?.code == .incompatible)
        #expect(error?.message.contains("newer pooltop (version 99") == true)
    }

    @Test func whatIsNoDatabase_isRefused_andLeftAsItWas() async throws {
        let place = try Place()
        defer { place.remove() }
        let text = Data(repeating: 65, count: 5_000)
        try text.write(to: URL(fileURLWithPath: place.file))
        let error = await refusal(place.file)
        #expect(error?.code == .incompatible)
        #expect(try Data(contentsOf: URL(fileURLWithPath: place.file)) == text)
    }

    @Test func aDamagedFile_isRefused() async throws {
        let place = try Place()
        defer { place.remove() }
        let store = try await SQLiteJobStore(path: place.file)
        let jobs = (0..<500).map { NewJob(queue: "q", kind: "k", payload: Array("job \($0)".utf8)) }
        _ = try await store.enqueue(jobs, capacity: nil, now: now)
        try await store.close()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: place.file))
        for page in 4..<12 {
            try file.seek(toOffset: UInt64(page * 4_096))
            try file.write(contentsOf: Data(repeating: 0xA5, count: 4_096))
        }
        try file.close()
        let error = await refusal(place.file)
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("damaged") == true)
    }

    @Test func aTruncatedFile_isRefused() async throws {
        let place = try Place()
        defer { place.remove() }
        let store = try await SQLiteJobStore(path: place.file)
        let jobs = (0..<500).map { NewJob(queue: "q", kind: "k", payload: Array("job \($0)".utf8)) }
        _ = try await store.enqueue(jobs, capacity: nil, now: now)
        try await store.close()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: place.file))
        try file.truncate(atOffset: 10_000)
        try file.close()
        #expect(await refusal(place.file)?.code == .corrupt)
    }

    @Test func aFolder_andAPlaceThatIsNone_areRefusedWithWhatToDo() async throws {
        let place = try Place()
        defer { place.remove() }
        #expect(await refusal(place.folder)?.message.contains("is a folder") == true)
        #expect(await refusal("\(place.folder)/none/jobs.db")?.message.contains("make it first") == true)
    }

    @Test func anEmptyFile_becomesAStore() async throws {
        let place = try Place()
        defer { place.remove() }
        try Data().write(to: URL(fileURLWithPath: place.file))
        #expect(await refusal(place.file) == nil)
    }

    @Test func whenTheDiskIsFull_nothingIsKept_andItGoesOnOnceThereIsRoom() async throws {
        let place = try Place()
        defer { place.remove() }
        var options = SQLiteJobStore.Options()
        options.maxPages = 60
        let store = try await SQLiteJobStore(path: place.file, options: options)
        let small = NewJob(queue: "q", kind: "k", payload: [1])
        let large = NewJob(queue: "q", kind: "k", payload: [UInt8](repeating: 7, count: 400_000))
        _ = try await store.enqueue([small], capacity: nil, now: now)
        await #expect {
            try await store.enqueue([large], capacity: nil, now: now)
        } throws: { ($0 as? JobStoreError)?.code == .full }
        #expect(try await store.enqueue([small], capacity: nil, now: now) == [.added(JobID(rawValue: 2))])
        #expect(try await store.queues(now: now).first?.counters.queued == 2)
        try await store.close()
    }

    @Test func ofRequestsDoneTogether_theOneThatFailsFailsAlone() async throws {
        let place = try Place()
        defer { place.remove() }
        var options = SQLiteJobStore.Options()
        options.maxPages = 60
        let store = try await SQLiteJobStore(path: place.file, options: options)
        let now = now
        let failures = await withTaskGroup { group in
            for number in 0..<40 {
                let size = number == 20 ? 400_000 : 10
                group.addTask {
                    let job = NewJob(queue: "q", kind: "k", payload: [UInt8](repeating: 7, count: size))
                    return (try? await store.enqueue([job], capacity: nil, now: now)) == nil ? 1 : 0
                }
            }
            return await group.reduce(0, +)
        }
        #expect(failures == 1)
        #expect(try await store.queues(now: now).first?.counters.submitted == 39)
        try await store.close()
    }

    @Test func anotherProgramThatKeepsItLocked_isNamedAsTheReason() async throws {
        let place = try Place()
        defer { place.remove() }
        var options = SQLiteJobStore.Options()
        options.patience = 0.05
        let store = try await SQLiteJobStore(path: place.file, options: options)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: place.file, configuration: configuration)
        let now = now
        try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        await #expect {
            try await store.enqueue([NewJob(queue: "q", kind: "k", payload: [])], capacity: nil, now: now)
        } throws: { ($0 as? JobStoreError)?.code == .unavailable }
        try other.inDatabase { try $0.execute(sql: "ROLLBACK") }
        try other.close()
        #expect(
            try await store.enqueue([NewJob(queue: "q", kind: "k", payload: [])], capacity: nil, now: now)
                .count == 1)
        try await store.close()
    }

    @Test func twoStoresOfOneFile_shareItsJobs_andWakeEachOther() async throws {
        let place = try Place()
        defer { place.remove() }
        let (one, two) = (
            try await SQLiteJobStore(path: place.file), try await SQLiteJobStore(path: place.file)
        )
        var changes = two.changes().makeAsyncIterator()
        let jobs = (0..<200).map { _ in NewJob(queue: "q", kind: "k", payload: []) }
        _ = try await one.enqueue(jobs, capacity: nil, now: now)
        await changes.next()
        let now = now
        let claimed = try await withThrowingTaskGroup { group in
            for store in [one, two] {
                group.addTask {
                    let session = try await store.openSession("a", lease: .seconds(15), now: now)
                    var claimed: [JobID] = []
                    while true {
                        let batch = try await store.claim(session, from: .all, limit: 7, now: now)
                        guard !batch.isEmpty else { return claimed }
                        claimed += batch.map(\.lease.job)
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(claimed.count == 200)
        #expect(Set(claimed).count == 200)
        try await one.close()
        try await two.close()
    }

    @Test func theLogBesideTheFile_isGoneOnceItIsClosed() async throws {
        let place = try Place()
        defer { place.remove() }
        let store = try await SQLiteJobStore(path: place.file)
        _ = try await store.enqueue([NewJob(queue: "q", kind: "k", payload: [])], capacity: nil, now: now)
        try await store.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder) == ["jobs.db"])
    }
}
