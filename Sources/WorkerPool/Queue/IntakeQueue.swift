import DequeModule
import Monitoring
import Synchronization

/// The jobs that wait for a worker, first in first out.
///
/// Taking the next jobs out moves references and touches no job: their memory
/// was last written by the producer's processor, and fetching it under the lock
/// is what would make others wait. Cancelling a job leaves its record in place
/// as a tombstone; tombstones are swept out when they outnumber the living.
struct IntakeQueue {
    /// First-time jobs, all `queued` or tombstones; IDs ascend, so that one is found by bisection.
    private var lane = Deque<Held>()
    /// Jobs that come back, all `requeued` or tombstones, in the order of their turns.
    private var returning = Deque<JobRecord>()
    private var tombstones = 0
    /// How many jobs wait.
    @inline(__always)
    var count: Int { lane.count + returning.count - tombstones }

    @inline(__always)
    mutating func append(_ record: Held) { lane.append(record) }

    /// Takes a job in that comes back, to stand where the time at which it was queued puts it.
    mutating func insertReturning(_ record: JobRecord) {
        var place = returning.endIndex
        while place > returning.startIndex, record.isBefore(returning[place - 1]) { place -= 1 }
        returning.insert(record, at: place)
    }

    /// Takes jobs back that had been taken out and were not started.
    mutating func putBack(_ records: [JobRecord]) {
        let records = records.sorted { $0.isBefore($1) }
        guard let last = records.last else { return }
        if let first = returning.first, first.isBefore(last) {
            for record in records { insertReturning(record) }
        } else {
            returning.prepend(contentsOf: records)
        }
    }

    /// The job that is next, tombstones aside.
    mutating func first() -> JobRecord? {
        while tombstones > 0, let record = lane.first, !record.takeUnretainedValue().isWaiting {
            lane.removeFirst().release()
            tombstones -= 1
        }
        while tombstones > 0, let record = returning.first, !record.isWaiting {
            returning.removeFirst()
            tombstones -= 1
        }
        guard let ordinary = lane.first?.takeUnretainedValue() else { return returning.first }
        guard let back = returning.first else { return ordinary }
        return ordinary.isBefore(back) ? ordinary : back
    }

    /// Takes at most `limit` first-time jobs out; returns how many.
    ///
    /// None, where a job that comes back is next: see ``popReturning()``.
    @inline(__always)
    mutating func pop(_ limit: Int, into batch: UnsafeMutablePointer<Held?>) -> Int {
        if !returning.isEmpty || tombstones > 0 { return popCarefully(limit, into: batch) }
        let count = min(limit, lane.count)
        for place in 0..<count { batch[place] = lane.removeFirst() }
        return count
    }

    private mutating func popCarefully(_ limit: Int, into batch: UnsafeMutablePointer<Held?>) -> Int {
        var count = 0
        while count < limit, let record = first(), record !== returning.first {
            batch[count] = lane.removeFirst()
            count += 1
        }
        return count
    }

    /// Takes the next job out where it is one that comes back.
    mutating func popReturning() -> JobRecord? {
        guard !returning.isEmpty, let record = first(), record === returning.first else { return nil }
        return returning.popFirst()
    }

    /// Takes the job out that has waited longest.
    mutating func popOldest() -> JobRecord? {
        guard let record = first() else { return nil }
        return record === returning.first ? returning.popFirst() : lane.popFirst()?.takeRetainedValue()
    }

    /// The job of that ID, where it waits here.
    func find(_ id: JobID) -> JobRecord? {
        var low = lane.startIndex
        var high = lane.endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if record(middle).id < id { low = middle + 1 } else { high = middle }
        }
        if low < lane.endIndex, record(low).id == id, record(low).isWaiting { return record(low) }
        return returning.first { $0.id == id && $0.isWaiting }
    }

    private func record(_ place: Int) -> JobRecord { lane[place].takeUnretainedValue() }

    /// Notes that a job which waits here has been moved to another phase.
    mutating func forgetOne() {
        tombstones += 1
        guard tombstones > 64, tombstones > count else { return }
        lane.removeAll { held in
            let isGone = !held.takeUnretainedValue().isWaiting
            if isGone { held.release() }
            return isGone
        }
        returning.removeAll { !$0.isWaiting }
        tombstones = 0
    }

    /// Empties the queue and returns what waited in it, in order.
    mutating func removeAll() -> [JobRecord] {
        let waiting = (returning + lane.map { $0.takeRetainedValue() }).filter(\.isWaiting)
        self = IntakeQueue()
        return waiting.sorted { $0.isBefore($1) }
    }

    /// At most `limit` entries from position `start`, tombstones included; for lists that must not hold the
    /// lock for long.
    func slice(from start: Int, limit: Int) -> [JobRecord] {
        var slice: [JobRecord] = []
        let end = min(lane.count + returning.count, start + limit)
        for position in start..<max(start, end) {
            slice.append(
                position < returning.count ? returning[position] : record(position - returning.count))
        }
        return slice
    }
}
