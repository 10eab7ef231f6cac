public import Monitoring
import WorkerPool

extension JobQueueSource {
    /// Carries a command out, or refuses it with a receipt that says why.
    public func perform(_ command: OperatorCommand, by operator: String) async throws -> Receipt {
        switch command {
        case .resize, .adjust, .adapt:
            let receipt = await core.pool.perform(command, by: `operator`)
            core.setWorkers(core.pool.snapshot().workers.target)
            return receipt
        case .pauseDispatch, .resumeDispatch:
            core.setPaused(command == .pauseDispatch)
            return await core.pool.perform(command, by: `operator`)
        case .freeze, .thaw: return await core.pool.perform(command, by: `operator`)
        case .pauseIntake:
            queue.pauseIntake(by: `operator`)
            return done(`operator`, mark: "intake paused", "intake paused")
        case .resumeIntake:
            queue.pauseIntake(by: nil)
            return done(`operator`, mark: "intake open", "intake open")
        case .cancel(let ids): return try await cancel(ids, by: `operator`)
        case .cancelAll: return try await cancelAll(by: `operator`)
        case .abandon(let worker): return try await abandon(worker, by: `operator`)
        case .retry(let ids):
            return counted(
                try await queue.retry(.jobs(ids)), of: ids.count, "retry", "queued anew", `operator`)
        case .retryDead(let name):
            return try await retry(all: [.dead], of: name, by: `operator`)
        case .delete(let ids):
            return counted(try await queue.delete(.jobs(ids)), of: ids.count, "delete", "deleted", `operator`)
        case .pauseQueue(let name):
            try await queue.pause(name, by: `operator`)
            return paused(name, true, `operator`)
        case .resumeQueue(let name):
            try await queue.pause(name, by: nil)
            return paused(name, false, `operator`)
        case .drain:
            // Ends with the queue.
            Task.detached { [queue] in await queue.drain() }
            return done(`operator`, mark: "drain", "draining")
        }
    }

    /// Queues all jobs anew that have ended in these states by now, of one queue or of all; with a rate no more a second, which
    /// is told when it begins, too.
    package func retry(
        all states: [JobState], of name: String?, perSecond rate: Double? = nil, by operator: String
    ) async throws -> Receipt {
        if let rate {
            let jobs = name.map { "jobs of queue \($0)" } ?? "jobs"
            _ = done(
                `operator`, mark: "retry \(number(rate))/s",
                "\(jobs) are queued anew, \(number(rate)) a second")
        }
        var count = 0
        for state in states where !Task.isCancelled {
            count += try await queue.retry(all: state, of: name, perSecond: rate ?? .infinity)
        }
        return counted(count, of: count, "retry", "queued anew", `operator`)
    }

    /// Sets how a queue is run, all of it at once.
    package func configure(
        _ name: String, from old: QueueSettings, to new: QueueSettings, by operator: String
    ) async throws {
        guard new != old else { return }
        try await queue.configure(name, new)
        if (new.concurrency, new.rate) != (old.concurrency, old.rate) {
            let concurrency = new.concurrency.map { "\($0) at once" } ?? "any number at once"
            let rate = new.rate.map(number) ?? "any number"
            _ = done(
                `operator`, mark: "limits \(name)",
                "queue \(name) limited to \(concurrency), \(rate) a second")
        }
        if new.paused != old.paused { _ = paused(name, new.paused != nil, `operator`) }
    }

    /// Without a decimal point where nothing is behind it.
    private func number(_ rate: Double) -> String {
        let text = "\(rate)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private func paused(_ name: String, _ isPaused: Bool, _ operator: String) -> Receipt {
        done(
            `operator`, mark: "\(isPaused ? "pause" : "resume") \(name)",
            "queue \(name) \(isPaused ? "paused" : "resumed")")
    }

    private func done(_ operator: String, affected: Int = 0, mark: String, _ message: String) -> Receipt {
        let receipt = Receipt(
            id: core.pool.nextReceipt(), phase: .done, affected: affected, message: message)
        core.pool.announce(mark: mark, receipt: receipt, "\(`operator`): \(message)")
        return receipt
    }

    private func counted(_ count: Int, of asked: Int, _ mark: String, _ what: String, _ operator: String)
        -> Receipt
    {
        guard count > 0 else {
            let reason =
                mark == "retry" ? "none has ended, or their keys are taken" : "none that does not run"
            return Receipt(
                id: core.pool.nextReceipt(), phase: .refused, message: "cannot \(mark): \(reason)")
        }
        let jobs = asked == 1 ? "job" : "jobs"
        let message = count == asked ? "\(count) \(jobs) \(what)" : "\(count) of \(asked) \(jobs) \(what)"
        return done(`operator`, affected: count, mark: "\(mark) \(count)", message)
    }

    private func cancel(_ ids: [JobID], by operator: String) async throws -> Receipt {
        let outcomes = try await queue.cancel(ids, by: `operator`)
        return cancelled(
            outcomes.count { $0 == .cancelled },
            told: zip(ids, outcomes).filter { $1 == .signalled }.map(\.0),
            ids.count == 1 ? ids[0] : nil, `operator`)
    }

    private func cancelled(_ ended: Int, told: [JobID], _ job: JobID?, _ operator: String) -> Receipt {
        let id = core.pool.nextReceipt()
        let affected = ended + told.count
        guard affected > 0 else {
            return Receipt(id: id, phase: .refused, message: "none of the jobs is alive")
        }
        let parts = [
            ended > 0 ? "\(ended) cancelled" : nil,
            told.isEmpty ? nil : "\(told.count) running told to stop",
        ]
        let receipt = Receipt(
            id: id, phase: told.isEmpty ? .done : .signalled, affected: affected,
            message: parts.compactMap { $0 }.joined(separator: ", "))
        core.pool.announce(
            job: job, mark: "cancel \(affected)", receipt: receipt, "\(`operator`): \(receipt.message)")
        if !told.isEmpty { follow(told, receipt, job, `operator`) }
        return receipt
    }

    /// How long a cancel's receipt waits for the last of its jobs.
    private static let patience: UInt64 = 600_000_000_000

    /// Tells once the last of the running jobs has stopped. The task ends with them or with the queue, at the latest when its
    /// patience is over.
    private func follow(_ jobs: [JobID], _ receipt: Receipt, _ job: JobID?, _ operator: String) {
        Task.detached { [queue, core] in
            let end = core.clock.now() + Self.patience
            var cancelled = receipt.affected - jobs.count
            for job in jobs {
                var state: JobState? = .running
                while state?.isFinal == false {
                    guard !queue.isEnding, core.clock.now() < end else { return }
                    guard let now = try? await queue.wait(for: job, timeout: .seconds(1)) else { break }
                    state = now.state
                }
                if state == .cancelled { cancelled += 1 }
            }
            let others = receipt.affected - cancelled
            var stopped = receipt
            stopped.phase = .done
            stopped.message =
                others == 0 ? "\(cancelled) cancelled" : "\(cancelled) cancelled, \(others) had ended"
            core.pool.announce(
                job: job, receipt: stopped, "\(`operator`): \(stopped.message)")
        }
    }

    /// Cancels all that have not ended now, page by page.
    private func cancelAll(by operator: String) async throws -> Receipt {
        var ended = 0
        var told: [JobID] = []
        var query = StoreQuery()
        query.states = [.scheduled, .queued, .running]
        query.limit = StoreQuery.maxLimit
        repeat {
            let page = try await queue.jobs(query)
            let ids = page.jobs.map(\.id)
            let outcomes = try await queue.cancel(ids, by: `operator`)
            ended += outcomes.count { $0 == .cancelled }
            told += zip(ids, outcomes).filter { $1 == .signalled }.map(\.0)
            query.after = page.next
        } while query.after != nil
        return cancelled(ended, told: told, nil, `operator`)
    }

    /// Gives a worker's job up; the store takes it for cancelled.
    private func abandon(_ worker: WorkerID, by operator: String) async throws -> Receipt {
        let job = core.pool.snapshot().workers.each.first { $0.id == worker }?.job
        let claim = job.flatMap { core.table.claim(of: $0.id) }
        let receipt = core.pool.abandon(worker, by: `operator`)
        if receipt.phase == .done, let claim { core.giveUp(claim) }
        return receipt
    }
}
