import Monitoring
import Synchronization

/// The items of the jobs in a worker's hands, at the places that the jobs have in its batch.
///
/// Whoever moves a job from `queued` to another phase owns its item from then on.
///
/// Where finished items go on together, the jobs have no records either. Whoever looks for one, under the pool's lock,
/// gives it one (``WorkerSlot/held(_:)``), and from then on it is a job as any other. A record that is filled in and
/// emptied for each item, and goes from one processor to the other, costs more than a tiny item's work.
class ItemBatch: @unchecked Sendable {
    /// How far a job has come that has no record.
    enum Phase: UInt8, AtomicRepresentable {
        case queued, running, ended
        /// Its record tells.
        case recorded
    }

    /// What comes next in a batch of jobs without records.
    enum Step {
        /// All jobs have been done.
        case over
        /// The next job has a record, and is to be run as any other.
        case recorded
        /// The attempt is over, and the job is to be ended.
        case done((any Error)?)
        /// The attempt has come to what is to be waited for.
        case left(JobBody)
    }

    /// Whether nothing happens where an item is given up, so that this may be left undone.
    let isTrivial: Bool
    final let stamps = UnsafeMutablePointer<ItemLane.Stamp>.allocate(capacity: WorkerSlot.batchLimit)
    /// When those started and ended that have ended without a record. Belongs to the worker.
    final let times = UnsafeMutablePointer<(start: UInt64, end: UInt64)>.allocate(
        capacity: WorkerSlot.batchLimit)
    /// Counts the batches of jobs without records. Changed under the lock by the worker's task, and read by both.
    private(set) final var number = 0
    private final let phases = UnsafeMutablePointer<Atomic<Phase>>.allocate(capacity: WorkerSlot.batchLimit)

    init(isTrivial: Bool) {
        self.isTrivial = isTrivial
        for place in 0..<WorkerSlot.batchLimit { (phases + place).initialize(to: Atomic(.recorded)) }
    }

    deinit {
        stamps.deallocate()
        times.deallocate()
        phases.deinitialize(count: WorkerSlot.batchLimit)
        phases.deallocate()
    }

    /// Begins a batch of so many jobs without records; called under the lock.
    final func begin(_ count: Int) {
        number += 1
        for place in 0..<count { phases[place].store(.queued, ordering: .relaxed) }
    }

    /// How far a job has come.
    @inline(__always)
    final func phase(_ place: Int) -> Phase { phases[place].load(ordering: .acquiring) }

    /// Moves a job from one phase to another; false where someone else was faster.
    @inline(__always)
    final func move(_ place: Int, from phase: Phase, to next: Phase) -> Bool {
        phases[place].compareExchange(expected: phase, desired: next, ordering: .acquiringAndReleasing)
            .exchanged
    }

    /// A job that has ended without a record.
    final func ended(_ place: Int, worker: Int32) -> EndedItems.Job {
        EndedItems.Job(
            id: stamps[place].id, submittedAt: stamps[place].time, startedAt: times[place].start,
            endedAt: times[place].end, worker: worker)
    }

    // What is done with the items.

    /// Does jobs without records, from `place` up to `count`, until something else than that is to be done.
    func advance(_ place: inout Int, _ count: Int, on slot: WorkerSlot, _ now: inout UInt64) -> Step { .over }

    /// Hands on the finished items that wait for the others.
    ///
    /// - Parameter stuck: The ``number`` of the batch where the worker is on an item that takes long: then anyone may ask,
    ///   and nothing is done if the worker has come to another batch meanwhile. `nil` where the worker is done with the
    ///   batch, and asks itself.
    func handOn(stuckIn stuck: Int?) {}

    /// Does the work on the item of a job with a record; returns what is left to be waited for.
    func begin(_ place: Int, _ attempt: inout AttemptAtOnce) throws -> JobBody? { nil }

    /// The work on an item, which stays in its place.
    func work(_ place: Int) -> JobWork { .plain { _ in } }

    /// Gives an item up.
    func giveUp(_ place: Int) {}
}

/// A batch whose worker is on an item that takes long, or has been given up with it.
struct StuckBatch {
    private let batch: ItemBatch
    private let number: Int

    /// Asked under the lock.
    init(_ batch: ItemBatch) {
        self.batch = batch
        number = batch.number
    }

    /// Hands on the finished items that wait for the others; called with no lock held.
    func handOn() { batch.handOn(stuckIn: number) }
}
