import Synchronization

/// Finished items of one batch, which go on to the next stage together: one lock for all of them.
///
/// The worker adds to them; it hands them on, or whoever finds it on an item that takes long.
final class Gathered<Item: Sendable>: @unchecked Sendable {
    private let items = UnsafeMutablePointer<Item>.allocate(capacity: WorkerSlot.batchLimit)
    /// When they were finished.
    private let times = UnsafeMutablePointer<UInt64>.allocate(capacity: WorkerSlot.batchLimit)
    /// How many there are. Written by the worker alone.
    private let finished = Atomic<Int>(0)
    /// For how many there is a place in the next stage. Belongs to the worker.
    private(set) var room = 0
    /// The number of the batch. Belongs to the worker.
    var batch = 0

    // Guarded by the next stage's lock.

    /// How many have been handed on.
    private var handedOn = 0
    /// For how many more there is a place.
    private var places = 0
    /// For which batch.
    private var holder = 0

    // Whoever made it has handed all items on.
    deinit {
        items.deallocate()
        times.deallocate()
    }

    @inline(__always)
    var isFull: Bool { finished.load(ordering: .relaxed) >= room }

    /// Adds an item, for which there is room.
    @inline(__always)
    func add(_ item: Item, at time: UInt64) {
        let place = finished.load(ordering: .relaxed)
        (items + place).initialize(to: item)
        times[place] = time
        finished.store(place + 1, ordering: .releasing)
    }

    /// When an item was finished.
    func time(_ place: Int) -> UInt64 { times[place] }

    /// Moves items to the end of a line.
    func move(_ range: Range<Int>, to ring: inout Ring<Item>) {
        ring.append(items + range.lowerBound, range.count)
    }

    /// Gives items up.
    func giveUp(_ range: Range<Int>) { (items + range.lowerBound).deinitialize(count: range.count) }

    /// Begins with so many places, which it has got.
    func begin(room: Int) { self.room = room }

    /// Gets places; told under the next stage's lock.
    func get(_ places: Int) {
        self.places = places
        holder = batch
    }

    /// Takes the items out that have not been handed on, and the places that are needed no longer; asked under the next
    /// stage's lock.
    ///
    /// - Parameter stuck: The number of the batch where the worker is on an item, which keeps its place; nothing is taken
    ///   out if it has come to another batch. `nil` where the worker is done with the batch, and asks itself.
    func take(stuckIn stuck: Int?) -> (items: Range<Int>, places: Int) {
        if let stuck, stuck != holder { return (0..<0, 0) }
        let isOver = stuck == nil
        let count = finished.load(ordering: .acquiring)
        let items = handedOn..<count
        handedOn = isOver ? 0 : count
        if isOver { finished.store(0, ordering: .relaxed) }
        let kept = isOver ? 0 : min(max(places - items.count, 0), 1)
        defer { places = kept }
        return (items, places - kept)
    }
}
