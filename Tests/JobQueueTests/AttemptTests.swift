import Monitoring
import Testing
import WorkerPool

@testable import JobQueue

/// A failure that knows more.
private struct Knowing: JobFailure {
    var isPermanent = false
    var retryAfter: Duration?
    var failureType: String { "knowing" }
    var failureMessage: String { "known" }
}

private func once(_ kind: RawJobKind, _ options: EnqueueOptions = EnqueueOptions()) async throws -> (
    StoredJob, StoreTime
) {
    let bench = Bench(workers: 1, [kind])
    let id = try await bench.add(kind, options)
    _ = try await Claimer(core: bench.core).sweep()
    try await bench.settleAll()
    let job = try #require(await bench.store.job(id))
    await bench.queue.shutdown()
    return (job, bench.core.now)
}

@Test func attempt_thatFails_isTriedAgainAfterItsBackoff() async throws {
    let backoff = RetryPolicy(maxAttempts: 9, base: .seconds(4), jitter: false)
    let kind = RawJobKind("bad", maxAttempts: 3, backoff: backoff) { _, _ in throw Broken() }
    let (job, now) = try await once(kind)
    #expect(job.state == .scheduled)
    #expect(job.error == "Broken()")
    let bench = Bench(InMemoryJobStore(), workers: 1, [kind])
    let id = try await bench.add(kind)
    _ = try await Claimer(core: bench.core).sweep()
    try await bench.settleAll()
    #expect(try await Promoter(core: bench.core).sweep().next == now + .seconds(4))
    #expect(try await bench.state(id) == .scheduled)
    await bench.queue.shutdown()
}

@Test func attempt_thatIsTheLast_makesADeadLetter() async throws {
    let (job, _) = try await once(RawJobKind("bad", maxAttempts: 1) { _, _ in throw Broken() })
    #expect(job.state == .dead)
    #expect(job.attempts.map(\.outcome) == ["failed"])
}

@Test func attempt_thatFailsForGood_isNotTriedAgain() async throws {
    let kind = RawJobKind("bad", maxAttempts: 9) { _, _ in throw Knowing(isPermanent: true) }
    let (job, _) = try await once(kind)
    #expect(job.state == .dead)
    #expect(job.error == "known")
}

@Test func attempt_thatNamesItsDelay_isTriedAgainThen() async throws {
    let kind = RawJobKind("bad", maxAttempts: 9) { _, _ in throw Knowing(retryAfter: .seconds(77)) }
    let bench = Bench(workers: 1, [kind])
    _ = try await bench.add(kind)
    _ = try await Claimer(core: bench.core).sweep()
    try await bench.settleAll()
    #expect(try await Promoter(core: bench.core).sweep().next == bench.core.now + .seconds(77))
    await bench.queue.shutdown()
}

@Test func attempt_ofAnUnknownKind_waitsForAProcessThatKnowsIt() async throws {
    let stranger = RawJobKind("stranger", maxAttempts: 1) { payload, _ in payload }
    let bench = Bench(workers: 1, [Bench.echo])
    let id = try await bench.add(stranger)
    _ = try await Claimer(core: bench.core).sweep()
    try await bench.settleAll()
    let job = try #require(await bench.store.job(id))
    #expect(job.state == .scheduled)
    #expect(job.error?.contains("stranger") ?? false)
    await bench.queue.shutdown()
}

@Test func attempt_thatTakesTooLong_timesOut() async throws {
    let started = Gate()
    let slow = RawJobKind("slow", timeout: .seconds(5), maxAttempts: 1) { _, _ in
        let gate = Gate()
        started.open()
        await withTaskCancellationHandler {
            await gate.wait()
        } onCancel: {
            gate.open()
        }
        throw CancellationError()
    }
    let bench = Bench(workers: 1, [slow])
    let id = try await bench.add(slow)
    _ = try await Claimer(core: bench.core).sweep()
    await started.wait()
    try await until { bench.clock.sleeperCount > 0 }
    bench.clock.advance(by: .seconds(5))
    try await bench.settleAll()
    let job = try #require(await bench.store.job(id))
    #expect(job.state == .dead)
    #expect(job.attempts.map(\.outcome) == ["timed out"])
    #expect(job.error == "timed out after 5.0 seconds")
    #expect(try await bench.queue.queues().first?.counters.timedOut == 1)
    await bench.queue.shutdown()
}

@Test func typedKind_carriesPayloadAndResult() async throws {
    struct Sum: Codable, Sendable, Equatable { var numbers: [Int] }
    let kind = JobKind("sum") { (sum: Sum, context: DurableContext) in
        #expect(context.attempt == 1)
        return sum.numbers.reduce(0, +)
    }
    let bench = Bench(workers: 1, [kind.raw])
    let id = try await bench.queue.enqueue(kind, Sum(numbers: [1, 2, 39]))
    _ = try await Claimer(core: bench.core).sweep()
    try await bench.settleAll()
    let job = try #require(await bench.store.job(id))
    #expect(try kind.output(of: job) == 42)
    #expect(job.job.payload == Array(#"{"numbers":[1,2,39]}"#.utf8))
    await bench.queue.shutdown()
}

@Test func typedKind_withAPayloadOfAnotherType_diesAtOnce() async throws {
    let kind = JobKind("sum", maxAttempts: 5) { (number: Int, _: DurableContext) in number }
    let (job, _) = try await once(kind.raw)
    #expect(job.state == .dead)
    #expect(job.error?.hasPrefix("cannot decode Int") ?? false)
}

@Test func attempt_thatIsCancelled_hasNotTimedOut() async throws {
    let started = Gate()
    let slow = RawJobKind("slow", timeout: .seconds(5), maxAttempts: 3) { _, _ in
        let gate = Gate()
        started.open()
        await withTaskCancellationHandler {
            await gate.wait()
        } onCancel: {
            gate.open()
        }
        throw Broken()
    }
    let bench = Bench(workers: 1, [slow])
    let id = try await bench.add(slow)
    _ = try await Claimer(core: bench.core).sweep()
    await started.wait()
    #expect(try await bench.queue.cancel([id]) == [.signalled])
    try await bench.settleAll()
    let job = try #require(await bench.store.job(id))
    #expect(job.state == .cancelled)
    #expect(job.attempts.map(\.outcome) == ["cancelled"])
    #expect(try await bench.queue.queues().first?.counters.timedOut == 0)
    await bench.queue.shutdown()
}
