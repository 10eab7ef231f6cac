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

    override func moveItems(_ count: Int, to batch: ItemBatch) {
        items.move(count, to: unsafeDowncast(batch, to: StageBatch<Item, Result>.self).items)
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

    init(_ attempt: StageAttempt<Item, Result>) {
        self.attempt = attempt
        super.init(isTrivial: _isPOD(Item.self))
    }

    // Every job has ended, or has gone back to the queue, so no item is left.
    deinit { items.deallocate() }

    override func advance(_ place: inout Int, _ count: Int, on slot: WorkerSlot, _ now: inout UInt64) -> Step
    {
        gathered.batch = number
        while place < count {
            guard move(place, from: .queued, to: .running) else { return .recorded }
            slot.started(place, at: now)
            let result: Result
            do {
                result = try attempt.result(of: items[place])
            } catch {
                return .done(error)
            }
            if gathered.isFull {
                handOn(stuckIn: nil)
                if count - place > 1 { attempt.begin(gathered, count: count - place) }
            }
            let time = attempt.clock.now()
            times[place] = (now, time)
            guard !gathered.isFull, move(place, from: .running, to: .ended) else {
                return leave(result, place, slot)
            }
            slot.ended()
            gathered.add(result, at: time)
            slot.spent(elapsed(from: now, to: time))
            now = time
            if !isTrivial { giveUp(place) }
            place += 1
        }
        return .over
    }

    /// Hands a finished item on where its job has a record, or there is no room.
    private func leave(_ result: Result, _ place: Int, _ slot: WorkerSlot) -> Step {
        var attempt = AttemptAtOnce(of: phase(place) == .recorded ? slot.batch[place] : nil)
        if !gathered.isFull, !attempt.isToldToStop {
            gathered.add(result, at: times[place].end)
            return .done(nil)
        }
        // Nothing overtakes what was gathered.
        handOn(stuckIn: nil)
        do {
            return try self.attempt.leave(result, &attempt).map(Step.left) ?? .done(nil)
        } catch {
            return .done(error)
        }
    }

    override func handOn(stuckIn stuck: Int?) { attempt.handOn(gathered, stuckIn: stuck) }

    override func begin(_ place: Int, _ attempt: inout AttemptAtOnce) throws -> JobBody? {
        // Nothing overtakes what was gathered.
        handOn(stuckIn: nil)
        return try self.attempt.begin(items[place], &attempt)
    }

    override func work(_ place: Int) -> JobWork { attempt.work(on: items[place]) }

    override func giveUp(_ place: Int) { (items + place).deinitialize(count: 1) }
}
