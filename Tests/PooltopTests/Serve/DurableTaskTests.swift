import Control
import JobQueue
import Monitoring
import Testing

@testable import pooltop

struct DurableTaskTests {
    @Test func whatIsDoneToTasks_standsInTheLog_withWhoDidIt() async throws {
        let file = try ConfigurationFile.parse(
            "{ store: a.db, kinds: { wait: { command: [sleep, 9] } } }", path: "pool.yaml", environment: [:])
        let kind = RawJobKind("wait") { _, _ in nil }
        let queue = JobQueue(InMemoryJobStore(), kinds: [kind], JobQueueConfiguration(workers: 1))
        let tasks = DurableTasks(
            queue, kinds: try ServeConfiguration(file).kinds, jobKinds: [kind], retention: Retention())
        let task = try await tasks.submit(TaskRequest(kind: "wait"), by: "ann")
        let cancelled = try await tasks.cancel(task.id, by: "bob")
        #expect(cancelled.state == .cancelled)
        await #expect(throws: TaskRefusal.self) { try await tasks.cancel(task.id, by: "bob") }
        await #expect(throws: TaskRefusal.self) { try await tasks.cancel("7", by: "bob") }
        #expect(try await tasks.retry(task.id, by: "cyd").state == .pending)
        _ = try await tasks.cancel(task.id, by: "dan")
        try await tasks.forget(task.id, by: "eve")
        var change = QueueChange()
        change.isPaused = true
        change.concurrency = .to(3)
        change.rate = .to(20)
        let paused = try await tasks.change("wait", change, by: "fay")
        #expect(paused.paused?.by == "fay" && paused.concurrency == 3)
        change.isPaused = false
        change.concurrency = nil
        change.rate = .unlimited
        let open = try await tasks.change("wait", change, by: "gil")
        #expect(open.paused == nil && open.concurrency == 3)
        for _ in 1...2 {
            let other = try await tasks.submit(TaskRequest(kind: "wait"), by: "ann")
            _ = try await tasks.cancel(other.id, by: "hal")
        }
        #expect(try await tasks.retryAll(TaskQuery(), perSecond: nil, by: "ida") == 2)
        #expect(try await tasks.retryAll(TaskQuery(), perSecond: nil, by: "ida") == 0)
        let events = try await JobQueueSource(queue).events(after: 0, limit: 100).events
        #expect(
            events.filter { $0.kind == .operated || $0.kind == .cancelled }.map(\.message) == [
                "bob: 1 cancelled", "cyd: 1 job queued anew", "dan: 1 cancelled", "eve: 1 job deleted",
                "fay: queue wait limited to 3 at once, 20 a second", "fay: queue wait paused",
                "gil: queue wait limited to 3 at once, any number a second", "gil: queue wait resumed",
                "hal: 1 cancelled", "hal: 1 cancelled", "ida: 2 jobs queued anew",
            ])
        for rate in [QueueChange.rates.lowerBound, QueueChange.rates.upperBound] {
            #expect(try await tasks.retryAll(TaskQuery(), perSecond: rate, by: "jan") == 0)
        }
        tasks.close()
    }
}
