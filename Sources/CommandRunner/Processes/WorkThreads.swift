import Glibc
import Monitoring
import Synchronization

/// As many threads as there is blocking work at one time, kept for the next work.
///
/// A thread that has waited for ten seconds leaves.
final class WorkThreads: Sendable {
    /// Work for a thread. What it returns is run once the thread is free again, and must not block.
    typealias Work = @Sendable (WorkBench) -> @Sendable () -> Void

    private static let patience: UInt64 = 10_000_000_000

    private struct State: Sendable {
        var idle: [Seat] = []
        var seated = 0
        var threads: [ObjectIdentifier: SystemThread] = [:]
        var isOver = false
    }

    // A closure of its own in a Locked would be wrapped once more each time it is read.
    private struct Errand: Sendable {
        var work: Work?
    }

    private final class Seat: Sendable {
        let bench: WorkBench
        let next = Locked(Errand())

        init() throws(SystemError) { bench = try WorkBench() }
    }

    private let state = Locked(State())
    private let name: String
    private let limit: Int

    /// At most `limit` threads. `name` is what `top -H` shows.
    init(name: String, limit: Int) {
        self.name = name
        self.limit = limit
    }

    /// How many threads there are.
    var count: Int { state.withLock { $0.threads.count } }

    /// Hands work to an idle thread, or to a new one.
    ///
    /// - Throws: where no thread is idle and the system has no other to give; the work is not done.
    func perform(_ work: @escaping Work) throws(SystemError) {
        if let seat = state.withLock({ $0.idle.popLast() }) {
            seat.next.withLock { $0.work = work }
            seat.bench.wake.set()
            return
        }
        guard count < limit else { throw SystemError(EMFILE, doing: "running one more command") }
        let seat = try Seat()
        seat.next.withLock { $0.work = work }
        try state.withLock { state throws(SystemError) in
            state.threads[ObjectIdentifier(seat)] = try SystemThread(name: name) { self.serve(seat) }
        }
    }

    /// Waits until every thread has done its work and left. Nothing may be handed in afterwards.
    func close() {
        let (idle, threads) = state.withLock { state in
            state.isOver = true
            let idle = state.idle
            state.idle = []
            return (idle, Array(state.threads.values))
        }
        for seat in idle { seat.bench.wake.set() }
        for thread in threads { thread.join() }
    }

    private func serve(_ seat: Seat) {
        while true {
            while let work = seat.next.withLock({ $0.work.take() }) {
                let finish = work(seat.bench)
                let isOver = state.withLock { state in
                    if !state.isOver { state.idle.append(seat) }
                    return state.isOver
                }
                finish()
                if isOver { return }
            }
            if !seat.bench.wake.wait(nanoseconds: Self.patience), leave(seat) { return }
            if state.withLock({ $0.isOver }), seat.next.withLock({ $0.work == nil }) { return }
        }
    }

    /// Takes an idle thread off the list, unless work or the end has come for it meanwhile.
    private func leave(_ seat: Seat) -> Bool {
        let thread = state.withLock { state -> SystemThread? in
            guard !state.isOver, let index = state.idle.firstIndex(where: { $0 === seat }) else { return nil }
            state.idle.remove(at: index)
            return state.threads.removeValue(forKey: ObjectIdentifier(seat))
        }
        thread?.detach()
        return thread != nil
    }
}

/// What a work thread has at hand, so that work needs no allocation of its own.
final class WorkBench: @unchecked Sendable {  // used by its own thread alone, but for `wake`
    /// Wakes the thread.
    let wake: WakeEvent
    /// Room to read into.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)

    init() throws(SystemError) { wake = try WakeEvent() }

    deinit { buffer.deallocate() }
}
