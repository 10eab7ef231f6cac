import Monitoring
import TerminalUI

/// The durable queues, and what is done to them and to their jobs.
extension CockpitState {
    /// The queue under the cursor, as it is now.
    var queueInFront: QueueSnapshot? {
        guard tab == .queues, let name = queues.cursor else { return nil }
        return pool.snapshot?.queues?.first { $0.name == name }
    }

    mutating func refreshQueues(now: UnixTime) {
        let all = shown.snapshot?.queues ?? []
        let kept = all.filter { queues.filter.keeps([$0.name]) }
        queues.update(kept.map(\.name).sorted(), total: all.count, now: now)
        if tab == .queues { queues.enter() }
    }

    /// Shows the jobs of the queue under the cursor.
    mutating func openQueue(now: UnixTime) -> [Effect] {
        guard let queue = queueInFront else { return lostItem(now: now) }
        _ = show(.jobs, now: now)
        _ = setFilter(.none, now: now)
        return showJobs(nil, of: queue.name)
    }

    /// Pauses or resumes the queue under the cursor.
    mutating func pauseQueue(now: UnixTime) -> [Effect] {
        guard let queue = queueInFront else { return noQueue(now: now) }
        return queue.paused == nil
            ? perform(.pauseQueue(queue.name), "Pausing queue \(queue.name)", now: now)
            : perform(.resumeQueue(queue.name), "Resuming queue \(queue.name)", now: now)
    }

    /// Asks whether all dead letters of the queue under the cursor are to run again.
    mutating func askRetryDead(now: UnixTime) {
        guard let queue = queueInFront else {
            _ = noQueue(now: now)
            return
        }
        guard queue.dead > 0 else {
            toasts.show("Queue \(queue.name) has no dead letters: nothing to run again", .info, now: now)
            return
        }
        let what = Format.many(queue.dead, "dead letter")
        pose(
            .confirm(
                "Run \(what) again?",
                lines: ["All jobs of queue \(queue.name) that were given up are queued anew."],
                action: "Run \(what) again", .retryDead(queue: queue.name), asked: "Running \(what) again",
                keep: "Leave them"))
    }

    /// Asks whether the jobs that `D` means now are to be deleted; those that run are left out.
    mutating func askDelete(now: UnixTime) -> [Effect] {
        let ids: [JobID]
        if case .job(let id)? = details.last?.subject {
            ids = [id]
        } else if details.isEmpty, tab == .jobs {
            ids = cancelTargets()
        } else {
            toasts.show("Delete is for durable jobs: select some in the Jobs", .info, now: now)
            return []
        }
        guard !ids.isEmpty else { return lostItem(now: now) }
        let idle = ids.filter { summary(of: $0)?.state != .running }
        guard let first = idle.first else {
            let what = ids.count == 1 ? "\(ids[0]) runs" : "All \(Format.count(ids.count)) jobs run"
            toasts.show("\(what): x cancels, then it can be deleted", .warning, now: now)
            return []
        }
        let isOne = idle.count == 1
        let what = isOne ? first.description : Format.many(idle.count, "job")
        var lines = idle.prefix(5).map(line)
        if idle.count > 5 { lines.append("and \(Format.count(idle.count - 5)) more") }
        if idle.count < ids.count {
            lines.append("\(Format.count(ids.count - idle.count)) that run are kept")
        }
        lines.append("Payload, attempts and result go for good.")
        pose(
            .confirm(
                "Delete \(what)?", lines: lines, action: isOne ? "Delete the job" : "Delete \(what)",
                .delete(idle), asked: "Deleting \(what)", keep: isOne ? "Keep it" : "Keep them",
                count: idle.count > Self.manyJobs ? idle.count : nil))
        return []
    }

    private mutating func noQueue(now: UnixTime) -> [Effect] {
        if tab == .queues { return lostItem(now: now) }
        toasts.show("No queue is selected: view \(Tab.queues.digit) has them", .info, now: now)
        return []
    }
}

extension PoolSnapshot {
    /// Dead letters in all queues together.
    var deadLetters: Int { (queues ?? []).reduce(0) { $0 + $1.dead } }
}
