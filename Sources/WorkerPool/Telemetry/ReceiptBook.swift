import Monitoring

/// What a cancel brought about, in numbers of jobs.
struct CancelCount {
    /// Jobs that had not started and never will.
    var removed = 0
    /// Running jobs that were told to stop.
    var signalled = 0
    /// Running jobs that had been told to stop before.
    var toldBefore = 0
    /// Jobs that their producers run.
    var outOfReach = 0
}

/// The receipts that are still open: cancels whose jobs have yet to stop.
struct ReceiptBook {
    private struct Open {
        var left: Int
        var affected: Int
        var message: String
    }

    private var lastID: UInt64 = 0
    private var open: [UInt64: Open] = [:]
    /// Jobs that stopped before their receipt was opened.
    private var early: [UInt64: Int] = [:]

    /// How many receipts are open.
    var count: Int { open.count }

    mutating func nextID() -> UInt64 {
        lastID += 1
        return lastID
    }

    /// Writes the receipt of a cancel, and keeps it open until its jobs have stopped.
    ///
    /// - Parameter what: The job, where one was named.
    mutating func open(_ id: UInt64, _ count: CancelCount, what: String?) -> Receipt {
        let left = count.signalled + count.toldBefore
        let affected = count.removed + left
        let who = what ?? (affected == 1 ? "1 job" : "\(affected) jobs")
        guard affected > 0 else {
            let place = what.map { "\($0) runs" } ?? "what is left runs"
            return Receipt(
                id: id, phase: .refused,
                message: count.outOfReach > 0
                    ? "\(place) in its producer's task, which alone can stop it"
                    : what.map { "\($0) has finished already, or is unknown" } ?? "there is no job to cancel")
        }
        let stillLeft = left - (early.removeValue(forKey: id) ?? 0)
        guard stillLeft > 0 else {
            let started = left > 0 ? "" : affected == 1 ? " before it started" : " before they started"
            return Receipt(id: id, phase: .done, affected: affected, message: "\(who) cancelled\(started)")
        }
        open[id] = Open(left: stillLeft, affected: affected, message: "\(who) cancelled")
        let running = what ?? (left == 1 ? "1 running job" : "\(left) running jobs")
        let sent = count.signalled == 0 ? "\(running) told to stop before" : "cancel sent to \(running)"
        return Receipt(
            id: id, phase: .signalled, affected: affected,
            message: count.removed > 0 ? "cancelled \(count.removed) waiting, \(sent)" : sent)
    }

    /// One of its jobs has stopped. Returns the receipt once that was the last.
    mutating func oneStopped(_ id: UInt64) -> Receipt? {
        guard var entry = open[id] else {
            early[id, default: 0] += 1
            return nil
        }
        entry.left -= 1
        open[id] = entry.left > 0 ? entry : nil
        guard entry.left <= 0 else { return nil }
        return Receipt(id: id, phase: .done, affected: entry.affected, message: entry.message)
    }
}
