import DequeModule
import Monitoring
import Synchronization

/// The jobs of one priority that wait for a worker, first in first out.
///
/// Taking the next jobs out moves references and touches no job: their memory
/// was last written by the producer's processor, and fetching it under the lock
/// is what would make others wait. Cancelling a job leaves its record in place
/// as a tombstone; tombstones are swept out when they outnumber the living.
struct Lane {
    /// First-time jobs, all `queued` or tombstones; IDs ascend, so that one is found by bisection.
    private var fresh = Deque<Held>()
    /// Jobs that come back, all `requeued` or tombstones, in the order of their turns.
    private var returning = Deque<JobRecord>()
    private var tombstones = 0
    /// How many jobs wait.
    @inline(__always)
    var count: Int { fresh.count + returning.count - tombstones }

    @inline(__always)
    mutating func append(_ record: Held) { fresh.append(record) }

    /// Takes a job in that comes back, to stand where the time at which it was queued puts it.
    mutating func insertReturning(_ record: JobRecord) {
        guard let last = returning.last, record.isBefore(last) else { return returning.append(record) }
        var low = returning.startIndex
        var high = returning.endIndex - 1
        while low < high {
            let middle = low + (high - low) / 2
            if record.isBefore(returning[middle]) { high = middle } else { low = middle + 1 }
        }
        returning.insert(record, at: low)
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
    @inline(__always)
    mutating func next() -> JobRecord? {
        if tombstones > 0 { passTombstones() }
        return isReturningNext ? returning.first : fresh.first?.takeUnretainedValue()
    }

    /// Whether the job that is next is one that comes back. To be asked where no tombstone is in front.
    private var isReturningNext: Bool {
        guard let back = returning.first else { return false }
        guard let new = fresh.first else { return true }
        return !new._withUnsafeGuaranteedRef { $0.isBefore(back) }
    }

    /// How many jobs are next, at most `limit`: first-time jobs as long as they satisfy `comesFirst`, which the first one
    /// does, or a single one that comes back.
    ///
    /// Asks of few of them, as they stand in the order of time.
    mutating func run(_ limit: Int, while comesFirst: (JobRecord) -> Bool) -> (count: Int, isReturning: Bool)?
    {
        if tombstones > 0 { passTombstones() }
        if !returning.isEmpty, isReturningNext { return (1, true) }
        guard !fresh.isEmpty else { return nil }
        if !returning.isEmpty || tombstones > 0 { return (1, false) }
        let most = min(limit, fresh.count)
        if most == 1 || comesFirst(record(most - 1)) { return (most, false) }
        // As many as are known to, and one that is known not to.
        var (count, end) = (1, most - 1)
        while count < end {
            let middle = (count + end) / 2
            if comesFirst(record(middle)) { count = middle + 1 } else { end = middle }
        }
        return (count, false)
    }

    private mutating func passTombstones() {
        while tombstones > 0, let record = fresh.first, !record.takeUnretainedValue().isWaiting {
            fresh.removeFirst().release()
            tombstones -= 1
        }
        while tombstones > 0, let record = returning.first, !record.isWaiting {
            returning.removeFirst()
            tombstones -= 1
        }
    }

    /// Takes at most `limit` first-time jobs out; returns how many.
    ///
    /// None, where a job that comes back is next: see ``popReturning()``.
    @inline(__always)
    mutating func pop(_ limit: Int, into batch: UnsafeMutablePointer<Held?>) -> Int {
        if !returning.isEmpty || tombstones > 0 { return popCarefully(limit, into: batch) }
        let count = min(limit, fresh.count)
        popNew(count, into: batch)
        return count
    }

    private mutating func popCarefully(_ limit: Int, into batch: UnsafeMutablePointer<Held?>) -> Int {
        var count = 0
        while count < limit, let run = run(limit - count, while: { _ in true }), !run.isReturning {
            popNew(run.count, into: batch + count)
            count += run.count
        }
        return count
    }

    /// Takes so many of the first-time jobs out that ``run(_:while:)`` has just named.
    @inline(__always)
    mutating func popNew(_ count: Int, into batch: UnsafeMutablePointer<Held?>) {
        for place in 0..<count { batch[place] = fresh[place] }
        fresh.removeFirst(count)
    }

    /// Takes the job out that comes back and that ``run(_:while:)`` has just named.
    mutating func popReturning() -> JobRecord { returning.removeFirst() }

    /// The job of that ID, where it waits here.
    func find(_ id: JobID) -> JobRecord? {
        var low = fresh.startIndex
        var high = fresh.endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if record(middle).id < id { low = middle + 1 } else { high = middle }
        }
        if low < fresh.endIndex, record(low).id == id, record(low).isWaiting { return record(low) }
        return returning.first { $0.id == id && $0.isWaiting }
    }

    private func record(_ place: Int) -> JobRecord { fresh[place].takeUnretainedValue() }

    /// Notes that a job which waits here has been moved to another phase.
    mutating func forgetOne() {
        tombstones += 1
        guard tombstones > 64, tombstones > count else { return }
        fresh.removeAll { held in
            let isGone = !held.takeUnretainedValue().isWaiting
            if isGone { held.release() }
            return isGone
        }
        returning.removeAll { !$0.isWaiting }
        tombstones = 0
    }

    /// Empties the queue and returns what waited in it, in order.
    mutating func removeAll() -> [JobRecord] {
        var waiting: [JobRecord] = []
        for record in returning where record.isWaiting { waiting.append(record) }
        for held in fresh {
            let record = held.takeRetainedValue()
            if record.isWaiting { waiting.append(record) }
        }
        self = Lane()
        return waiting.sorted { $0.isBefore($1) }
    }

    /// How many entries there are, tombstones included.
    var entries: Int { fresh.count + returning.count }

    /// At most `limit` entries from position `start`, tombstones included; for lists that must not hold the
    /// lock for long.
    func slice(from start: Int, limit: Int) -> [JobRecord] {
        var slice: [JobRecord] = []
        let end = min(entries, start.adding(limit))
        for position in start..<max(start, end) {
            slice.append(
                position < returning.count ? returning[position] : record(position - returning.count))
        }
        return slice
    }
}
