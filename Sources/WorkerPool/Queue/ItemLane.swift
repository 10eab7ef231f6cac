import Monitoring

/// Jobs that wait as nothing but the items they are about, where all do the same to different items.
///
/// A job gets its record when a worker takes it, one that this worker has just had in its hands. A record for each job
/// that waits, and a closure that has captured its item, would be written by one processor and read by another one,
/// which takes longer than a short job. Guarded by the pool's lock.
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
    func move(_ count: Int, to batch: ItemBatch) {}

    /// Takes the first item out: the work on it.
    func popWork() -> JobWork { .plain { _ in } }

    /// Takes all items out, as a lane of their own.
    func takeAll() -> ItemLane { ItemLane(gathers: gathers) }
}

/// The items of the jobs in a worker's hands, at the places that the jobs have in its batch.
///
/// Whoever moves a job from `queued` to another phase owns its item from then on.
class ItemBatch: @unchecked Sendable {
    /// Whether nothing happens where an item is given up, so that this may be left undone.
    let isTrivial: Bool

    init(isTrivial: Bool) { self.isTrivial = isTrivial }

    /// Begins a batch of so many items, of which finished ones may wait for the others.
    func gather(_ count: Int) {}

    /// Hands on what was gathered.
    ///
    /// - Parameter isOver: Whether the worker is done with the batch, and asks itself. Otherwise anyone may ask for it.
    func handOn(isOver: Bool) {}

    /// Does the work on an item; returns what is left to be waited for.
    func begin(_ place: Int, _ attempt: inout AttemptAtOnce) throws -> JobBody? { nil }

    /// The work on an item, which stays in its place.
    func work(_ place: Int) -> JobWork { .plain { _ in } }

    /// Gives an item up.
    func giveUp(_ place: Int) {}
}
