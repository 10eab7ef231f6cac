import Glibc
import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

@Suite struct DedicatedThreadTests {
    private func configuration(workers: Int) -> PoolConfiguration {
        var configuration = PoolConfiguration(workers: workers, capacity: nil)
        configuration.executor = .dedicatedThreads
        return configuration
    }

    /// Were they to block cooperative threads, of which there are as many as processors, nobody could release them.
    @Test func sixtyFourBlockedWorkers_leaveTheProgramAlone() async throws {
        let pool = Pool(configuration(workers: 64))
        let gate = ThreadGate()
        for _ in 0..<64 { try await pool.submit { _ in gate.block() } }
        await until("all are blocked") { gate.blocked == 64 }
        let answer = await Task.detached { await Task.detached { 42 }.value }.value
        #expect(answer == 42)
        gate.open()
        await pool.drain()
        #expect(pool.counters.succeeded == 64)
    }

    @Test func whileSixtyFourWorkersSleep_theRestAnswersInMilliseconds() async throws {
        let pool = Pool(configuration(workers: 64))
        let isOver = Atomic(false)
        for _ in 0..<64 {
            try await pool.submit { _ in while !isOver.load(ordering: .relaxed) { usleep(20_000) } }
        }
        await until("all sleep") { pool.snapshot().workers.busy == 64 }
        var answers: [Duration] = []
        for _ in 0..<100 {
            let start = ContinuousClock.now
            await Task.detached {}.value
            answers.append(start.duration(to: .now))
        }
        #expect(pool.snapshot().workers.busy == 64)
        // Microseconds on a quiet machine; hundreds of other tests run beside this one. A program whose threads slept
        // would not answer at all.
        #if !THREAD_SANITIZER
            #expect(answers.sorted()[25] < .milliseconds(500))
        #endif
        isOver.store(true, ordering: .relaxed)
        await pool.drain()
    }

    @Test func everyWorker_hasAThreadOfItsOwn_alsoAfterASuspension() async throws {
        let pool = Pool(configuration(workers: 2))
        let threads = Journal<(WorkerID, UInt)>()
        for _ in 0..<50 {
            try await pool.submit { context in
                threads.note((context.worker, UInt(pthread_self())))
                await Task.yield()
                threads.note((context.worker, UInt(pthread_self())))
            }
        }
        await pool.drain()
        let byWorker = Dictionary(grouping: threads.lines) { $0.0 }.mapValues { Set($0.map(\.1)) }
        for ids in byWorker.values { #expect(ids.count == 1) }
        #expect(Set(byWorker.values.flatMap { $0 }).count == byWorker.count)
    }

    @Test func cancelledAndRetiredWorkers_leaveNoThread() async throws {
        let pool = Pool(configuration(workers: 8))
        let (_, id) = try await pool.holdUntilCancelled()
        pool.cancel(id)
        await pool.quiet()
        pool.resize(to: 1)
        await pool.drain()
        #expect(pool.liveTasks == 0)
        #expect(pool.counters.cancelled == 1)
    }
}

extension Pool {
    /// Submits a job that ends when it is cancelled, and waits until it runs.
    fileprivate func holdUntilCancelled() async throws -> (Signal, JobID) {
        let started = Signal()
        let id = try await submit { _ in
            started.fire()
            try await cancellation()
        }
        await started.wait()
        return (started, id)
    }
}
