import HeapModule
import Synchronization

/// Calls back at given times: due jobs, attempts that take too long, producers
/// that have waited long enough. One sleeping task serves them all.
final class TimerQueue: Sendable {
    /// What to do when the time has come.
    enum Duty: Sendable {
        case due(JobRecord)
        case attemptTimeout(JobRecord, attempt: Int, limit: Duration)
        case producerTimeout(ProducerWaiter)
    }

    private struct Entry: Comparable {
        var time: UInt64
        var number: UInt64
        var duty: Duty

        static func < (left: Entry, right: Entry) -> Bool { (left.time, left.number) < (right.time, right.number) }
        static func == (left: Entry, right: Entry) -> Bool { left.number == right.number }

        var isAttemptTimeout: Bool {
            if case .attemptTimeout = duty { true } else { false }
        }

        /// Whether the attempt it watches has ended.
        var isPast: Bool {
            guard case .attemptTimeout(let record, _, _) = duty else { return false }
            return record.phase.load(ordering: .relaxed) != .running
        }
    }

    private struct State {
        var heap = Heap<Entry>()
        var nextNumber: UInt64 = 0
        var ended = 0
        var frozenSince: UInt64?
        var sleeper: Task<Void, Never>?
        var wakeTime = UInt64.max
        var isStopped = false
        var fire: @Sendable (Duty) -> Void = { _ in }
    }

    private let clock: PoolClock
    private let state = Mutex(State())

    init(clock: PoolClock) { self.clock = clock }

    /// Sets what is called when a duty is due; once, before the first is added.
    func start(_ fire: @escaping @Sendable (Duty) -> Void) { state.withLock { $0.fire = fire } }

    /// Has that duty called back at that time, or as soon as possible after it.
    func add(_ duty: Duty, at time: UInt64) {
        let isFirst = state.withLock { state in
            guard !state.isStopped else { return false }
            state.heap.insert(Entry(time: time, number: state.nextNumber, duty: duty))
            state.nextNumber += 1
            return time < state.wakeTime
        }
        if isFirst { rearm() }
    }

    /// An attempt with a timeout has ended. Its entry is swept out when there are many such.
    func attemptEnded() {
        state.withLock { state in
            state.ended += 1
            guard state.ended > 64, state.ended > state.heap.count / 2 else { return }
            state.heap = Heap(state.heap.unordered.filter { !$0.isPast })
            state.ended = 0
        }
    }

    /// The clocks of attempts stop, or go on from where they stopped.
    func freeze(_ isFrozen: Bool) {
        let now = clock.now()
        state.withLock { state in
            if isFrozen {
                state.frozenSince = state.frozenSince ?? now
            } else if let since = state.frozenSince {
                state.frozenSince = nil
                state.heap = Heap(
                    state.heap.unordered.map { entry in
                        var entry = entry
                        if entry.isAttemptTimeout { entry.time += now - since }
                        return entry
                    })
            }
        }
        rearm()
    }

    /// Nothing is called back any more.
    func stop() async {
        let sleeper = state.withLock { state in
            state.isStopped = true
            state.heap = Heap()
            state.fire = { _ in }
            defer { state.sleeper = nil }
            return state.sleeper
        }
        sleeper?.cancel()
        await sleeper?.value
    }

    /// Has the sleeping task wake at the time of the first entry.
    private func rearm() {
        let old = state.withLock { state -> Task<Void, Never>? in
            guard !state.isStopped, let first = state.heap.min else { return nil }
            let old = state.sleeper
            state.wakeTime = first.time
            let (time, clock) = (first.time, clock)
            // Ends when its time has come, or when `rearm` or `stop` cancels it.
            state.sleeper = Task.detached { [weak self] in
                guard (try? await clock.sleep(until: time)) != nil else { return }
                self?.fireDue()
            }
            return old
        }
        old?.cancel()
    }

    private func fireDue() {
        let now = clock.now()
        let (due, fire) = state.withLock { state -> ([Duty], @Sendable (Duty) -> Void) in
            var due: [Duty] = []
            var held: [Entry] = []
            while let first = state.heap.min, first.time <= now {
                state.heap.removeMin()
                if state.frozenSince != nil, first.isAttemptTimeout { held.append(first) } else { due.append(first.duty) }
            }
            // Held entries move on when the pool is thawed; until then they must not wake the sleeper at once.
            for var entry in held {
                entry.time += 1_000_000_000
                state.heap.insert(entry)
            }
            state.wakeTime = .max
            state.sleeper = nil
            return (due, state.fire)
        }
        for duty in due { fire(duty) }
        rearm()
    }
}
