import DequeModule
import Monitoring

/// The jobs that wait for a worker, first in first out.
///
/// Cancelling a job that waits leaves its record in place as a tombstone, so
/// that it costs no search through the deque's memory; tombstones are swept out
/// when they outnumber the living.
struct IntakeQueue {
    /// First-time jobs; IDs ascend, so that one is found by bisection.
    private var lane = Deque<JobRecord>()
    /// Jobs that come back for another attempt, in the order in which they fell due.
    private var returning = Deque<JobRecord>()
    /// How many jobs wait.
    private(set) var count = 0

    mutating func append(_ record: JobRecord) {
        lane.append(record)
        count += 1
    }

    mutating func appendReturning(_ record: JobRecord) {
        returning.append(record)
        count += 1
    }

    /// Puts jobs that were taken and not started back to the front; their IDs ascend.
    mutating func prepend(_ records: [JobRecord]) {
        lane.prepend(contentsOf: records)
        count += records.count
    }

    /// The job that is next, tombstones aside.
    mutating func first() -> JobRecord? {
        while let record = lane.first, !record.isWaiting { lane.removeFirst() }
        while let record = returning.first, !record.isWaiting { returning.removeFirst() }
        guard let ordinary = lane.first else { return returning.first }
        guard let back = returning.first else { return ordinary }
        return back.queuedAt < ordinary.queuedAt ? back : ordinary
    }

    /// Takes the next job out.
    @inline(__always)
    mutating func popFirst() -> JobRecord? {
        guard returning.isEmpty else { return popFirstOfBoth() }
        while let record = lane.popFirst() {
            if record.isWaiting {
                count -= 1
                return record
            }
        }
        return nil
    }

    private mutating func popFirstOfBoth() -> JobRecord? {
        guard let record = first() else { return nil }
        if record === returning.first { returning.removeFirst() } else { lane.removeFirst() }
        count -= 1
        return record
    }

    /// The job of that ID, where it waits here.
    func find(_ id: JobID) -> JobRecord? {
        var low = lane.startIndex
        var high = lane.endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if lane[middle].id < id { low = middle + 1 } else { high = middle }
        }
        if low < lane.endIndex, lane[low].id == id, lane[low].isWaiting { return lane[low] }
        return returning.first { $0.id == id && $0.isWaiting }
    }

    /// Notes that a job which waits here has been moved to another phase.
    mutating func forgetOne() {
        count -= 1
        let held = lane.count + returning.count
        guard held > 64, held > 2 * count else { return }
        lane.removeAll { !$0.isWaiting }
        returning.removeAll { !$0.isWaiting }
    }

    /// Empties the queue and returns what waited in it, in order.
    mutating func removeAll() -> [JobRecord] {
        let waiting = (lane + returning).filter(\.isWaiting).sorted { $0.queuedAt < $1.queuedAt }
        lane.removeAll()
        returning.removeAll()
        count = 0
        return waiting
    }

    /// At most `limit` entries from position `start`, tombstones included; for lists that must not hold the
    /// lock for long.
    func slice(from start: Int, limit: Int) -> [JobRecord] {
        var slice: [JobRecord] = []
        let end = min(lane.count + returning.count, start + limit)
        for position in start..<max(start, end) {
            slice.append(position < returning.count ? returning[position] : lane[position - returning.count])
        }
        return slice
    }
}
