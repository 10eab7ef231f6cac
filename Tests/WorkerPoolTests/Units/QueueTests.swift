import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

@Suite struct IntakeQueueTests {
    /// A queue under test, which lets its records go at the end.
    private final class Line {
        var queue = IntakeQueue(aging: .seconds(5))
        private(set) var records: [JobRecord] = []

        deinit { _ = queue.removeAll() }

        @discardableResult
        func append(_ id: UInt64, at time: UInt64 = 0, priority: Int = 0, gate: Int32 = -1) -> JobRecord {
            let record = make(id, at: time)
            record.options = priority == 0 ? nil : JobOptions(priority: priority)
            record.gate = gate
            queue.append(Held.passRetained(record), priority: priority, gate: gate)
            return record
        }

        @discardableResult
        func insertReturning(_ id: UInt64, at time: UInt64) -> JobRecord {
            let record = make(id, at: time, .requeued)
            queue.insertReturning(record)
            return record
        }

        func make(_ id: UInt64, at time: UInt64, _ phase: JobRecord.Phase = .queued) -> JobRecord {
            let record = JobRecord(id, at: time)
            record.phase.store(phase, ordering: .relaxed)
            records.append(record)
            return record
        }

        func cancel(_ id: UInt64) -> Bool {
            guard let record = queue.find(JobID(rawValue: id)) else { return false }
            record.phase.store(.cancelled, ordering: .relaxed)
            queue.forget(record)
            return true
        }

        func popAll() -> [UInt64] {
            var ids: [UInt64] = []
            while queue.count > 0 { ids += pop(1) + (queue.popReturning().map { [$0.id.rawValue] } ?? []) }
            return ids
        }

        func pop(_ limit: Int) -> [UInt64] {
            let batch = UnsafeMutablePointer<Held?>.allocate(capacity: 32)
            defer { batch.deallocate() }
            return (0..<queue.pop(limit, into: batch)).compactMap {
                batch[$0]?.takeRetainedValue().id.rawValue
            }
        }
    }

    @Test func pop_takesAtMostSoMany_fromTheFront() {
        let line = Line()
        for id in UInt64(1)...5 { line.append(id) }
        #expect(line.pop(3) == [1, 2, 3])
        #expect(line.pop(3) == [4, 5])
        #expect(line.pop(3) == [])
        #expect(line.queue.count == 0)
    }

    @Test func pop_stopsAtAJobThatComesBack_whoseTurnItIs() {
        let line = Line()
        for id in UInt64(2)...4 { line.append(id, at: id) }
        line.insertReturning(1, at: 3)
        #expect(line.pop(9) == [2])
        #expect(line.pop(9) == [])
        #expect(line.queue.popReturning()?.id.rawValue == 1)
        #expect(line.queue.popReturning() == nil)
        #expect(line.pop(9) == [3, 4])
    }

    @Test func ofTwoQueuedAtTheSameInstant_theLowerNumberIsFirst() {
        let line = Line()
        line.append(2, at: 7)
        line.insertReturning(1, at: 7)
        line.insertReturning(3, at: 7)
        #expect(line.popAll() == [1, 2, 3])
    }

    @Test func returningJobs_standWhereTheirTimePutsThem() {
        let line = Line()
        for (id, time) in [(5, 50), (1, 10), (9, 90), (3, 30)] as [(UInt64, UInt64)] {
            line.insertReturning(id, at: time)
        }
        #expect(line.popAll() == [1, 3, 5, 9])
    }

    @Test func putBack_beforeAmongAndBehindOthers_keepsTheOrder() {
        let line = Line()
        line.insertReturning(4, at: 40)
        line.queue.putBack([2, 1].map { line.make($0, at: $0 * 10, .requeued) })
        line.queue.putBack([6, 3].map { line.make($0, at: $0 * 10, .requeued) })
        line.queue.putBack([])
        #expect(line.popAll() == [1, 2, 3, 4, 6])
    }

    // MARK: Gates

    @Test func jobsOfOnePriority_areTakenInTheOrderOfTheirTime_whateverTheirGates() {
        let line = Line()
        for id in UInt64(1)...6 { line.append(id, at: id / 2, gate: Int32(id % 3) - 1) }
        #expect(line.pop(4) == [1, 2, 3, 4])
        #expect(line.popAll() == [5, 6])
    }

    @Test func jobsBehindAShutGate_arePassedOver_untilItIsOpened() {
        let line = Line()
        line.append(1, gate: 0)
        line.append(2, priority: 3, gate: 1)
        line.append(3)
        line.queue.shut(0)
        line.queue.shut(1)
        // New lanes of a shut gate are shut, too.
        line.append(4, priority: -2, gate: 1)
        #expect((line.queue.count, line.queue.held) == (1, 3))
        #expect((line.queue.held(by: 0), line.queue.held(by: 1)) == (1, 2))
        #expect(line.queue.oldest()?.id.rawValue == 1)
        #expect(line.pop(9) == [3])
        line.queue.open(1)
        #expect((line.queue.count, line.queue.held, line.queue.held(by: 1)) == (2, 1, 0))
        #expect(line.popAll() == [2, 4])
        line.queue.open(0)
        #expect(line.popAll() == [1])
    }

    @Test func aHeldJob_canBeForgotten_andComesBackToItsGate() {
        let line = Line()
        for id in UInt64(1)...3 { line.append(id, gate: 0) }
        line.queue.shut(0)
        #expect(line.cancel(2))
        #expect(line.queue.held == 2)
        line.insertReturning(9, at: 0)
        line.queue.open(0)
        #expect(line.popAll() == [1, 3, 9])
    }

    @Test func removeAll_takesHeldJobsToo() {
        let line = Line()
        line.append(2, at: 2)
        line.append(1, at: 1, gate: 0)
        line.queue.shut(0)
        #expect(line.queue.removeAll().map(\.id.rawValue) == [1, 2])
        #expect((line.queue.count, line.queue.held) == (0, 0))
    }

    /// Many at once are the same as one after the other: as many as come before all other lanes.
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func many_areThoseThatWouldBeTakenOneByOne(seed: UInt64) {
        var generator = SplitMix(seed: seed)
        let (together, single) = (Line(), Line())
        var time: UInt64 = 0
        for id in UInt64(1)...500 {
            time += UInt64.random(in: 0...1_000_000_000, using: &generator)
            let priority = Int.random(in: -2...2, using: &generator)
            let gate = Int32.random(in: -1...1, using: &generator)
            for line in [together, single] { line.append(id, at: time, priority: priority, gate: gate) }
        }
        var order: [UInt64] = []
        while together.queue.count > 0 { order += together.pop(Int.random(in: 1...32, using: &generator)) }
        #expect(order == single.popAll())
        #expect(order.count == 500)
    }

    // MARK: Looking

    @Test func find_findsAnyWaitingJob_andNoOther() {
        let line = Line()
        for id in [2, 3, 5, 8] as [UInt64] { line.append(id) }
        line.insertReturning(1, at: 9)
        for id in [1, 2, 3, 5, 8] as [UInt64] {
            #expect(line.queue.find(JobID(rawValue: id))?.id.rawValue == id)
        }
        for id in [0, 4, 6, 9] as [UInt64] { #expect(line.queue.find(JobID(rawValue: id)) == nil) }
        #expect(line.cancel(3))
        #expect(!line.cancel(3))
    }

    @Test func tombstones_areNeitherCountedNorTaken() {
        let line = Line()
        for id in UInt64(1)...6 { line.append(id) }
        line.insertReturning(7, at: 0)
        for id in [1, 4, 6, 7] as [UInt64] { #expect(line.cancel(id)) }
        #expect(line.queue.count == 3)
        #expect(line.queue.oldest()?.id.rawValue == 2)
        #expect(line.pop(2) == [2, 3])
        #expect(line.popAll() == [5])
    }

    @Test func removeAll_returnsTheWaitingInOrder_andLetsTombstonesGo() {
        let line = Line()
        for id in UInt64(1)...4 { line.append(id, at: id) }
        line.insertReturning(9, at: 2)
        #expect(line.cancel(3))
        #expect(line.queue.removeAll().map(\.id.rawValue) == [1, 2, 9, 4])
        #expect(line.queue.count == 0)
        #expect(line.queue.oldest() == nil)
    }

    @Test func slice_readsPiecesWithoutTaking() {
        let line = Line()
        for id in UInt64(1)...5 { line.append(id) }
        line.insertReturning(9, at: 0)
        #expect(line.queue.slice(from: 0, limit: 2).map(\.id.rawValue) == [9, 1])
        #expect(line.queue.slice(from: 4, limit: 10).map(\.id.rawValue) == [4, 5])
        #expect(line.queue.slice(from: 7, limit: 10).isEmpty)
        #expect(line.queue.count == 6)
    }

    @Test func everyRecordIsLetGoOnce() {
        weak var gone: JobRecord?
        do {
            let line = Line()
            gone = line.append(1)
            line.append(2)
            #expect(line.cancel(1))
            #expect(line.popAll() == [2])
        }
        #expect(gone == nil)
    }
}
