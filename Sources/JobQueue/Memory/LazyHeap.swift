import HeapModule
import Monitoring

/// Job numbers by a key, least first. A job that moves on leaves its entry behind, which is dropped once it is met.
struct LazyHeap {
    struct Item: Comparable {
        let key: Int64
        let job: JobID
        /// Which of the job's moves it was put in at; outdated once the job has moved on.
        let move: UInt64

        static func < (left: Item, right: Item) -> Bool { (left.key, left.job) < (right.key, right.job) }
    }

    private var heap = Heap<Item>()

    mutating func insert(_ key: Int64, _ record: MemoryRecord) {
        heap.insert(Item(key: key, job: record.job.id, move: record.move))
    }

    /// The least entry that is not outdated.
    mutating func first(_ records: [JobID: MemoryRecord]) -> Item? {
        while let item = heap.min {
            if records[item.job]?.move == item.move { return item }
            heap.removeMin()
        }
        return nil
    }

    /// Drops what is outdated where that is the greater part.
    mutating func compact(current: Int, _ records: [JobID: MemoryRecord]) {
        guard heap.count > 2 * current + 64 else { return }
        heap = Heap(heap.unordered.filter { records[$0.job]?.move == $0.move })
    }
}
