import Glibc
import JobQueue
import Monitoring
import SQLiteJobStore
import Synchronization
import WorkerPool

/// A process that works on a store and may end itself with `kill -9` at a step of the protocol.
///
///     CrashWorker FOLDER ENQUEUES STEP NUMBER
///
/// It keeps that many jobs first, each under a key of its own, and notes in `FOLDER/kept` each one that was
/// acknowledged. Then it runs jobs until none is left. Each run of a job is noted in `FOLDER/runs`. At the NUMBERth
/// time that it comes to STEP it ends itself; with a STEP of `none` it does not, with `stop` it stops itself for longer
/// than its lease at the NUMBERth start of a job. Where it was kept from its heartbeat for longer than its lease, as on a
/// machine that has too much to do, it notes that in `FOLDER/lapses`.
@main
struct CrashWorker {
    private static let lease = Duration.seconds(1)

    static func main() async throws {
        do {
            try await work()
        } catch let error as JobStoreError where error.code == .unavailable {
            // Somebody was stopped in the middle of a transaction, and holds the file: nothing can be done meanwhile.
            exit(75)
        }
    }

    private static func work() async throws {
        let arguments = CommandLine.arguments
        let (folder, step, number) = (arguments[1], arguments[3], Int(arguments[4]) ?? 1)
        let store = try await SQLiteJobStore(path: "\(folder)/jobs.db")
        let kinds = [kind(folder)]
        let queue = JobQueue(store, kinds: kinds, configuration(step, number, folder))
        for job in 0..<(Int(arguments[2]) ?? 0) {
            var options = EnqueueOptions(priority: job % 3 - 1, key: "\(getpid())-\(job)")
            if job % 4 == 3 { options.delay = .milliseconds(150) }
            let id = try await queue.enqueue(kinds[0], [UInt8(job % 5)], options)
            note("\(id.rawValue)", in: "\(folder)/kept")
        }
        let running = Task { try await queue.run() }
        while try await queue.queues().contains(where: { $0.counters.unfinished > 0 }) {
            try await Task.sleep(for: .milliseconds(20))
        }
        await queue.shutdown()
        try await running.value
        try await store.close()
    }

    /// Jobs whose payload is 2 fail at their first attempt.
    private static func kind(_ folder: String) -> RawJobKind {
        RawJobKind("job", maxAttempts: 50, backoff: RetryPolicy(maxAttempts: 50, base: .milliseconds(10))) {
            payload, context in
            note("\(context.id.rawValue)", in: "\(folder)/runs")
            if payload == [2], context.attempt == 1 { throw FirstAttempt() }
            try await Task.sleep(for: .milliseconds(5))
            return nil
        }
    }

    private static func configuration(_ step: String, _ number: Int, _ folder: String)
        -> JobQueueConfiguration
    {
        var configuration = JobQueueConfiguration(workers: 2)
        configuration.lease = CrashWorker.lease
        configuration.heartbeat = .milliseconds(100)
        configuration.rescueInterval = .milliseconds(100)
        configuration.poll = .milliseconds(50)
        configuration.cleanInterval = .milliseconds(100)
        configuration.allowedRescues = 100
        configuration.prefetch = 2
        let count = Atomic(0)
        let isStop = step == "stop"
        let lastBeat = Mutex(ContinuousClock.now)
        configuration.onStep = { point in
            lastBeat.withLock { lastBeat in
                let isLate = lastBeat.duration(to: .now) >= CrashWorker.lease
                if isLate { note("\(point)", in: "\(folder)/lapses") }
                if isLate || point == .beforeHeartbeat { lastBeat = .now }
            }
            guard point.rawValue == (isStop ? "started" : step) else { return }
            guard count.add(1, ordering: .relaxed).newValue == number else { return }
            kill(getpid(), isStop ? SIGSTOP : SIGKILL)
        }
        return configuration
    }

    /// One line in one write, so that lines of several processes never mix.
    private static func note(_ line: String, in path: String) {
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
        let bytes = Array("\(line)\n".utf8)
        _ = write(file, bytes, bytes.count)
        close(file)
    }
}

private struct FirstAttempt: Error {}
