import Monitoring
import Synchronization

extension PoolMachine {
    /// What a worker does next.
    struct Claim {
        enum Next {
            /// Run the jobs in the front batch.
            case run(count: Int)
            /// Run the one job in the front batch, which has been moved to `running` already.
            case runStarted
            /// There is nothing to do: park.
            case park
            /// Leave.
            case leave
        }

        var next: Next
        /// Another worker to be woken.
        var wake: Wake?
        /// Submits that are through.
        var through: [ProducerWaiter] = []
        /// Those who waited for quiet.
        var quiet: [QuietWaiter] = []
    }

    /// Below this average, a worker takes several jobs at once: their wait for one another is not felt.
    private static let shortJob: UInt64 = 20_000

    /// Gives a worker its next jobs.
    ///
    /// It takes several where the queue is deep and its jobs are short, so that
    /// the lock is taken once for all of them; otherwise one.
    mutating func claim(_ slot: WorkerSlot, now: UInt64) -> Claim {
        if slot.isWoken {
            slot.isWoken = false
            isWaking = false
        }
        handed -= slot.handed
        slot.handed = 0
        slot.turnBatch()
        if slot.isAbandoned { return Claim(next: .leave) }
        if slot.isRetiring { return leave(slot, now: now) }
        guard isDispatching else { return Claim(next: .park) }

        let wanted = slot.averageRun < PoolMachine.shortJob
            ? min(max(queue.count / (2 * max(slots.count - parked.count, 1)), 1), WorkerSlot.batchLimit) : 1
        let batch = slot.batch
        var count = 0
        var next = Claim.Next.park
        while count < wanted, let record = queue.popFirst() {
            if record.phase.load(ordering: .relaxed) == .requeued {
                // Such a job is started here, under the lock, and alone.
                if count > 0 {
                    queue.prepend([record])
                    break
                }
                guard record.move(from: .requeued, to: .running) else { continue }
                next = .runStarted
            }
            record.holder = slot.id.rawValue
            batch[count] = record
            count += 1
            if case .runStarted = next { break }
        }
        if count == 0, handed > 0, let stolen = steal(for: slot) {
            batch[0] = stolen
            count = 1
            next = .runStarted
        }
        slot.batchCount = count
        guard count > 0 else { return Claim(next: .park) }
        if case .park = next { next = .run(count: count) }
        slot.handed = count - 1
        handed += count - 1
        depthMarks.shallowed(to: occupied, now: now)
        let through = waiting.isEmpty ? [] : moveUp(now: now)
        return Claim(next: next, wake: wakeOne(), through: through)
    }

    /// Takes the last job of another worker's batch that has not been started, so that no job waits behind a
    /// long one while a worker is idle.
    private mutating func steal(for thief: WorkerSlot) -> JobRecord? {
        for slot in slots where slot.handed > 0 {
            for place in stride(from: slot.batchCount - 1, through: 0, by: -1) {
                guard let record = slot.batch[place], record.holder == slot.id.rawValue,
                    record.move(from: .queued, to: .running)
                else { continue }
                record.holder = thief.id.rawValue
                slot.handed = max(slot.handed - 1, 0)
                handed -= 1
                return record
            }
            handed -= slot.handed
            slot.handed = 0
        }
        return nil
    }

    /// Parks a worker, unless there is something to do after all: then it is to look again at once.
    mutating func park(_ slot: WorkerSlot, _ continuation: Wake) -> (stays: Bool, quiet: [QuietWaiter]) {
        if slot.isRetiring || slot.isAbandoned || (isDispatching && (queue.count > 0 || handed > 0)) {
            return (false, [])
        }
        slot.parked = continuation
        parked.append(slot)
        return (true, takeQuiet())
    }

    /// Takes back the jobs that workers hold and have not started, so that none of them starts.
    mutating func recallBatches() {
        guard handed > 0 else { return }
        var recalled: [JobRecord] = []
        for slot in slots where slot.handed > 0 {
            for place in 0..<slot.batchCount {
                guard let record = slot.batch[place], record.move(from: .queued, to: .requeued) else { continue }
                record.holder = -1
                recalled.append(record)
            }
            slot.handed = 0
        }
        handed = 0
        queue.prepend(recalled.sorted { $0.id < $1.id })
    }

    // MARK: Quiet

    /// Whether no worker and no producer runs a job.
    private var nothingRuns: Bool { inline == 0 && parked.count == slots.count }

    /// Whether nothing is left to do.
    var nothingIsLeft: Bool { nothingRuns && queue.count == 0 && scheduled.isEmpty && taken == 0 }

    /// Those who waited for what is now the case.
    mutating func takeQuiet() -> [QuietWaiter] {
        guard !quietWaiters.isEmpty, nothingRuns else { return [] }
        let isEmpty = nothingIsLeft
        let content = quietWaiters.filter { isEmpty || $0.condition == .nothingRuns }
        quietWaiters.removeAll { isEmpty || $0.condition == .nothingRuns }
        return content
    }

    /// The waiter of that number, where it still waits: it gave up.
    mutating func takeQuietWaiter(_ id: UInt64) -> [QuietWaiter] {
        guard let place = quietWaiters.firstIndex(where: { $0.id == id }) else { return [] }
        return [quietWaiters.remove(at: place)]
    }
}
