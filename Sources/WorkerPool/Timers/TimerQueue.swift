import HeapModule
import Monitoring
import Synchronization

/// Calls back at given times: due jobs, attempts that take too long, producers
/// that have waited long enough. One sleeping task serves them all.
final class TimerQueue: Sendable {
    /// What to do when the time has come.
    enum Duty: Sendable {
        case due(JobRecord)
        case attemptTimeout(JobRecord, startedAt: UInt64, limit: Duration)
        case producerTimeout(ProducerWaiter)
        case deadline(JobRecord, limit: Duration)
        case relief
        /// Tokens of a rate may have come.
        case tokens
    }

    private struct Entry: Comparable {
        /// When it is due; how long it has left, while it is frozen.
        var time: UInt64
        var number: UInt64
        var duty: Duty

        static func < (left: Entry, right: Entry) -> Bool {
            (left.time, left.number) < (right.time, right.number)
        }
        static func == (left: Entry, right: Entry) -> Bool { left.number == right.number }

        /// Whether its clock stops while the pool is frozen.
        var freezes: Bool {
            if case .attemptTimeout = duty { true } else { false }
        }

        /// Whether what it watches is over.
        var isPast: Bool {
            switch duty {
            case .attemptTimeout(let record, _, _): record.phase.load(ordering: .relaxed) != .running
            case .producerTimeout(let waiter): waiter.isOver.load(ordering: .relaxed)
            case .deadline(let record, _): !record.isLive
            case .due, .relief, .tokens: false
            }
        }
    }

    private struct State {
        var heap = Heap<Entry>()
        /// Entries whose clocks stand still; `nil` unless the pool is frozen.
        var frozen: [Entry]?
        var nextNumber: UInt64 = 0
        /// How much of what is watched has ended since the last sweep.
        var over = 0
        /// The task that sleeps, and how many there were before it: an earlier one does nothing any more.
        var sleeper: Task<Void, Never>?
        var sleepers = 0
        var wakeTime = UInt64.max
        var isStopped = false
        var fire: @Sendable (Duty) -> Void = { _ in }
    }

    private let clock: PoolClock
    private let state = Locked(State())

    init(clock: PoolClock) { self.clock = clock }

    /// Sets what is called when a duty is due; once, before the first is added.
    func start(_ fire: @escaping @Sendable (Duty) -> Void) { state.withLock { $0.fire = fire } }

    /// How many duties there are.
    var count: Int { state.withLock { $0.heap.count + ($0.frozen?.count ?? 0) } }

    /// When the next duty is due, as things stand.
    var next: UInt64 { state.withLock { $0.heap.min?.time ?? .max } }

    /// Has that duty called back at that time, or as soon as possible after it.
    func add(_ duty: Duty, at time: UInt64) {
        let isFirst = state.withLock { state in
            guard !state.isStopped else { return false }
            var entry = Entry(time: time, number: state.nextNumber, duty: duty)
            state.nextNumber += 1
            if state.frozen != nil, entry.freezes {
                entry.time = elapsed(from: clock.now(), to: time)
                state.frozen?.append(entry)
                return false
            }
            state.heap.insert(entry)
            return time < state.wakeTime
        }
        if isFirst { rearm() }
    }

    /// Something that was watched has ended. Entries for such are swept out when there are many.
    func watchEnded() {
        let swept = state.withLock { state -> [Entry] in
            state.over += 1
            guard state.over > 64, state.over > (state.heap.count + (state.frozen?.count ?? 0)) / 2 else {
                return []
            }
            state.over = 0
            let all = state.heap.unordered
            state.heap = Heap(all.filter { !$0.isPast })
            state.frozen?.removeAll(where: \.isPast)
            return all
        }
        withExtendedLifetime(swept) {}
    }

    /// The clocks of attempts stop, or go on from where they stopped.
    func freeze(_ isFrozen: Bool) {
        let now = clock.now()
        state.withLock { state in
            if isFrozen {
                guard state.frozen == nil else { return }
                state.frozen = state.heap.unordered.filter(\.freezes).map { entry in
                    var entry = entry
                    entry.time = elapsed(from: now, to: entry.time)
                    return entry
                }
                state.heap = Heap(state.heap.unordered.filter { !$0.freezes })
            } else if let frozen = state.frozen {
                state.frozen = nil
                for var entry in frozen {
                    entry.time += now
                    state.heap.insert(entry)
                }
            }
        }
        rearm()
    }

    /// Nothing is called back any more, and no task is left once this returns.
    func stop() async {
        let (sleeper, entries, fire) = state.withLock { state in
            defer {
                state.isStopped = true
                state.heap = Heap()
                state.frozen = nil
                state.fire = { _ in }
                state.sleeper = nil
            }
            return (state.sleeper, state.heap, state.fire)
        }
        withExtendedLifetime((entries, fire)) {}
        sleeper?.cancel()
        await sleeper?.value
    }

    /// Has a task sleep until the first entry is due, in place of any other.
    private func rearm(after ended: Int? = nil) {
        let previous = state.withLock { state -> Task<Void, Never>? in
            guard !state.isStopped, ended == nil || ended == state.sleepers, let first = state.heap.min else {
                return nil
            }
            let previous = state.sleeper
            state.sleepers += 1
            state.wakeTime = first.time
            let (time, number, clock) = (first.time, state.sleepers, clock)
            // Ends when its time has come, or when the next one or `stop` cancels it. Waits for the one before it,
            // so that whoever waits for the last one has waited for all.
            state.sleeper = Task.detached { [weak self] in
                await previous?.value
                guard (try? await clock.sleep(until: time)) != nil else { return }
                self?.fireDue(number)
            }
            return previous
        }
        previous?.cancel()
    }

    private func fireDue(_ number: Int) {
        let now = clock.now()
        let (due, fire) = state.withLock { state -> ([Duty], @Sendable (Duty) -> Void) in
            // A later sleeper sees to whatever is due.
            guard number == state.sleepers else { return ([], { _ in }) }
            var due: [Duty] = []
            while let first = state.heap.min, first.time <= now {
                due.append(first.duty)
                state.heap.removeMin()
            }
            state.wakeTime = .max
            return (due, state.fire)
        }
        for duty in due { fire(duty) }
        rearm(after: number)
    }
}
