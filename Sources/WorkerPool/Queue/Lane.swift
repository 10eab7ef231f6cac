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
    /// First-time jobs without a record yet, among the others by their IDs; `nil` where there never are any.
    let items: ItemLane?

    init(items: ItemLane? = nil) { self.items = items }

    /// How many jobs wait.
    @inline(__always)
    var count: Int { fresh.count + returning.count - tombstones + (items?.count ?? 0) }

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
    mutating func find(_ id: JobID) -> JobRecord? {
        if hasItem(id) { giveItemsRecords() }
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
        giveItemsRecords()
        var waiting: [JobRecord] = []
        for record in returning where record.isWaiting { waiting.append(record) }
        for held in fresh {
            let record = held.takeRetainedValue()
            if record.isWaiting { waiting.append(record) }
        }
        self = Lane(items: items)
        return waiting.sorted { $0.isBefore($1) }
    }

    /// How many entries there are, tombstones included.
    var entries: Int { fresh.count + returning.count + (items?.count ?? 0) }

    /// At most `limit` entries from position `start`, tombstones included; for lists that must not hold the
    /// lock for long.
    ///
    /// Items come last, each with a record that is good to be looked at only.
    func slice(from start: Int, limit: Int) -> [JobRecord] {
        var slice: [JobRecord] = []
        let end = min(entries, start.adding(limit))
        for position in start..<max(start, end) {
            if position < returning.count {
                slice.append(returning[position])
            } else if position - returning.count < fresh.count {
                slice.append(record(position - returning.count))
            } else if let items {
                slice.append(JobRecord(of: items.stamps[position - returning.count - fresh.count]))
            }
        }
        return slice
    }

    // MARK: Items

    var hasItems: Bool { items.map { $0.count > 0 } ?? false }

    /// When the job was queued that has waited longest.
    mutating func oldestSince() -> UInt64? {
        let record = next()?.queuedAt
        guard let items, items.count > 0 else { return record }
        return min(record ?? .max, items.stamps[0].time)
    }

    /// How many items are next, at most `limit`; none where a job with a record comes before them.
    mutating func nextItems(_ limit: Int) -> Int {
        guard let items, items.count > 0 else { return 0 }
        if tombstones > 0 { passTombstones() }
        let first = items.stamps[0]
        if let back = returning.first, (back.queuedAt, back.id) < (first.time, first.id) { return 0 }
        var count = min(limit, items.count)
        if let record = fresh.first?.takeUnretainedValue() {
            while count > 0, record.id < items.stamps[count - 1].id { count -= 1 }
        }
        return count
    }

    /// Takes at most `limit` first-time jobs out that come before all items, or one that comes back: whichever is next.
    mutating func popBeforeItems(_ limit: Int, into batch: UnsafeMutablePointer<Held?>) -> (
        count: Int, returning: JobRecord?
    ) {
        guard let first = items?.stamps[0], let run = run(limit, while: { $0.id < first.id }) else {
            return (0, nil)
        }
        if run.isReturning { return (0, popReturning()) }
        popNew(run.count, into: batch)
        return (run.count, nil)
    }

    /// Gives every item a record, as any other job has one.
    mutating func giveItemsRecords() {
        guard let items, items.count > 0 else { return }
        var all = Deque<Held>(minimumCapacity: fresh.count + items.count)
        while items.count > 0 {
            let record = JobRecord(of: items.stamps[0])
            while let earlier = fresh.first, earlier.takeUnretainedValue().id < record.id {
                all.append(fresh.removeFirst())
            }
            record.work = items.popWork()
            all.append(Held.passRetained(record))
        }
        all.append(contentsOf: fresh)
        fresh = all
    }

    private func hasItem(_ id: JobID) -> Bool {
        guard let items else { return false }
        var low = 0
        var high = items.count
        while low < high {
            let middle = low + (high - low) / 2
            if items.stamps[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low < items.count && items.stamps[low].id == id
    }

    /// Empties the queue; returns it as it was.
    mutating func takeAll() -> Lane {
        var all = Lane(items: items?.takeAll())
        swap(&all.fresh, &fresh)
        swap(&all.returning, &returning)
        swap(&all.tombstones, &tombstones)
        return all
    }
}
