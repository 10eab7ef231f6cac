import Monitoring
import Synchronization

extension PoolMachine {
    /// What a resize brought about.
    struct Resized {
        var before = 0
        /// Slots that need a task.
        var started: [WorkerSlot] = []
        /// Parked workers that have to go, to be woken.
        var wakes: [Wake] = []
    }

    /// Has `count` workers from now on.
    ///
    /// More: those about to retire stay, then new slots are made, lowest free
    /// number first. Fewer: idle workers go first, then the highest numbers among
    /// the busy ones, which go once their job ends.
    mutating func resize(to count: Int, now: UInt64) -> Resized {
        var result = Resized(before: target)
        target = count
        var surplus = slots.count { !$0.isRetiring } - count
        if surplus < 0 {
            for slot in slots where surplus < 0 && slot.isRetiring {
                slot.isRetiring = false
                surplus += 1
            }
            var free = 1
            var place = 0
            while surplus < 0 {
                while place < slots.count, slots[place].id.rawValue == free {
                    place += 1
                    free += 1
                }
                let slot = WorkerSlot(id: WorkerID(rawValue: free))
                slots.insert(slot, at: place)
                result.started.append(slot)
                surplus += 1
            }
        } else if surplus > 0 {
            recallBatches(now: now)
            let idle = Set(parked.map(\.id))
            let candidates = slots.filter { !$0.isRetiring }.reversed()
            for slot in candidates.filter({ idle.contains($0.id) })
                + candidates.filter({ !idle.contains($0.id) })
            {
                guard surplus > 0 else { break }
                slot.isRetiring = true
                surplus -= 1
            }
            for slot in parked where slot.isRetiring {
                if let continuation = slot.parked { result.wakes.append(continuation) }
                slot.parked = nil
            }
            parked.removeAll { $0.isRetiring }
        }
        return result
    }

    /// Tells the youngest running jobs to stop and come back, as many as there are workers too many.
    ///
    /// Which workers retire is decided anew: those that hold the youngest jobs.
    mutating func requeueYoungest(now: UInt64) -> [WorkerSlot] {
        let busy = slots.filter { $0.current != nil }.sorted {
            $0.startedAt.load(ordering: .relaxed) > $1.startedAt.load(ordering: .relaxed)
        }
        let surplus = busy.count { $0.isRetiring }
        for slot in busy { slot.isRetiring = false }
        var stopped: [WorkerSlot] = []
        for slot in busy.prefix(surplus) {
            slot.isRetiring = true
            guard let record = slot.current, record.move(from: .running, to: .stopping) else { continue }
            slot.stop = StopRequest(reason: .requeue, since: now, receipts: [])
            stopped.append(slot)
        }
        return stopped
    }

    /// A worker goes: its figures pass to the pool.
    mutating func leave(_ slot: WorkerSlot, now: UInt64) -> Claim {
        retire(slot)
        return Claim(next: .leave, wake: wakeOne(), quiet: takeQuiet())
    }

    private mutating func retire(_ slot: WorkerSlot) {
        slots.removeAll { $0 === slot }
        let ended = slot.endedCount
        tally.started += ended
        tally.ended += ended
    }

    /// What giving a slot up brought about.
    struct Abandoned {
        /// The job, as it is from now on. The worker has the original, which stays `stopping` for ever.
        var record: JobRecord
        let original: JobRecord
        /// What it has gathered.
        var gathered: StuckBatch?
        /// Those who wait for the job to stop.
        var receipts: [UInt64]
        var task: Task<Void, Never>?
        /// The slot that takes its place and needs a task.
        var started: [WorkerSlot]
        /// A worker for the jobs that were taken back from it.
        var wake: Wake?
        /// When ``PoolMachine/tokensCame(now:)`` is to be called.
        var alarm: UInt64?
    }

    /// Gives a slot up with the job in its hands: the job counts as cancelled, and another slot takes its place.
    ///
    /// Returns `nil` where that worker runs nothing.
    mutating func abandon(_ id: WorkerID, now: UInt64) -> Abandoned? {
        guard let slot = slots.first(where: { $0.id == id }), let record = slot.current,
            record.phase.load(ordering: .acquiring) == .stopping
                || record.move(from: .running, to: .stopping)
        else { return nil }
        recall(from: [slot], now: now)
        stopGathering(slot)
        slots.removeAll { $0 === slot }
        slot.isAbandoned = true
        let started = (slot.sequence.load(ordering: .acquiring) + 1) / 2
        tally.started += started
        tally.ended += started
        tally.cancelledRunning += 1
        leaveGates(of: slot, now: now)
        leaveGate(record, now: now)
        return Abandoned(
            record: JobRecord(givenUp: record, doing: slot.work(of: record), by: slot, now: now),
            original: record,
            gathered: slot.stuckBatch, receipts: slot.stop?.receipts ?? [],
            task: slot.task, started: slot.isRetiring ? [] : resize(to: target, now: now).started,
            wake: wakeOne(),
            alarm: limits.takeAlarm())
    }
}
