import Monitoring
import Synchronization

extension PoolMachine {
    /// Takes the next jobs out that may start: at most `limit` into the worker's batch, or one that comes back.
    ///
    /// Where a limit holds back whose turn it is, its gate is shut, and those behind it are taken.
    mutating func takeWithinLimits(_ limit: Int, for slot: WorkerSlot, now: UInt64) -> (
        count: Int, returning: JobRecord?
    ) {
        var count = 0
        // The only kind in this batch of which no more than so many may run at once, and how many more the worker may hold.
        var bounded: (gate: Int32, left: Int)?
        while count < limit, let run = queue.next(limit - count) {
            let tokens = limits.bucket.map { $0.available(at: now) } ?? Int.max
            if tokens == 0 {
                limits.isOutOfTokens = true
                if let bucket = limits.bucket { limits.want(alarm: bucket.next) }
                break
            }
            // One that comes back is started by itself.
            if run.isReturning, count > 0 { break }
            let room = limits.room(behind: run.gate, at: now)
            if room == 0 {
                queue.shut(run.gate)
                if let alarm = limits.gates[Int(run.gate)].alarm(at: now) { limits.want(alarm: alarm) }
                continue
            }
            var taken = min(run.count, tokens, room)
            if let share = limits.share(of: run.gate, workers: slots.count) {
                let places = bounded ?? (run.gate, share)
                guard places.gate == run.gate, places.left > 0 else { break }
                taken = min(taken, places.left)
                bounded = (run.gate, places.left - taken)
            }
            limits.pass(taken, through: run.gate, at: now)
            if run.isReturning { return (0, queue.popReturning(run)) }
            queue.pop(taken, of: run, into: slot.batch + count)
            count += taken
        }
        return (count, nil)
    }

    /// A job in hands has ended, or has not started after all (`unused`): others of its kind may take its place.
    mutating func leaveGate(_ record: JobRecord, unused: Bool = false, now: UInt64) {
        guard !limits.isEmpty else { return }
        if unused { limits.bucket?.putBack(1) }
        guard record.gate >= 0 else { return }
        limits.gates[Int(record.gate)].leave(1, unused: unused)
        open(record.gate, now: now)
    }

    /// The jobs of a worker's batch that ended well leave their gates.
    mutating func leaveGates(of slot: WorkerSlot, now: UInt64) {
        let gates = slot.takeLeaving()
        var place = 0
        while place < gates.count {
            let (gate, first) = (gates[place], place)
            while place < gates.count, gates[place] == gate { place += 1 }
            limits.gates[Int(gate)].leave(place - first)
            open(gate, now: now)
        }
    }

    /// Opens a gate where it has room again.
    private mutating func open(_ gate: Int32, now: UInt64) {
        guard queue.isShut(gate) else { return }
        if limits.room(behind: gate, at: now) > 0 {
            queue.open(gate)
        } else if let alarm = limits.gates[Int(gate)].alarm(at: now) {
            limits.want(alarm: alarm)
        }
    }

    /// Tokens may have come. Returns the worker to be woken, and when to call again.
    mutating func tokensCame(now: UInt64) -> (wake: Wake?, alarm: UInt64?) {
        limits.alarmCame()
        if limits.isOutOfTokens, let bucket = limits.bucket {
            limits.isOutOfTokens = !bucket.hasToken(at: now)
            if limits.isOutOfTokens { limits.want(alarm: bucket.next) }
        }
        for gate in limits.gates.indices { open(Int32(gate), now: now) }
        return (wakeOne(), limits.takeAlarm())
    }
}
