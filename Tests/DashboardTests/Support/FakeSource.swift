import Monitoring
import Synchronization

@testable import Dashboard

/// A pool that says what it is told to say, and notes what it is asked.
final class FakeSource: MonitorSource {
    struct Content {
        var snapshot: PoolSnapshot
        var error: Unreachable?
        var commands: [OperatorCommand] = []
        var operators: Set<String> = []
        var looks = 0
        var questions: [JobQuery] = []
        var watchers: [(looks: Int, seen: CheckedContinuation<Void, Never>)] = []
    }

    struct Unreachable: Error, CustomStringConvertible { var description: String }

    private let content: Locked<Content>

    init(_ snapshot: PoolSnapshot) { content = Locked(Content(snapshot: snapshot)) }

    /// What was said and asked so far.
    var now: Content { content.withLock { $0 } }

    func change(_ body: (inout Content) -> Void) { content.withLock { body(&$0) } }

    private func answer<Value>(_ body: (inout Content) -> Value) throws -> Value {
        try content.withLock { content in
            if let error = content.error { throw error }
            return body(&content)
        }
    }

    func snapshot() async throws -> PoolSnapshot {
        let (snapshot, seen) = try answer { content in
            content.looks += 1
            let looks = content.looks
            let seen = content.watchers.filter { $0.looks <= looks }.map(\.seen)
            content.watchers.removeAll { $0.looks <= looks }
            return (content.snapshot, seen)
        }
        for watcher in seen { watcher.resume() }
        return snapshot
    }

    /// Waits until it was looked at so many times.
    func looked(_ looks: Int) async {
        await withCheckedContinuation { continuation in
            let isDone = content.withLock { content in
                if content.looks >= looks { return true }
                content.watchers.append((looks, continuation))
                return false
            }
            if isDone { continuation.resume() }
        }
    }

    func jobs(_ query: JobQuery) async throws -> JobPage {
        try answer { content in
            content.questions.append(query)
            let jobs = Scenes.jobs(at: content.snapshot.time)
            return JobPage(jobs: Array(jobs.dropFirst(query.offset).prefix(query.limit)), total: jobs.count)
        }
    }

    func job(_ id: JobID) async throws -> JobDetail? {
        try answer { _ in
            var detail = Scenes.detail()
            detail.summary.id = id
            return detail
        }
    }

    func failures(limit: Int) async throws -> [Failure] {
        try answer { Scenes.failures(9, at: $0.snapshot.time) }
    }

    func events(after id: UInt64, limit: Int) async throws -> EventPage {
        try answer {
            EventPage(events: Scenes.events(at: $0.snapshot.time).events.filter { $0.id > id }, skipped: 0)
        }
    }

    func perform(_ command: OperatorCommand, by operator: String) async throws -> Receipt {
        try answer { content in
            content.commands.append(command)
            content.operators.insert(`operator`)
            if case .adjust(let difference) = command { content.snapshot.workers.target += difference }
            return Receipt(
                id: UInt64(content.commands.count), phase: .done, message: "done: \(content.commands.count)")
        }
    }
}

/// A source that does not answer until it is let go.
final class SilentSource: MonitorSource {
    private let base = FakeSource(Scenes.busy())
    private let waiters = Locked<(isOpen: Bool, all: [CheckedContinuation<Void, Never>])>((false, []))

    /// Answers from now on.
    func letGo() {
        let all = waiters.withLock { waiters in
            waiters.isOpen = true
            defer { waiters.all = [] }
            return waiters.all
        }
        for waiter in all { waiter.resume() }
    }

    private func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = waiters.withLock { waiters in
                if !waiters.isOpen { waiters.all.append(continuation) }
                return waiters.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func snapshot() async throws -> PoolSnapshot {
        await wait()
        return try await base.snapshot()
    }

    func jobs(_ query: JobQuery) async throws -> JobPage {
        await wait()
        return try await base.jobs(query)
    }

    func job(_ id: JobID) async throws -> JobDetail? {
        await wait()
        return try await base.job(id)
    }

    func failures(limit: Int) async throws -> [Failure] {
        await wait()
        return try await base.failures(limit: limit)
    }

    func events(after id: UInt64, limit: Int) async throws -> EventPage {
        await wait()
        return try await base.events(after: id, limit: limit)
    }

    func perform(_ command: OperatorCommand, by operator: String) async throws -> Receipt {
        await wait()
        return try await base.perform(command, by: `operator`)
    }
}
