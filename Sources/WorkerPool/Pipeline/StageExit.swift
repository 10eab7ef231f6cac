import Monitoring
import Synchronization

/// The way of finished items from one stage to the next.
final class StageExit<Item: Sendable>: Sendable {
    private let stage: String
    private let next: any Inlet<Item>
    private let control: RunControl
    let meter: BlockedMeter
    /// Whether several items can go on together.
    let takesGathered: Bool
    /// How many items have gone on. Counted only where they may do that after their jobs have ended.
    private let passed = Atomic<UInt64>(0)
    /// How many gathered items went no further, as the next stage had ended.
    private let discarded = Atomic<UInt64>(0)

    init(stage: String, next: any Inlet<Item>, control: RunControl, meter: BlockedMeter) {
        self.stage = stage
        self.next = next
        self.control = control
        self.meter = meter
        takesGathered = next.takesGathered
    }

    /// Hands an item on from within its job if that can be done at once.
    @inline(__always)
    func leaveAtOnce(_ item: Item, _ attempt: inout AttemptAtOnce) throws -> Bool {
        if attempt.isToldToStop { try Attempt.checkNotGivenUp() }
        do {
            guard try next.offer(item, &attempt.time) else { return false }
        } catch {
            throw refused(error)
        }
        onePassed()
        return true
    }

    @inline(__always)
    private func onePassed() { if takesGathered { passed.add(1, ordering: .relaxed) } }

    /// What has become of that many finished items.
    func leaving(of finished: UInt64) -> LeavingFigures {
        guard takesGathered else { return LeavingFigures(passed: finished, discarded: 0) }
        let discarded = min(discarded.load(ordering: .relaxed), finished)
        return LeavingFigures(
            passed: min(passed.load(ordering: .relaxed), finished - discarded), discarded: discarded)
    }

    /// Begins a batch of so many items.
    func begin(_ gathered: Gathered<Item>, count: Int) {
        gathered.begin(room: next.reserve(count, for: gathered))
    }

    /// Hands the finished items of a batch on.
    func handOn(_ gathered: Gathered<Item>, stuckIn stuck: Int?) {
        if stuck == nil, gathered.room == 0 { return }
        let (taken, refused) = next.take(gathered, stuckIn: stuck)
        if refused > 0 {
            discarded.add(UInt64(refused), ordering: .relaxed)
            noteRefusal(PoolError.closed)
        }
        if stuck == nil { gathered.begin(room: 0) }
        passed.add(UInt64(taken), ordering: .relaxed)
    }

    /// Hands an item on if that can be done at once.
    func offer(_ item: Item) throws -> Bool { try next.offer(item) }

    /// Hands an item on, whatever becomes of the job in whose task that happens.
    func pushUncancelled(_ item: Item) async throws {
        // Ends when the item was taken or refused, which is waited for here.
        try await Task.detached { try await self.next.push(item) }.value
    }

    /// Hands an item on from within its job, waiting for room.
    func leave(_ item: Item) async throws {
        let since = meter.began()
        defer { meter.ended(since) }
        do {
            try await next.push(item)
        } catch is CancellationError where !Attempt.isUnwanted {
            // Told to stop because its time is up or its worker is wanted elsewhere: but the work is done.
            do {
                try await pushUncancelled(item)
            } catch {
                throw refused(error)
            }
        } catch {
            throw refused(error)
        }
        onePassed()
    }

    /// What the job of an item throws that was not taken.
    private func refused(_ error: any Error) -> any Error {
        noteRefusal(error)
        return (error as? PoolError).map(NotTaken.init) ?? error
    }

    /// An item was not taken: where that is because the next stage has ended, the run has failed.
    func noteRefusal(_ error: any Error) {
        guard let error = error as? PoolError, error.code == .closed else { return }
        // Where the run is being ended already this changes nothing, and the job has been told to stop.
        control.abort(PipelineError.nextStageClosed(after: stage))
    }
}

/// Why an item that was finished went no further. Doing the work again would not help.
private struct NotTaken: JobFailure {
    let reason: PoolError
    var failureType: String { "not taken" }
    var failureMessage: String { "finished, but not taken by the next stage: \(reason.message)" }
    var isPermanent: Bool { true }
}

/// What the present attempt can find out about its job.
private enum Attempt {
    /// Throws where the worker was given up together with its job: then nobody waits for the item any more.
    static func checkNotGivenUp() throws {
        guard let seat = Seat.current, let slot = seat.slot else { return }
        if seat.pool.state.withLock({ _ in slot.isAbandoned }) { throw CancellationError() }
    }

    /// Whether someone does not want the item any more.
    static var isUnwanted: Bool {
        guard let seat = Seat.current, let slot = seat.slot else { return true }
        return seat.pool.state.withLock { _ in
            if slot.isAbandoned { return true }
            return switch slot.stop?.reason {
            case .timeout, .requeue: false
            case .cancel, .deadline, nil: true
            }
        }
    }
}
