import Monitoring

/// The items that wait before a stage.
final class StageLane<Item: Sendable, Result: Sendable>: ItemLane, @unchecked Sendable {
    private let attempt: StageAttempt<Item, Result>
    @exclusivity(unchecked) private var items = Ring<Item>()

    init(_ attempt: StageAttempt<Item, Result>) {
        self.attempt = attempt
        super.init(gathers: attempt.gathers)
    }

    @inline(__always)
    func append(_ item: Item, _ stamp: Stamp) {
        stamps.append(stamp)
        items.append(item)
    }

    /// Puts items at the end that were gathered, numbered from `first` on.
    func append(_ gathered: Gathered<Item>, _ range: Range<Int>, _ first: UInt64) {
        var id = first
        for place in range {
            stamps.append(Stamp(id: JobID(rawValue: id), time: gathered.time(place)))
            id += 1
        }
        gathered.move(range, to: &items)
    }

    override func makeBatch() -> ItemBatch { StageBatch(attempt) }

    override func move(_ count: Int, to batch: ItemBatch) {
        items.move(count, to: unsafeDowncast(batch, to: StageBatch<Item, Result>.self).items)
        stamps.removeFirst(count)
    }

    override func popWork() -> JobWork {
        defer {
            items.removeFirst(1)
            stamps.removeFirst(1)
        }
        return attempt.work(on: items[0])
    }

    override func takeAll() -> ItemLane {
        let lane = StageLane(attempt)
        swap(&lane.stamps, &stamps)
        swap(&lane.items, &items)
        return lane
    }
}

/// The items in the hands of one of a stage's workers.
final class StageBatch<Item: Sendable, Result: Sendable>: ItemBatch, @unchecked Sendable {
    private let attempt: StageAttempt<Item, Result>
    fileprivate let items = UnsafeMutablePointer<Item>.allocate(capacity: WorkerSlot.batchLimit)
    private let gathered = Gathered<Result>()
    /// How many items there are in the batch that gathers; 0 where none does.
    private var gathers = 0

    init(_ attempt: StageAttempt<Item, Result>) {
        self.attempt = attempt
        super.init(isTrivial: _isPOD(Item.self))
    }

    // Every job has ended, or has gone back to the queue, so no item is left.
    deinit { items.deallocate() }

    override func gather(_ count: Int) { gathers = count }

    override func handOn(isOver: Bool) {
        attempt.handOn(gathered, isOver: isOver)
        if isOver { gathers = 0 }
    }

    override func begin(_ place: Int, _ attempt: inout AttemptAtOnce) throws -> JobBody? {
        if gathers > 0 { return try self.attempt.begin(items[place], &attempt, gathered, gathers - place) }
        return try self.attempt.begin(items[place], &attempt)
    }

    override func work(_ place: Int) -> JobWork { attempt.work(on: items[place]) }

    override func giveUp(_ place: Int) { (items + place).deinitialize(count: 1) }
}
