import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

extension ModelRun {
    /// Ends the pool in one of its ways, and compares what is left.
    func finish() async {
        openEverything()
        await settle()
        if chance(50) { await drain() } else { await shutDown() }
        guard !hasFailed else { return }
        for tag in reference.zombies { end(tag, .well) }
        await until("the jobs given up have ended") { pool.liveTasks == 0 }
        await compareResults()
    }

    private func openEverything() {
        tell("open everything")
        if reference.isIntakePaused { reference.isIntakePaused = false }
        if reference.isDispatchPaused { reference.isDispatchPaused = false }
        reference.thaw()
        reference.resize(to: max(reference.target, 1))
        pool.resumeIntake()
        pool.resumeDispatch()
        pool.thaw()
        pool.resize(to: reference.target)
    }

    private func drain() async {
        tell("drain")
        reference.close()
        let report = Task { [pool] in await pool.drain() }
        await until("it drains") { pool.snapshot().state != .running }
        while !hasFailed, reference.counters.unfinished > 0 {
            await settle()
            for tag in theatre.onStage.sorted() { end(tag, .well) }
            await settle()
            pass(.seconds(1))
        }
        guard !hasFailed else { return }
        let counters = await report.value.counters
        if counters != reference.counters { complain("\(counters)\n  instead of \(reference.counters)") }
        if await !report.value.isComplete { complain("the drain was not complete") }
    }

    private func shutDown() async {
        tell("shut down")
        reference.close()
        reference.retriesFailures = false
        let neverRan = reference.waiting.filter { reference.jobs[$0]?.runs == 0 }.compactMap {
            reference.jobs[$0]?.id
        }
        for tag in reference.jobs.keys { _ = reference.cancel(tag) }
        let taken = Task { [pool] in await pool.shutdownNow() }
        await until("it stops") { pool.snapshot().state != .running }
        while !hasFailed, !reference.running.isEmpty || !reference.inline.isEmpty {
            for tag in reference.running + reference.inline where theatre.onStage.contains(tag) {
                end(tag, chance(50) ? .well : .failed)
            }
            absorb()
            await Task.yield()
        }
        let ids = await taken.value.map(\.id.rawValue)
        if ids.sorted() != neverRan.sorted() { complain("\(ids) never ran, and should be \(neverRan)") }
        absorb()
        if pool.counters != reference.counters {
            complain("\(pool.counters)\n  instead of \(reference.counters)")
        }
    }

    /// What handles and records say must be what the reference says.
    private func compareResults() async {
        let snapshot = pool.snapshot()
        if snapshot.state != .stopped || snapshot.workers.live > 0 || !snapshot.counters.isBalanced {
            complain("it has not stopped: \(snapshot)")
        }
        for (tag, producer) in handles {
            guard let handle = await producers[producer]?.value, let job = reference.jobs[tag] else {
                continue
            }
            let outcome = await outcome(of: handle)
            if outcome != job.phase {
                complain("the handle of job \(tag) says \(outcome), and it is \(job.phase)")
            }
        }
        let ended = pool.telemetry.withLock { $0.ended.all() }
        if Set(ended.map(\.id)).count != ended.count { complain("a job has ended twice") }
        for record in ended {
            guard let job = reference.jobs.values.first(where: { $0.id == record.id.rawValue }) else {
                complain("\(record.id) has ended and is unknown")
                continue
            }
            if record.phase.load(ordering: .acquiring) != job.phase.final {
                complain("\(record.id) is not \(job.phase)")
            }
        }
        let left = pool.state.withLock {
            $0.handed + $0.taken + $0.inline.count + $0.waiting.count + $0.quietWaiters.count
        }
        if left > 0 || pool.timers.count > 0 { complain("something is left: \(left), \(pool.timers.count)") }
    }

    private func outcome(of handle: JobHandle<Void>) async -> Reference.Phase {
        do {
            try await handle.value
            return .succeeded
        } catch is CancellationError {
            return .cancelled
        } catch {
            return (error as? PoolError)?.code == .dropped ? .dropped : .failed
        }
    }
}

extension Reference.Phase {
    fileprivate var final: JobRecord.Phase? {
        switch self {
        case .waiting, .scheduled, .running, .inline: nil
        case .succeeded: .succeeded
        case .failed: .failed
        case .cancelled: .cancelled
        case .dropped: .dropped
        }
    }
}
