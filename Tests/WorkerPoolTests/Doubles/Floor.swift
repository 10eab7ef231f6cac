import Monitoring
import Synchronization
import Testing

@testable import WorkerPool

/// A machine whose workers a test moves by hand, one event at a time.
final class Floor {
    var machine: PoolMachine
    /// What the machine is told the time is.
    var now: UInt64 = 1_000_000_000_000
    /// Submits that got through, in order.
    private(set) var through: [ProducerWaiter] = []
    /// When the machine wants to be told of tokens.
    private(set) var alarm: UInt64?
    private var lastReceipt: UInt64 = 0

    init(
        workers: Int, capacity: Int? = 100, retry: RetryPolicy = .none, aging: Duration? = nil,
        rate: RateLimit? = nil, limits: [String: KindLimit] = [:]
    ) {
        machine = PoolMachine(
            capacity: capacity, retry: retry, seed: 1, aging: aging, rate: rate, limits: limits)
        _ = machine.resize(to: workers, now: now)
    }

    deinit {
        for slot in machine.parked { slot.parked?.resume() }
        machine.releaseRecords()
    }

    func slot(_ number: Int) -> WorkerSlot {
        machine.slots.first { $0.id.rawValue == number } ?? WorkerSlot(id: WorkerID(rawValue: number))
    }

    /// The numbers of the workers that are on their way.
    var woken: [Int] { machine.slots.filter(\.isWoken).map(\.id.rawValue) }
    var parked: [Int] { machine.parked.map(\.id.rawValue) }
    var slots: [Int] { machine.slots.map(\.id.rawValue) }
    var retiring: [Int] { machine.slots.filter(\.isRetiring).map(\.id.rawValue) }
    /// The IDs of the jobs in the queue, in order.
    var queued: [UInt64] {
        machine.queue.slice(from: 0, limit: .max).filter(\.isWaiting).sorted { $0.isBefore($1) }.map(
            \.id.rawValue)
    }
    var counters: Counters { machine.reading(now: now).counters }

    // MARK: Producers

    enum Admission: Equatable { case admitted(UInt64), duplicate(UInt64), full, paused, closed }

    /// Submits one job that does nothing.
    @discardableResult
    func admit(_ job: Job = Job { _ in }, behindLine: Bool = false) -> Admission {
        var job = job
        switch machine.admit(&job, at: now, behindLine: behindLine) {
        case .admitted(let id, let wake):
            wake?.resume()
            return .admitted(id.rawValue)
        case .duplicate(let live): return .duplicate(live.id.rawValue)
        case .full: return .full
        case .paused: return .paused
        case .closed: return .closed
        }
    }

    func admit(count: Int) { for _ in 0..<count { admit() } }

    /// A submit of so many jobs stands in line.
    @discardableResult
    func wait(jobs: Int = 1) -> (waiter: ProducerWaiter, end: ProducerWaiter.End?) {
        let waiter = ProducerWaiter(PreparedJobs(count: jobs), at: now)
        let (end, wake, _) = machine.standInLine(waiter, now: now)
        wake?.resume()
        return (waiter, end)
    }

    func leaveLine(_ waiter: ProducerWaiter) -> Bool { machine.leaveLine(waiter, now: now) }

    @discardableResult
    func moveUp(eagerly: Bool = false) -> Int {
        let moved = machine.moveUp(now: now, eagerly: eagerly)
        through += moved
        return moved.count
    }

    // MARK: Workers

    enum Step: Equatable { case run([UInt64]), started(UInt64), linger, park, leave }

    /// A worker looks for work.
    @discardableResult
    func claim(_ number: Int) -> Step { claim(slot(number)) }

    @discardableResult
    func claim(_ slot: WorkerSlot) -> Step {
        if let continuation = slot.parked {
            slot.parked = nil
            machine.parked.removeAll { $0 === slot }
            continuation.resume()
        }
        let claim = machine.claim(slot, now: now)
        claim.wake?.resume()
        if let alarm = claim.alarm { self.alarm = alarm }
        through += claim.through
        for waiter in claim.quiet { waiter.continuation.resume(returning: true) }
        for place in 0..<WorkerSlot.batchLimit { slot.previousBatch[place].take()?.release() }
        switch claim.next {
        case .run(let count): return .run((0..<count).compactMap { slot.held($0)?.id.rawValue })
        case .runStarted: return .started(slot.held(0)?.id.rawValue ?? 0)
        case .linger: return .linger
        case .park: return .park
        case .leave: return .leave
        }
    }

    /// A worker that has just run tiny jobs and lingers, ready to be served.
    func lingering(_ number: Int) -> WorkerSlot {
        let slot = slot(number)
        slot.averageRun = 0
        slot.patience = PoolMachine.patience
        #expect(claim(slot) == .linger)
        slot.isReady.store(true, ordering: .releasing)
        return slot
    }

    /// The time has come for which the machine asked.
    func tokensCame() {
        let (wake, alarm) = machine.tokensCame(now: now)
        wake?.resume()
        self.alarm = alarm
    }

    /// A worker without work parks; false where it is to look again.
    @discardableResult
    func park(_ number: Int) -> Bool {
        let continuation = Parking.continuation()
        let (stays, quiet) = machine.park(slot(number), continuation)
        if !stays { continuation.resume() }
        for waiter in quiet { waiter.continuation.resume(returning: true) }
        return stays
    }

    /// A worker parks although it could steal: what it looks like when the other one has just taken its jobs.
    func parkOnly(_ number: Int) {
        let handed = machine.handed
        machine.handed = 0
        park(number)
        machine.handed = handed
    }

    /// Every worker looks for work and parks.
    func parkAll() { for number in slots where claim(number) == .park { park(number) } }

    /// A worker starts the job at that place of its batch; false where it is not its own any more.
    @discardableResult
    func start(_ number: Int, place: Int = 0) -> Bool {
        let slot = slot(number)
        guard let record = slot.held(place), record.move(from: .queued, to: .running) else { return false }
        begin(number, place: place)
        return true
    }

    /// A worker starts a job that was `running` when it got it.
    func begin(_ number: Int, place: Int = 0) { slot(number).started(place, at: now) }

    /// A worker's job ends well; false where it was told to stop and its end is decided by the machine.
    @discardableResult
    func succeed(_ number: Int, place: Int = 0) -> Bool {
        let slot = slot(number)
        guard let record = slot.held(place), record.move(from: .running, to: .succeeded) else { return false }
        slot.ended(well: record)
        return true
    }

    /// The machine decides how a worker's job ended.
    @discardableResult
    func settle(_ slot: WorkerSlot, place: Int = 0, error: (any Error)? = nil) -> PoolMachine.Settlement? {
        guard let record = slot.held(place) else { return nil }
        let settlement = machine.settle(record, on: slot, error: error, now: now)
        settlement.wake?.resume()
        return settlement
    }

    @discardableResult
    func settle(_ number: Int, error: (any Error)? = nil) -> PoolMachine.Settlement? {
        settle(slot(number), error: error)
    }

    /// A worker takes one job and starts it; returns its ID.
    @discardableResult
    func startNext(_ number: Int) -> UInt64? {
        switch claim(number) {
        case .run(let ids):
            start(number)
            return ids.first
        case .started(let id):
            begin(number)
            return id
        case .linger, .park, .leave: return nil
        }
    }

    // MARK: Operators

    enum Cancelled: Equatable { case removed(UInt64), signalled(Int), alreadyStopping, outOfReach, notFound }

    @discardableResult
    func cancel(_ id: UInt64) -> Cancelled {
        lastReceipt += 1
        return switch machine.cancel(JobID(rawValue: id), receipt: lastReceipt, now: now) {
        case .removed(let record): .removed(record.id.rawValue)
        case .signalled(let slot): .signalled(slot.id.rawValue)
        case .alreadyStopping: .alreadyStopping
        case .outOfReach: .outOfReach
        case .notFound: .notFound
        }
    }

    @discardableResult
    func resize(_ count: Int) -> PoolMachine.Resized {
        let resized = machine.resize(to: count, now: now)
        for wake in resized.wakes { wake.resume() }
        return resized
    }

    @discardableResult
    func requeueYoungest() -> [WorkerSlot] { machine.requeueYoungest(now: now) }

    /// Gives a worker up; returns its job's ID.
    @discardableResult
    func abandon(_ number: Int) -> UInt64? {
        let abandoned = machine.abandon(WorkerID(rawValue: number), now: now)
        abandoned?.wake?.resume()
        return abandoned?.record.id.rawValue
    }

    func pauseDispatch() {
        machine.dispatchPause = PauseMark(by: "test", since: now)
        machine.recallBatches(now: now)
    }
}

/// Makes continuations of tasks that do nothing but wait for them.
final class Parking: Sendable {
    private let continuation = Locked<Wake?>(nil)

    static func continuation() -> Wake {
        let parking = Parking()
        // Runs at once up to the continuation; ends when that is resumed.
        Task.immediate {
            await withUnsafeContinuation { made in parking.continuation.withLock { $0 = made } }
        }
        guard let made = parking.continuation.withLock({ $0 }) else {
            preconditionFailure("the task did not run at once")
        }
        return made
    }
}

extension PreparedJobs {
    /// So many jobs that do nothing.
    convenience init(count: Int) {
        var jobs = Array(repeating: Job { _ in }, count: count)
        self.init(&jobs, [])
    }
}

extension JobRecord {
    /// A job that does nothing, just queued.
    convenience init(_ id: UInt64, at time: UInt64) {
        self.init()
        var job = Job { _ in }
        take(&job)
        begin(id: JobID(rawValue: id), at: time)
    }
}
