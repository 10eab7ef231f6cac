import DequeModule
import Monitoring
import Synchronization

/// The way into and out of a stage that keeps order.
///
/// The worker whose item's turn it is hands on that item and all finished ones behind it. Others leave their items
/// and go on working; only while the next stage has no room do they wait, too.
final class Turnstile<Item: Sendable>: Sendable {
    /// Someone with an item who waits to be let in.
    private final class Entrant: Sendable {
        enum End { case entered, closed, cancelled }
        // Set once, before it is put in line.
        nonisolated(unsafe) var continuation: UnsafeContinuation<End, Never>?
    }

    private struct State {
        var machine: TurnstileMachine<Item>
        var line: Deque<Entrant> = []
        var isClosed = false
        /// Workers that wait because the next stage has no room.
        var blocked: [UnsafeContinuation<Void, Never>] = []
        /// Those who wait until nobody lets items leave any more.
        var settled: [UnsafeContinuation<Void, Never>] = []

        /// Lets in whoever there is room for.
        mutating func takeEntrants() -> [Entrant] {
            guard !line.isEmpty else { return [] }
            var entrants: [Entrant] = []
            while machine.hasRoom, let entrant = line.popFirst() {
                machine.enter()
                entrants.append(entrant)
            }
            return entrants
        }

        mutating func takeBlocked() -> [UnsafeContinuation<Void, Never>] {
            machine.isBlocked = false
            defer { blocked = [] }
            return blocked
        }

        mutating func takeSettled() -> [UnsafeContinuation<Void, Never>] {
            guard !machine.isFlushing else { return [] }
            defer { settled = [] }
            return settled
        }
    }

    private let state: Locked<State>
    private let exit: StageExit<Item>

    init(limit: Int, exit: StageExit<Item>) {
        state = Locked(State(machine: TurnstileMachine(limit: limit)))
        self.exit = exit
    }

    /// What has become of that many items, which were finished when others were counted, too: of what has been finished
    /// since then nothing is told, so that all adds up.
    func leaving(of finished: UInt64) -> LeavingFigures {
        let figures = state.withLock { $0.machine.figures }
        let discarded = min(figures.discarded, finished)
        return LeavingFigures(passed: min(figures.passed, finished - discarded), discarded: discarded)
    }

    // MARK: In

    /// Lets an item in if that can be done at once.
    func enter() -> Bool {
        state.withLock { state in
            guard !state.isClosed, state.line.isEmpty, state.machine.hasRoom else { return false }
            state.machine.enter()
            return true
        }
    }

    /// Lets an item in once there is room.
    func waitToEnter() async throws {
        let entrant = Entrant()
        let end = await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                entrant.continuation = continuation
                let end = state.withLock { state -> Entrant.End? in
                    if state.isClosed { return .closed }
                    if Task.isCancelled { return .cancelled }
                    guard !state.line.isEmpty || !state.machine.hasRoom else {
                        state.machine.enter()
                        return .entered
                    }
                    state.line.append(entrant)
                    return nil
                }
                if let end { continuation.resume(returning: end) }
            }
        } onCancel: {
            let left = state.withLock { state in
                guard let place = state.line.firstIndex(where: { $0 === entrant }) else { return false }
                state.line.remove(at: place)
                return true
            }
            if left { entrant.continuation?.resume(returning: .cancelled) }
        }
        switch end {
        case .entered: return
        case .closed: throw PoolError.closed
        case .cancelled: throw CancellationError()
        }
    }

    /// An item that was let in was not taken after all.
    func turnBack() {
        let entrants = state.withLock { state in
            state.machine.turnBack()
            return state.takeEntrants()
        }
        resume(entrants)
    }

    /// Lets nothing in any more.
    func close() {
        let refused = state.withLock { state in
            state.isClosed = true
            defer { state.line = [] }
            return state.line
        }
        for entrant in refused { entrant.continuation?.resume(returning: .closed) }
    }

    // MARK: Out

    private enum Step { case flush, wait, go, late }

    /// Takes a finished item from its job.
    func leave(_ item: Item, as id: JobID) async throws {
        let step = state.withLock { state -> Step in
            guard state.machine.finish(id.rawValue, item) else { return .late }
            if state.machine.beginFlushing() { return .flush }
            return state.machine.isBlocked ? .wait : .go
        }
        switch step {
        case .flush: await flush(inWorker: true)
        case .wait: await waitForRoom()
        case .go: break
        case .late: throw CancellationError()
        }
    }

    /// An item was skipped or cancelled.
    func gone(_ id: JobID) {
        let (mustFlush, entrants) = state.withLock { state in
            state.machine.gone(id.rawValue)
            return (state.machine.beginFlushing(), state.takeEntrants())
        }
        resume(entrants)
        guard mustFlush else { return }
        // Ends when no item can leave any more; waited for by `empty()`.
        Task.detached { await self.flush(inWorker: false) }
    }

    /// Lets all leave that is finished. To be called when no job is left.
    func empty() async {
        if state.withLock({ $0.machine.beginFlushing() }) { await flush(inWorker: false) }
        await withUnsafeContinuation { continuation in
            let isSettled = state.withLock { state in
                guard state.machine.isFlushing else { return true }
                state.settled.append(continuation)
                return false
            }
            if isSettled { continuation.resume() }
        }
    }

    /// Hands items on until the next one in turn is not finished.
    private func flush(inWorker: Bool) async {
        var hasPassed = false
        while true {
            let (item, entrants, settled) = state.withLock { state in
                if hasPassed { state.machine.passedOne() }
                let item = state.machine.next()
                return (item, state.takeEntrants(), state.takeSettled())
            }
            resume(entrants)
            for waiter in settled { waiter.resume() }
            guard let item else { return }
            hasPassed = await handOn(item, inWorker: inWorker)
        }
    }

    /// Hands one item on; false where the next stage has refused it.
    private func handOn(_ item: Item, inWorker: Bool) async -> Bool {
        do {
            if try exit.offer(item) { return true }
            state.withLock { $0.machine.isBlocked = true }
            let since = inWorker ? exit.meter.began() : nil
            defer {
                if let since { exit.meter.ended(since) }
                for waiter in state.withLock({ $0.takeBlocked() }) { waiter.resume() }
            }
            try await exit.pushUncancelled(item)
            return true
        } catch {
            exit.noteRefusal(error)
            state.withLock { $0.machine.discardedOne() }
            return false
        }
    }

    /// Waits until whoever hands items on finds room.
    private func waitForRoom() async {
        let since = exit.meter.began()
        await withUnsafeContinuation { continuation in
            let waits = state.withLock { state in
                guard state.machine.isBlocked else { return false }
                state.blocked.append(continuation)
                return true
            }
            if !waits { continuation.resume() }
        }
        exit.meter.ended(since)
    }

    private func resume(_ entrants: [Entrant]) {
        for entrant in entrants { entrant.continuation?.resume(returning: .entered) }
    }
}
