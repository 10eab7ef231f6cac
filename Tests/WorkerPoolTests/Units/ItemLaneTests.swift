import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

@Suite struct RingTests {
    /// As a line of numbers beside it does, whatever its size, and wherever it begins in its memory.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func aRing_isALine(seed: UInt64) {
        let live = Counter()
        var generator = SplitMix(seed: seed)
        do {
            var ring = Ring<Token>()
            var line: [Int] = []
            var next = 0
            let target = UnsafeMutablePointer<Token>.allocate(capacity: 64)
            defer { target.deallocate() }
            for _ in 0..<2_000 {
                let count = Int.random(in: 0...50, using: &generator)
                switch UInt.random(in: 0..<5, using: &generator) {
                case 0, 1:
                    for _ in 0..<count {
                        ring.append(Token(live, next))
                        line.append(next)
                        next += 1
                    }
                case 2:
                    for place in 0..<count { (target + place).initialize(to: Token(live, next + place)) }
                    ring.append(target, count)
                    line += next..<next + count
                    next += count
                case 3:
                    let taken = min(count, ring.count)
                    ring.move(taken, to: target)
                    #expect((0..<taken).map { target[$0].number } == Array(line.prefix(taken)))
                    target.deinitialize(count: taken)
                    line.removeFirst(taken)
                default:
                    let removed = min(2 * count, ring.count)
                    ring.removeFirst(removed)
                    line.removeFirst(removed)
                }
                #expect(ring.count == line.count && live.count == line.count)
            }
            #expect((0..<ring.count).map { ring[$0].number } == line)
        }
        #expect(live.count == 0)
    }
}

/// Jobs without records in a queue, among others that have some.
@Suite struct ItemLaneTests {
    /// Items that are the numbers of their jobs.
    private final class Numbers: ItemLane, @unchecked Sendable {
        final class Hands: ItemBatch, @unchecked Sendable {
            let items = UnsafeMutablePointer<UInt64>.allocate(capacity: 32)
            deinit { items.deallocate() }
        }

        var items = Ring<UInt64>()

        func append(_ id: UInt64, at time: UInt64) {
            stamps.append(Stamp(id: JobID(rawValue: id), time: time))
            items.append(id)
        }

        override func makeBatch() -> ItemBatch { Hands(isTrivial: true) }

        override func moveItems(_ count: Int, to batch: ItemBatch) {
            guard let hands = batch as? Hands else { return }
            items.move(count, to: hands.items)
        }

        override func popWork() -> JobWork {
            items.removeFirst(1)
            stamps.removeFirst(1)
            return .plain { _ in }
        }

        override func takeAll() -> ItemLane {
            let all = Numbers(gathers: gathers)
            swap(&all.stamps, &stamps)
            swap(&all.items, &items)
            return all
        }
    }

    private final class Line {
        let numbers = Numbers(gathers: false)
        var queue: IntakeQueue
        private let batch = UnsafeMutablePointer<Held?>.allocate(capacity: 32)
        private let hands: Numbers.Hands

        init() {
            queue = IntakeQueue(aging: .seconds(5), items: numbers)
            hands = Numbers.Hands(isTrivial: true)
        }

        deinit {
            _ = queue.removeAll()
            batch.deallocate()
        }

        func append(_ id: UInt64, at time: UInt64, priority: Int = 0) {
            let record = JobRecord(id, at: time)
            record.options = priority == 0 ? nil : JobOptions(priority: priority)
            queue.append(Held.passRetained(record), priority: priority, gate: -1)
        }

        func comesBack(_ id: UInt64, at time: UInt64) {
            let record = JobRecord(id, at: time)
            record.phase.store(.requeued, ordering: .relaxed)
            queue.insertReturning(record)
        }

        /// As a worker's claim takes them.
        func pop(_ limit: Int) -> [UInt64] {
            guard queue.hasItems() else {
                let count = queue.pop(limit, into: batch)
                return count > 0 ? taken(count) : queue.popReturning().map { [$0.id.rawValue] } ?? []
            }
            let count = queue.nextItems(limit)
            if count > 0 {
                numbers.move(count, to: hands)
                return (0..<count).map { hands.items[$0] }
            }
            let (records, returning) = queue.popBeforeItems(limit, into: batch)
            return taken(records) + (returning.map { [$0.id.rawValue] } ?? [])
        }

        private func taken(_ count: Int) -> [UInt64] {
            (0..<count).compactMap { batch[$0]?.takeRetainedValue().id.rawValue }
        }

        func popAll(_ limit: Int) -> [[UInt64]] {
            var all: [[UInt64]] = []
            while queue.count > 0 { all.append(pop(limit)) }
            return all
        }
    }

    @Test func items_areTakenTogether_amongRecordsByTheirNumbers() {
        let line = Line()
        for id in UInt64(1)...3 { line.numbers.append(id, at: id) }
        line.append(4, at: 4)
        line.append(5, at: 5)
        for id in UInt64(6)...9 { line.numbers.append(id, at: id) }
        #expect(line.queue.count == 9)
        #expect(line.popAll(3) == [[1, 2, 3], [4, 5], [6, 7, 8], [9]])
    }

    @Test func whatComesBack_standsWhereItsTimePutsIt() {
        let line = Line()
        line.numbers.append(3, at: 30)
        line.numbers.append(4, at: 40)
        line.comesBack(2, at: 20)
        #expect(line.pop(9) == [2])
        line.comesBack(1, at: 50)
        #expect(line.popAll(9) == [[3, 4], [1]])
    }

    @Test func whereOthersAreMoreUrgent_itemsAreToldApartFromThem() {
        let line = Line()
        for id in UInt64(1)...2 { line.numbers.append(id, at: id) }
        line.append(3, at: 3, priority: 5)
        line.append(4, at: 4, priority: -5)
        #expect(line.popAll(9) == [[3, 1, 2, 4]])
    }

    @Test func oneThatIsLookedFor_isFound_andTheOrderStays() {
        let line = Line()
        line.append(2, at: 2)
        for id in [3, 4, 7] as [UInt64] { line.numbers.append(id, at: id) }
        line.append(8, at: 8)
        for id in [1, 5, 9] as [UInt64] { #expect(line.queue.find(JobID(rawValue: id)) == nil) }
        #expect(line.numbers.count == 3)
        #expect(line.queue.find(JobID(rawValue: 4))?.work != nil)
        #expect(line.numbers.count == 0)
        #expect(line.popAll(9) == [[2, 3, 4, 7, 8]])
    }

    @Test func theOldest_mayBeAnItem() {
        let line = Line()
        #expect(line.queue.oldestSince() == nil)
        line.numbers.append(1, at: 5)
        line.append(2, at: 6)
        #expect(line.queue.oldestSince() == 5)
        #expect(line.numbers.count == 1)
        line.append(3, at: 7, priority: 1)
        #expect(line.queue.oldestSince() == 5)
        #expect(line.queue.oldest()?.id.rawValue == 1)
    }

    @Test func aPage_showsItemsLast_withoutTouchingThem() {
        let line = Line()
        for id in UInt64(1)...5 { line.numbers.append(id, at: id) }
        line.append(6, at: 6)
        line.comesBack(7, at: 7)
        let ids = { (start: Int, limit: Int) in line.queue.slice(from: start, limit: limit).map(\.id.rawValue)
        }
        #expect(ids(0, 99) == [7, 6, 1, 2, 3, 4, 5])
        #expect(ids(1, 3) == [6, 1, 2])
        #expect(ids(6, 9) == [5])
        #expect(ids(7, 9) == [])
        #expect(line.numbers.count == 5)
    }

    @Test func allThatWaits_canBeTaken_andTheQueueGoesOn() {
        let line = Line()
        line.append(1, at: 1)
        line.numbers.append(2, at: 2)
        line.comesBack(3, at: 0)
        var all = line.queue.takeAll()
        #expect((line.queue.count, all.count) == (0, 3))
        line.numbers.append(4, at: 4)
        #expect(all.removeAll().map(\.id.rawValue) == [3, 1, 2])
        #expect(line.popAll(9) == [[4]])
    }
}
