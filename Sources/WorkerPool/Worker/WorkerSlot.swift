import Monitoring
import Synchronization

/// A numbered place for one worker task.
///
/// The worker's own task writes the atomics and reads its front batch without a
/// lock; all plain variables belong to the pool's lock, save those marked
/// otherwise.
final class WorkerSlot: @unchecked Sendable {
    /// The most jobs a worker takes at once.
    static let batchLimit = 32

    let id: WorkerID
    /// Its number, as ``JobRecord/holder`` has it.
    var holder: Int32 { Int32(truncatingIfNeeded: id.rawValue) }

    // Written by the worker alone, read by anyone.

    /// Counts starts and ends of attempts: odd while one runs. One load tells how many started *and* how
    /// many ended, so that a snapshot adds up at every instant.
    let sequence = Atomic<UInt64>(0)
    /// The place in the batch of the job that runs.
    let cursor = Atomic<Int>(0)
    /// When that job started.
    let startedAt = Atomic<UInt64>(0)
    /// Time spent on jobs that ended.
    let busy = Atomic<UInt64>(0)

    // How a worker that lingers is served: see ``PoolMachine/serve(now:)``.

    /// Whether its hands are empty, all it has done is accounted for, and it waits to be served.
    let isReady = Atomic(false)
    /// Whether it has been served.
    let isServed = Atomic(false)
    /// With what; guarded by the pool's lock until ``isServed``, and from then on the worker's.
    var served: PoolMachine.Claim?

    // Guarded by the pool's lock.

    /// Resumes the worker, where it is parked.
    var parked: UnsafeContinuation<Void, Never>?
    /// Whether it was woken and has not looked for work yet.
    var isWoken = false
    /// How often it may still linger before it takes what there is, or parks.
    var patience = 0
    /// Whether it did so just now.
    var hasLingered = false
    /// Whether it leaves as soon as its hands are empty.
    var isRetiring = false
    /// Whether it was given up with its job; its task no longer counts.
    var isAbandoned = false
    /// Jobs in the batch beyond the first: they wait here instead of in the queue.
    var handed = 0
    var batchCount = 0
    /// Whether the jobs of its batch came without records.
    var hasItems = false
    /// Whether finished items of its batch wait for the others.
    var isGathering = false
    /// Whether the jobs of its batch have no records until someone looks for them.
    var isUnrecorded = false
    /// Attempts that failed, were cancelled, or were interrupted here and put back.
    var failed: UInt64 = 0
    var cancelled: UInt64 = 0
    var putBack: UInt64 = 0
    /// Why and since when its job is told to stop.
    var stop: StopRequest?
    var progress: (job: JobID, progress: JobProgress)?
    /// The task that works here; `nil` until it has been handed in.
    var task: Task<Void, Never>?
    /// Counts the tasks that ever worked here.
    var taskNumber = 0
    var window = BusyWindow()

    // Belongs to the worker's task.

    /// A moving average of how long its jobs take, in nanoseconds; decides how many it takes at once.
    var averageRun: UInt64 = 1_000_000
    /// How long its jobs have waited for room elsewhere, since that was last taken: no part of how long they take.
    var waited: UInt64 = 0
    /// How many records at the start of ``previousBatch`` are of no more use here.
    var recyclable = 0
    /// Whether the pool has use for such records.
    var mayRecycle = true
    /// What it has in its hands of jobs that came without records; made once, under the pool's lock.
    @exclusivity(unchecked) private(set) var items: Unmanaged<ItemBatch>?
    /// The gates that jobs still have to leave which have ended well here.
    private let leaving: UnsafeMutablePointer<Int32>
    private var leavingCount = 0
    /// Two batches: the one being worked on, and the one before it until it has been accounted for.
    private let batches: UnsafeMutablePointer<Held?>
    private var front = 0

    init(id: WorkerID) {
        self.id = id
        batches = .allocate(capacity: 2 * WorkerSlot.batchLimit)
        batches.initialize(repeating: nil, count: 2 * WorkerSlot.batchLimit)
        leaving = .allocate(capacity: WorkerSlot.batchLimit)
    }

    deinit {
        for place in 0..<2 * WorkerSlot.batchLimit { batches[place]?.release() }
        batches.deallocate()
        items?.release()
        leaving.deallocate()
    }

    /// The jobs taken last. Only the worker's task changes it, and only under the pool's lock.
    var batch: UnsafeMutablePointer<Held?> { batches + front * WorkerSlot.batchLimit }
    /// The jobs taken before. Belongs to the worker's task.
    var previousBatch: UnsafeMutablePointer<Held?> { batches + (1 - front) * WorkerSlot.batchLimit }

    /// The job at that place of the batch; asked under the lock. `nil` where it has ended without a record.
    func held(_ place: Int) -> JobRecord? {
        if let record = batch[place] { return record.takeUnretainedValue() }
        guard isUnrecorded, let items else { return nil }
        return giveRecord(place, of: items.takeUnretainedValue())
    }

    /// Gives a job a record that came without one, unless it has ended.
    private func giveRecord(_ place: Int, of items: ItemBatch) -> JobRecord? {
        while true {
            let phase = items.phase(place)
            guard phase == .queued || phase == .running else { return nil }
            let record = JobRecord(of: items.stamps[place])
            if phase == .running {
                record.startedAt = startedAt.load(ordering: .relaxed)
                record.worker = holder
                record.phase.store(.running, ordering: .relaxed)
            }
            // There before anyone can find out that there is one.
            let held = Held.passRetained(record)
            batch[place] = held
            if items.move(place, from: phase, to: .recorded) { return record }
            batch[place] = nil
            held.release()
        }
    }

    /// The place in the batch of the job of that number; asked under the lock.
    func place(of id: JobID) -> Int? {
        (0..<batchCount).first { place in
            if let record = batch[place] { return record._withUnsafeGuaranteedRef { $0.id == id } }
            return isUnrecorded && items?.takeUnretainedValue().stamps[place].id == id
        }
    }

    /// The job at that place of the batch, which may have ended, to be looked at only; asked under the lock.
    func look(_ place: Int) -> JobRecord? {
        held(place) ?? items.map { JobRecord(of: $0.takeUnretainedValue().ended(place, worker: holder)) }
    }

    /// Its hands for the items of that line; asked under the lock.
    func hands(for lane: ItemLane) -> ItemBatch {
        if let items { return items.takeUnretainedValue() }
        let hands = lane.makeBatch()
        items = .passRetained(hands)
        return hands
    }

    /// Its batch, where it is on an item that takes long; asked under the lock.
    var stuckBatch: StuckBatch? { items.map { StuckBatch($0.takeUnretainedValue()) } }

    /// A job leaves its hands otherwise than by a plain success, and takes along what is to be done; asked under the lock.
    func giveWork(to record: JobRecord, at place: Int) {
        guard record.work == nil, let items else { return }
        record.work = items._withUnsafeGuaranteedRef { $0.work(place) }
        items._withUnsafeGuaranteedRef { $0.giveUp(place) }
    }

    /// The work of the job that it runs; asked under the lock.
    func work(of record: JobRecord) -> JobWork? {
        record.work ?? items?._withUnsafeGuaranteedRef { $0.work(cursor.load(ordering: .relaxed)) }
    }

    /// Gives up the item of a job that has ended well.
    @inline(__always)
    func giveUpItem(_ place: Int) {
        items?._withUnsafeGuaranteedRef { if !$0.isTrivial { $0.giveUp(place) } }
    }

    /// Makes room for a new batch; called under the lock by the worker's task.
    func turnBatch() {
        front = 1 - front
        batchCount = 0
    }

    /// What it has been served with, where it has.
    @inline(__always)
    func takeServed() -> PoolMachine.Claim? {
        guard isServed.load(ordering: .acquiring) else { return nil }
        isServed.store(false, ordering: .relaxed)
        return served.take()
    }

    // One writer, so that a load and a store do: a locked addition costs as much as a short job.

    /// An attempt starts.
    @inline(__always)
    func started(_ place: Int, at now: UInt64) {
        cursor.store(place, ordering: .relaxed)
        startedAt.store(now, ordering: .relaxed)
        sequence.store(sequence.load(ordering: .relaxed) &+ 1, ordering: .releasing)
    }

    /// An attempt has ended.
    @inline(__always)
    func ended() { sequence.store(sequence.load(ordering: .relaxed) &+ 1, ordering: .releasing) }

    /// A job has ended well, which takes no lock: it leaves its gate with the worker's next claim.
    @inline(__always)
    func ended(well record: JobRecord) {
        if record.gate >= 0 {
            leaving[leavingCount] = record.gate
            leavingCount += 1
        }
        ended()
    }

    /// The gates that are to be left; asked under the pool's lock, by the worker's task or where its job does not end by
    /// itself any more.
    func takeLeaving() -> UnsafeMutableBufferPointer<Int32> {
        defer { leavingCount = 0 }
        return UnsafeMutableBufferPointer(start: leaving, count: leavingCount)
    }

    /// Time was spent on an attempt.
    @inline(__always)
    func spent(_ time: UInt64) { busy.store(busy.load(ordering: .relaxed) &+ time, ordering: .relaxed) }

    /// How many attempts ended.
    var endedCount: UInt64 { sequence.load(ordering: .acquiring) / 2 }

    /// The job in its hands, where there is one; asked under the lock.
    var current: JobRecord? {
        guard sequence.load(ordering: .acquiring) & 1 == 1 else { return nil }
        let place = cursor.load(ordering: .relaxed)
        guard place < batchCount, let record = held(place), record.isHeld(by: self) else { return nil }
        return record
    }
}

/// Why a running job is told to stop.
struct StopRequest {
    enum Reason {
        /// Someone does not want it any more.
        case cancel
        /// Its attempt took too long.
        case timeout(Duration)
        /// The job has not ended in the time it was given in all.
        case deadline(Duration)
        /// Its worker is wanted elsewhere: it starts anew later.
        case requeue
    }

    let reason: Reason
    let since: UInt64
    /// The receipts of those who are told when it has stopped.
    let receipts: [UInt64]
}

/// The share of recent time a worker spent on jobs, from two earlier readings
/// 5 to 10 seconds apart.
struct BusyWindow {
    private var older: (time: UInt64, busy: UInt64)?
    private var newer: (time: UInt64, busy: UInt64)?

    /// Takes a reading and returns the share, 0 ... 1, since the older one.
    mutating func share(at now: UInt64, busy: UInt64) -> Double {
        guard let first = newer else {
            newer = (now, busy)
            return 0
        }
        if elapsed(from: first.time, to: now) > 5_000_000_000 {
            older = first
            newer = (now, busy)
        }
        let base = older ?? first
        guard now > base.time else { return 0 }
        return min(Double(busy &- min(base.busy, busy)) / Double(now - base.time), 1)
    }
}
