import Monitoring

/// The jobs that wait for a worker, by priority and age.
///
/// A job's *rank* is the time at which it was queued, less what its priority is
/// worth. All jobs age alike, so that of two that wait the same one stays ahead:
/// every lane is in order by itself, and the next job is the first of one of
/// them. (The delay-dependent priorities of L. Kleinrock, "A Delay Dependent
/// Queue Discipline", 1964, with equal slopes.)
struct IntakeQueue {
    /// What a priority is worth, in nanoseconds of waiting; `nil` where a higher one always comes first.
    private let aging: Int64?
    /// The jobs of priority 0: most often the only ones.
    private var ordinary = Lane()
    /// A lane for each other priority that there ever was, the highest first.
    private var others: [PriorityLane] = []
    /// How many jobs wait in those.
    private var othersCount = 0

    private struct PriorityLane {
        let priority: Int
        var lane = Lane()
    }

    /// Where the next job is.
    struct Next {
        fileprivate enum Place {
            case ordinary
            case other(Int)
        }

        fileprivate let place: Place
        /// Whether it is one that comes back.
        let isReturning: Bool
    }

    /// The lane whose turn it is, until its first job ranks no longer before `bound`: that of the next lane.
    ///
    /// Holds as long as jobs are only taken out.
    struct Lead {
        fileprivate let place: Next.Place
        fileprivate let bound: Rank?
    }

    init(aging: Duration?) { self.aging = aging.map { Int64(min($0.nanoseconds, 1 << 58)) } }

    /// A queue of the same kind in which nobody waits.
    var emptied: IntakeQueue {
        var queue = self
        queue.ordinary = Lane()
        queue.others = []
        queue.othersCount = 0
        return queue
    }

    /// How many jobs wait.
    @inline(__always)
    var count: Int { ordinary.count + othersCount }

    // MARK: In

    @inline(__always)
    mutating func append(_ record: Held, priority: Int) {
        if priority == 0 { return ordinary.append(record) }
        others[lane(for: priority)].lane.append(record)
        othersCount += 1
    }

    /// Takes a job in that comes back, to stand where the time at which it was queued puts it.
    mutating func insertReturning(_ record: JobRecord) {
        if record.priority == 0 { return ordinary.insertReturning(record) }
        change(record.priority) { $0.insertReturning(record) }
    }

    /// Takes jobs back that had been taken out and were not started.
    mutating func putBack(_ records: [JobRecord]) {
        let special = records.filter { $0.priority != 0 }
        ordinary.putBack(special.isEmpty ? records : records.filter { $0.priority == 0 })
        for record in special { insertReturning(record) }
    }

    /// The place of the lane of that priority.
    @inline(__always)
    private mutating func lane(for priority: Int) -> Int {
        var place = 0
        while place < others.count, others[place].priority > priority { place += 1 }
        if place == others.count || others[place].priority != priority {
            others.insert(PriorityLane(priority: priority), at: place)
        }
        return place
    }

    private mutating func change(_ priority: Int, _ change: (inout Lane) -> Void) {
        let place = lane(for: priority)
        let before = others[place].lane.count
        change(&others[place].lane)
        othersCount += others[place].lane.count - before
    }

    // MARK: Out

    /// Takes at most `limit` first-time jobs out; returns how many.
    ///
    /// None, where a job that comes back is next: see ``popReturning()``.
    @inline(__always)
    mutating func pop(_ limit: Int, into batch: UnsafeMutablePointer<Held?>) -> Int {
        othersCount == 0 ? ordinary.pop(limit, into: batch) : popByRank(limit, into: batch)
    }

    private mutating func popByRank(_ limit: Int, into batch: UnsafeMutablePointer<Held?>) -> Int {
        var count = 0
        var lead: Lead?
        while count < limit, let next = next(&lead), !next.isReturning {
            batch[count] = popNew(next.place)
            count += 1
        }
        return count
    }

    /// Takes the next job out where it is one that comes back.
    mutating func popReturning() -> JobRecord? {
        guard let next = next(), next.isReturning else { return nil }
        return popBack(next.place)
    }

    /// Takes the job out that ``next()`` has just named.
    mutating func pop(_ next: Next) -> Held {
        next.isReturning ? Held.passRetained(popBack(next.place)) : popNew(next.place)
    }

    /// The job that has waited longest.
    mutating func oldest() -> JobRecord? {
        var oldest = ordinary.first()
        guard othersCount > 0 else { return oldest }
        for place in others.indices {
            guard let first = others[place].lane.first() else { continue }
            if oldest.map({ first.isBefore($0) }) ?? true { oldest = first }
        }
        return oldest
    }

    /// The first of all lanes.
    mutating func next() -> Next? {
        var lead: Lead?
        return next(&lead)
    }

    /// The first of all lanes; one after the other without looking at all of them where a lane keeps the `lead`.
    @inline(__always)
    mutating func next(_ lead: inout Lead?) -> Next? {
        if let lead, let first = next(in: lead.place), lead.bound.map({ first.rank < $0 }) ?? true {
            return Next(place: lead.place, isReturning: first.isReturning)
        }
        return findNext(&lead)
    }

    private mutating func findNext(_ lead: inout Lead?) -> Next? {
        lead = nil
        var best = next(in: .ordinary).map { (Next(place: .ordinary, isReturning: $0.isReturning), $0.rank) }
        var bound: Rank?
        if othersCount > 0 {
            for place in others.indices {
                guard let (rank, isReturning) = next(in: .other(place)) else { continue }
                if best.map({ rank < $0.1 }) ?? true {
                    bound = best?.1
                    best = (Next(place: .other(place), isReturning: isReturning), rank)
                } else if bound.map({ rank < $0 }) ?? true {
                    bound = rank
                }
            }
        }
        guard let best else { return nil }
        lead = Lead(place: best.0.place, bound: bound)
        return best.0
    }

    @inline(__always)
    private mutating func next(in place: Next.Place) -> (rank: Rank, isReturning: Bool)? {
        switch place {
        case .ordinary: ordinary.next().map { (rank(queuedAt: $0.queuedAt, priority: 0), $0.isReturning) }
        case .other(let place):
            others[place].lane.next().map {
                (rank(queuedAt: $0.queuedAt, priority: others[place].priority), $0.isReturning)
            }
        }
    }

    /// What decides who comes first; the priority where nobody ages, and where two would be equal.
    fileprivate typealias Rank = (Int64, Int)

    @inline(__always)
    private func rank(queuedAt: UInt64, priority: Int) -> Rank {
        guard let aging else { return (0, -priority) }
        let (bonus, isTooLarge) = Int64(priority).multipliedReportingOverflow(by: aging)
        guard !isTooLarge else { return (priority > 0 ? .min : .max, -priority) }
        let (rank, overflow) = Int64(clamping: queuedAt).subtractingReportingOverflow(bonus)
        return (overflow ? (priority > 0 ? .min : .max) : rank, -priority)
    }

    private mutating func popNew(_ place: Next.Place) -> Held {
        guard case .other(let place) = place else { return ordinary.popNew() }
        othersCount -= 1
        return others[place].lane.popNew()
    }

    private mutating func popBack(_ place: Next.Place) -> JobRecord {
        guard case .other(let place) = place else { return ordinary.popBack() }
        othersCount -= 1
        return others[place].lane.popBack()
    }

    // MARK: All

    /// The job of that ID, where it waits here.
    func find(_ id: JobID) -> JobRecord? {
        if let record = ordinary.find(id) { return record }
        for other in others { if let record = other.lane.find(id) { return record } }
        return nil
    }

    /// Notes that a job which waits here has been moved to another phase.
    mutating func forget(_ record: JobRecord) {
        if record.priority == 0 { return ordinary.forgetOne() }
        change(record.priority) { $0.forgetOne() }
    }

    /// Empties the queue and returns what waited in it, the longest waiting first.
    mutating func removeAll() -> [JobRecord] {
        var records = ordinary.removeAll()
        guard othersCount > 0 || !others.isEmpty else { return records }
        for place in others.indices { records += others[place].lane.removeAll() }
        othersCount = 0
        return records.sorted { $0.isBefore($1) }
    }

    /// At most `limit` entries from position `start`, tombstones included, the highest priority first; for lists
    /// that must not hold the lock for long.
    func slice(from start: Int, limit: Int) -> [JobRecord] {
        if others.isEmpty { return ordinary.slice(from: start, limit: limit) }
        var slice: [JobRecord] = []
        var skip = start
        let urgent = others.filter { $0.priority > 0 }.map(\.lane)
        let patient = others.filter { $0.priority < 0 }.map(\.lane)
        for lane in urgent + [ordinary] + patient where slice.count < limit {
            if skip >= lane.entries {
                skip -= lane.entries
                continue
            }
            slice += lane.slice(from: skip, limit: limit - slice.count)
            skip = 0
        }
        return slice
    }
}
