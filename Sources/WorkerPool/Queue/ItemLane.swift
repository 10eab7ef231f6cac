import Monitoring

/// Jobs that wait as nothing but the items they are about, where all do the same to different items.
///
/// A job gets its record when a worker takes it, one that this worker has just had in its hands; a tiny one, only where
/// somebody looks for it (see ``ItemBatch``). A record for each job that waits, and a closure that has captured its item,
/// would be written by one processor and read by another one, which takes longer than a short job. Guarded by the pool's
/// lock.
class ItemLane: @unchecked Sendable {
    /// What is known of a job that waits.
    struct Stamp {
        let id: JobID
        /// When it was submitted.
        let time: UInt64
    }

    /// Whether finished items of a batch go on together.
    let gathers: Bool
    /// By ascending ID.
    @exclusivity(unchecked) final var stamps = Ring<Stamp>()

    @inline(__always)
    final var count: Int { stamps.count }

    init(gathers: Bool) { self.gathers = gathers }

    /// A worker's hands, for items of this kind.
    func makeBatch() -> ItemBatch { ItemBatch(isTrivial: true) }

    /// Moves the first so many items into a worker's hands, which hold none.
    final func move(_ count: Int, to batch: ItemBatch) {
        stamps.move(count, to: batch.stamps)
        moveItems(count, to: batch)
    }

    /// Its part of ``move(_:to:)``: the items themselves.
    func moveItems(_ count: Int, to batch: ItemBatch) {}

    /// Takes the first item out: the work on it.
    func popWork() -> JobWork { .plain { _ in } }

    /// Takes all items out, as a lane of their own.
    func takeAll() -> ItemLane { ItemLane(gathers: gathers) }
}
