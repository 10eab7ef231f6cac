import GRDB
import JobQueue
import Monitoring
import Testing

@testable import SQLiteJobStore

/// What is asked all the time must not get slower with the number of jobs. A partial index is used only by a query that
/// says its condition word by word, which is lost easily.
@Test func noStatement_goesThroughAllJobs() throws {
    let statements = Statements()
    var configuration = Configuration()
    configuration.prepareDatabase { db in
        db.trace { if case .statement(let statement) = $0 { statements.all.insert(statement.sql) } }
    }
    try DatabaseQueue(configuration: configuration).write { db in
        try StoreSchema.migrate(db, path: "memory")
        statements.all = []
        try useEverything(of: db)
        let used = statements.all
        #expect(used.count > 25, "\(used)")
        for sql in used {
            let explained = try db.makeStatement(sql: "EXPLAIN QUERY PLAN \(sql)")
            explained.setUncheckedArguments(StatementArguments())
            for step in try Row.fetchAll(explained) {
                let step: String = step["detail"]
                #expect(!step.hasPrefix("SCAN jobs"), "\(step) in \(sql)")
            }
        }
    }
}

private final class Statements: @unchecked Sendable {
    var all: Set<String> = []
}

/// Does all that duties, workers and operators do.
private func useEverything(of db: Database) throws {
    let transaction = StoreTransaction()
    var now = StoreTime(milliseconds: 1_700_000_000_000)
    func later() { now = now + .seconds(100) }
    try transaction.begin(db)
    var keyed = NewJob(queue: "mail", kind: "letter", payload: [1])
    keyed.key = "one"
    var delayed = NewJob(queue: "mail", kind: "letter", payload: [2])
    delayed.due = now + .milliseconds(1)
    delayed.deadline = now + .seconds(200)
    let plain = NewJob(queue: "mail", kind: "letter", payload: [3])
    _ = try transaction.enqueue(
        [keyed, delayed] + Array(repeating: plain, count: 8), capacity: 100, now: now)
    _ = try transaction.enqueue([keyed], capacity: 100, now: now)
    let session = try transaction.openSession("a", lease: .seconds(15), now: now)
    let claimed = try transaction.claim(session, from: .all, limit: 8, now: now)
    try #require(claimed.count == 8)
    try transaction.report([claimed[0].lease: JobProgress(fraction: 0.5, note: "half")])
    _ = try transaction.heartbeat(session, lease: .seconds(15), now: now)
    _ = try transaction.cancel(claimed.prefix(1).map(\.lease.job) + [JobID(10)], by: "test", now: now)
    let ends: [Settlement.Outcome] = [.succeed, .succeed, .die, .retry(at: now)]
    _ = try transaction.settle(
        zip(claimed, ends).map { Settlement($0.lease, $1, error: "broken") }, now: now)
    later()
    _ = try transaction.promote(limit: 10, now: now)
    _ = try transaction.rescue(allowed: 1, lease: .seconds(15), limit: 10, now: now)
    let second = try transaction.openSession("b", lease: .seconds(15), now: now)
    _ = try transaction.claim(second, from: .queues(["mail"]), limit: 2, now: now)
    try transaction.closeSession(second, now: now)
    for queue in [nil, "mail"] {
        for state in JobState.allCases where state.isFinal {
            _ = try transaction.retry(.all(state, queue: queue, limit: 10), now: now)
            _ = try transaction.retry(.all(state, queue: queue, limit: 10, endedBy: now), now: now)
        }
        _ = try transaction.delete(.all(.queued, queue: queue, limit: 1))
    }
    later()
    _ = try transaction.clean(Retention(), limit: 10, now: now)
    try transaction.configure("mail", QueueSettings())
    try transaction.finish()
    // Those which hardly any job is in; others are found by looking through all, page by page.
    for state in [JobState.scheduled, .running, .dead, .cancelled] {
        var query = StoreQuery()
        query.states = [state]
        _ = try StoreReader.jobs(query, db)
    }
    _ = try StoreReader.job(JobID(1), db)
    _ = try StoreReader.queues(db, now: now)
}
