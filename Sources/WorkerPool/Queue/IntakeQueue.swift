import Monitoring

/// The jobs that wait for a worker, by priority, age, and the gate that they pass before they start.
///
/// A job's *rank* is the time at which it was queued, less what its priority is
/// worth. All jobs age alike, so that of two that wait the same one stays ahead:
/// every lane is in order by itself, and the next job is the first of one of
/// them. (The delay-dependent priorities of L. Kleinrock, "A Delay Dependent
/// Queue Discipline", 1964, with equal slopes.)
///
/// All jobs of a lane pass the same gate. While that is shut, they are *held*: the lane is passed over.
struct IntakeQueue {
    private let ranking: Ranking
    /// The jobs of priority 0 that pass no gate: most often the only ones.
    private var ordinary: Lane
    /// A lane for each other priority and gate that there ever was, the highest priority first.
    private var others: [SpecialLane] = []
    /// How many jobs wait in those whose gates are open.
    private var othersCount = 0
    /// How many jobs are held.
    private(set) var held = 0
    /// The gates that are shut.
    private var shut: Set<Int32> = []

    private struct SpecialLane {
        let priority: Int
        let gate: Int32
        var isShut: Bool
        var lane = Lane()
    }

    /// Jobs that are next, all in one lane.
    struct Run {
        fileprivate enum Place {
            case ordinary
            case special(Int)
        }

        fileprivate let place: Place
        /// The gate they pass; −1 where they pass none.
        let gate: Int32
        /// How many there are: first-time jobs, or a single one that comes back.
        let count: Int
        let isReturning: Bool
    }

    /// - Parameter items: The line of jobs without records, where there are such.
    init(aging: Duration?, items: ItemLane? = nil) {
        ordinary = Lane(items: items)
        ranking = Ranking(aging: aging.map { Int64(min($0.nanoseconds, 1 << 58)) })
    }

    /// Empties the queue; returns it as it was.
    mutating func takeAll() -> IntakeQueue {
        var all = self
        all.ordinary = ordinary.takeAll()
        others = []
        othersCount = 0
        held = 0
        return all
    }

    /// How many jobs wait that are not held.
    @inline(__always)
    var count: Int { ordinary.count + othersCount }

    // MARK: In

    /// Puts a job that has just come in at the end of its lane.
    @inline(__always)
    mutating func append(_ record: Held, priority: Int, gate: Int32) {
        if priority == 0, gate < 0 { return ordinary.append(record) }
        let place = lane(priority, gate)
        others[place].lane.append(record)
        if others[place].isShut { held += 1 } else { othersCount += 1 }
    }

    /// Takes a job in that comes back, to stand where the time at which it was queued puts it.
    mutating func insertReturning(_ record: JobRecord) { change(record) { $0.insertReturning(record) } }

    /// Takes jobs back that had been taken out and were not started.
    mutating func putBack(_ records: [JobRecord]) {
        let special = records.filter { !isOrdinary($0) }
        ordinary.putBack(special.isEmpty ? records : records.filter(isOrdinary))
        for record in special { insertReturning(record) }
    }

    private func isOrdinary(_ record: JobRecord) -> Bool { record.priority == 0 && record.gate < 0 }

    /// The place of a lane, which is made where there is none.
    @inline(__always)
    private mutating func lane(_ priority: Int, _ gate: Int32) -> Int {
        var place = 0
        while place < others.count, (-others[place].priority, others[place].gate) < (-priority, gate) {
            place += 1
        }
        if place == others.count || others[place].priority != priority || others[place].gate != gate {
            let lane = SpecialLane(priority: priority, gate: gate, isShut: shut.contains(gate))
            others.insert(lane, at: place)
        }
        return place
    }

    /// Changes the lane of that job.
    private mutating func change(_ record: JobRecord, _ change: (inout Lane) -> Void) {
        if isOrdinary(record) { return change(&ordinary) }
        let place = lane(record.priority, record.gate)
        let before = others[place].lane.count
        change(&others[place].lane)
        let difference = others[place].lane.count - before
        if others[place].isShut { held += difference } else { othersCount += difference }
    }

    // MARK: Gates

    /// Jobs that pass this gate are held from now on.
    mutating func shut(_ gate: Int32) {
        guard shut.insert(gate).inserted else { return }
        turn(gate, isShut: true)
    }

    /// Jobs that pass this gate are held no longer.
    mutating func open(_ gate: Int32) {
        guard shut.remove(gate) != nil else { return }
        turn(gate, isShut: false)
    }

    private mutating func turn(_ gate: Int32, isShut: Bool) {
        for place in others.indices where others[place].gate == gate {
            others[place].isShut = isShut
            let count = others[place].lane.count
            held += isShut ? count : -count
            othersCount -= isShut ? count : -count
        }
    }

    /// Whether jobs that pass this gate are held.
    func isShut(_ gate: Int32) -> Bool { shut.contains(gate) }

    /// How many jobs this gate holds.
    func held(by gate: Int32) -> Int {
        others.reduce(0) { $0 + ($1.gate == gate && $1.isShut ? $1.lane.count : 0) }
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
        while count < limit, let run = next(limit - count), !run.isReturning {
            pop(run.count, of: run, into: batch + count)
            count += run.count
        }
        return count
    }

    /// Takes the next job out where it is one that comes back.
    mutating func popReturning() -> JobRecord? {
        guard let run = next(1), run.isReturning else { return nil }
        return popReturning(run)
    }

    /// Takes the job out that comes back and that ``next(_:)`` has just named.
    mutating func popReturning(_ run: Run) -> JobRecord {
        guard case .special(let place) = run.place else { return ordinary.popReturning() }
        othersCount -= 1
        return others[place].lane.popReturning()
    }

    /// Takes the first of the first-time jobs out that ``next(_:)`` has just named.
    mutating func pop(_ count: Int, of run: Run, into batch: UnsafeMutablePointer<Held?>) {
        guard case .special(let place) = run.place else { return ordinary.popNew(count, into: batch) }
        othersCount -= count
        others[place].lane.popNew(count, into: batch)
    }

    /// At most `limit` jobs that come before all others, the held ones aside.
    mutating func next(_ limit: Int) -> Run? {
        var best: (place: Run.Place, rank: Rank)?
        var bound: Rank?
        if othersCount == 0 {
            // Whatever their ranks are.
            best = (.ordinary, Rank.first)
        } else {
            if let head = ordinary.next() { best = (.ordinary, ranking.rank(of: head, 0)) }
            for place in others.indices where !others[place].isShut {
                guard let head = others[place].lane.next() else { continue }
                let rank = ranking.rank(of: head, others[place].priority)
                if best.map({ rank < $0.rank }) ?? true {
                    bound = best?.rank
                    best = (.special(place), rank)
                } else if bound.map({ rank < $0 }) ?? true {
                    bound = rank
                }
            }
        }
        let ranking = ranking
        switch best?.place {
        case nil: return nil
        case .ordinary:
            return ordinary.run(limit) { ranking.isBefore(bound, $0, 0) }.map {
                Run(place: .ordinary, gate: -1, count: $0.count, isReturning: $0.isReturning)
            }
        case .special(let place):
            let (priority, gate) = (others[place].priority, others[place].gate)
            return others[place].lane.run(limit) { ranking.isBefore(bound, $0, priority) }.map {
                Run(place: .special(place), gate: gate, count: $0.count, isReturning: $0.isReturning)
            }
        }
    }

    // MARK: Items

    /// Whether jobs without records wait. Where others are more urgent, or less, all get records, by which they are told
    /// apart.
    @inline(__always)
    mutating func hasItems() -> Bool {
        guard ordinary.hasItems else { return false }
        if othersCount > 0 { ordinary.giveItemsRecords() }
        return othersCount == 0
    }

    /// How many of them are next, at most `limit`; none where a job with a record comes before them.
    mutating func nextItems(_ limit: Int) -> Int { ordinary.nextItems(limit) }

    /// Takes at most `limit` first-time jobs out that come before those, or one that comes back: whichever is next.
    mutating func popBeforeItems(_ limit: Int, into batch: UnsafeMutablePointer<Held?>) -> (
        count: Int, returning: JobRecord?
    ) { ordinary.popBeforeItems(limit, into: batch) }

    // MARK: All

    /// When the job was queued that has waited longest, held or not.
    mutating func oldestSince() -> UInt64? {
        others.isEmpty ? ordinary.oldestSince() : oldest()?.queuedAt
    }

    /// The job that has waited longest, held or not.
    mutating func oldest() -> JobRecord? {
        ordinary.giveItemsRecords()
        var oldest = ordinary.next()
        for place in others.indices {
            guard let first = others[place].lane.next() else { continue }
            if oldest.map({ first.isBefore($0) }) ?? true { oldest = first }
        }
        return oldest
    }

    /// The job of that ID, where it waits here.
    mutating func find(_ id: JobID) -> JobRecord? {
        if let record = ordinary.find(id) { return record }
        for place in others.indices { if let record = others[place].lane.find(id) { return record } }
        return nil
    }

    /// Notes that a job which waits here has been moved to another phase.
    mutating func forget(_ record: JobRecord) { change(record) { $0.forgetOne() } }

    /// Empties the queue and returns what waited in it, the longest waiting first.
    mutating func removeAll() -> [JobRecord] {
        var records = ordinary.removeAll()
        guard !others.isEmpty else { return records }
        for place in others.indices { records += others[place].lane.removeAll() }
        othersCount = 0
        held = 0
        return records.sorted { $0.isBefore($1) }
    }

    /// At most `limit` entries from position `start`, tombstones included, the highest priority first; for lists
    /// that must not hold the lock for long.
    func slice(from start: Int, limit: Int) -> [JobRecord] {
        if others.isEmpty { return ordinary.slice(from: start, limit: limit) }
        var slice: [JobRecord] = []
        var skip = start
        let urgent = others.filter { $0.priority > 0 }.map(\.lane)
        let rest = others.filter { $0.priority <= 0 }.map(\.lane)
        for lane in urgent + [ordinary] + rest where slice.count < limit {
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

/// What decides who comes first: the time less what the priority is worth, or the priority alone where nobody ages; then
/// the priority, the time, and the number.
private struct Rank {
    let value: Int64
    let priority: Int
    let queuedAt: UInt64
    let id: JobID

    static let first = Rank(value: .min, priority: .max, queuedAt: 0, id: JobID(rawValue: 0))

    static func < (left: Rank, right: Rank) -> Bool {
        if left.value != right.value { return left.value < right.value }
        if left.priority != right.priority { return left.priority > right.priority }
        return (left.queuedAt, left.id) < (right.queuedAt, right.id)
    }
}

private struct Ranking {
    /// What a priority is worth, in nanoseconds of waiting; `nil` where a higher one always comes first.
    let aging: Int64?

    /// Whether a job of that priority comes before that rank; before none, all do.
    func isBefore(_ bound: Rank?, _ record: JobRecord, _ priority: Int) -> Bool {
        bound.map { rank(of: record, priority) < $0 } ?? true
    }

    @inline(__always)
    func rank(of record: JobRecord, _ priority: Int) -> Rank {
        let queuedAt = record.queuedAt
        return Rank(
            value: value(queuedAt: queuedAt, priority: priority), priority: priority, queuedAt: queuedAt,
            id: record.id)
    }

    private func value(queuedAt: UInt64, priority: Int) -> Int64 {
        guard let aging else { return 0 }
        let (bonus, isTooLarge) = Int64(priority).multipliedReportingOverflow(by: aging)
        guard !isTooLarge else { return priority > 0 ? .min : .max }
        let (value, overflow) = Int64(clamping: queuedAt).subtractingReportingOverflow(bonus)
        return overflow ? (priority > 0 ? .min : .max) : value
    }
}
