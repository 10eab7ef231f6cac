import Logging
import Monitoring
import Synchronization

/// A stage of a run, whatever its types.
protocol RunningStage: AnyObject, Sendable {
    var pool: Pool { get }
    /// Takes nothing more, and returns once all it has taken has left.
    func drain() async
    /// Takes nothing more and cancels what it has; returns once all of that has ended.
    func shutDown(grace: Duration) async
}

/// One stage of a run: its pool, its function, and the way on.
///
/// An item is a job of the pool: it waits in the pool's queue, and leaves by being taken by the next stage from within
/// the job. So the pool's own counters tell what became of every item.
final class Stage<Item: Sendable, Result: Sendable>: Inlet, RunningStage {
    let pool: Pool
    private let attempt: StageAttempt<Item, Result>
    /// Where items wait without records; `nil` where they need such, as they are told apart by more than their turn.
    private let lane: Unmanaged<StageLane<Item, Result>>?
    private let describe: (@Sendable (Item) -> JobOptions)?
    /// The way in and the way out of a stage that keeps order.
    private let turnstile: Turnstile<Result>?

    init(_ blueprint: TypedBlueprint<Item, Result>, _ place: StagePlace, next: any Inlet<Result>) {
        let settings = blueprint.settings
        var configuration = settings.pool
        configuration.name = blueprint.name
        // The processor is better used by another stage.
        configuration.lingers = false
        configuration.seed = place.options.seed &+ UInt64(place.position)
        if let clock = place.options.clock { configuration.clock = clock }
        if let logger = place.options.logger { configuration.logger = logger }
        configuration.logger[metadataKey: "pipeline"] = "\(place.pipeline)"
        let meter = BlockedMeter(clock: configuration.clock)
        let exit = StageExit(stage: blueprint.name, next: next, control: place.control, meter: meter)
        let turnstile = settings.order.window.map { window in
            Turnstile(limit: (configuration.capacity ?? .max / 2) + window, exit: exit)
        }
        let report = StageReport(place, settings, meter: meter) { succeeded in
            turnstile?.leaving(of: succeeded) ?? exit.leaving(of: succeeded)
        }
        configuration.annotate = { report.fill(&$0) }
        let fails = settings.onFailure == .fail
        let control = place.control
        configuration.onEnd = { id, end in
            switch end {
            case .succeeded: return
            case .failed(let error): if fails { control.abort(error) }
            case .cancelled, .dropped: break
            }
            turnstile?.gone(id)
        }
        attempt = StageAttempt(blueprint.work, exit, turnstile, configuration.clock)
        describe = blueprint.describe
        let isPlain =
            describe == nil && configuration.tracer == nil && configuration.rate == nil
            && configuration.limits.isEmpty
        let lane = isPlain ? StageLane(attempt) : nil
        configuration.keeps = attempt
        configuration.items = lane
        // The pool keeps it.
        self.lane = lane.map(Unmanaged.passUnretained)
        self.turnstile = turnstile
        pool = Pool(configuration)
    }

    // MARK: The way in

    func offer(_ item: Item, _ time: inout UInt64?) throws -> Bool {
        if let turnstile, !turnstile.enter() { return false }
        do {
            if try admitAtOnce(item, &time) { return true }
        } catch {
            turnstile?.turnBack()
            throw error
        }
        turnstile?.turnBack()
        return false
    }

    @inline(__always)
    private func admitAtOnce(_ item: Item, _ time: inout UInt64?) throws -> Bool {
        guard let lane else { return try pool.admitAtOnce(job(for: item), &time) }
        let now = pool.clock.now()
        if pool.clock.isSystem { time = now }
        let admission = pool.state.withLock { machine in
            machine.admit(at: now) { stamp in lane._withUnsafeGuaranteedRef { $0.append(item, stamp) } }
        }
        switch admission {
        case .admitted(_, let wake):
            wake?.resume()
            return true
        case .full, .paused, .duplicate: return false
        case .closed: throw PoolError.closed
        }
    }

    func push(_ item: Item) async throws {
        try await turnstile?.waitToEnter()
        do {
            _ = try await pool.submit(job(for: item))
        } catch {
            turnstile?.turnBack()
            throw error
        }
    }

    @inline(__always)
    private func job(for item: Item) -> Job {
        pool.carried(Job(options(for: item), nil, attempt.work(on: item)))
    }

    var takesGathered: Bool { lane != nil && turnstile == nil }

    func reserve(_ count: Int, for gathered: Gathered<Item>) -> Int {
        pool.state.withLock { machine in
            let places = machine.reserve(count)
            gathered.get(places)
            return places
        }
    }

    func take(_ gathered: Gathered<Item>, stuckIn stuck: Int?) -> (taken: Int, refused: Int) {
        guard let lane else { return (0, 0) }
        let now = pool.clock.now()
        let (items, moved) = pool.state.withLock { machine -> (Range<Int>, PoolMachine.Moved?) in
            let (items, places) = gathered.take(stuckIn: stuck)
            machine.reserved -= places
            guard machine.lifecycle == .running else { return (items, nil) }
            return (
                items,
                machine.admit(items.count, at: now) { lane.takeUnretainedValue().append(gathered, items, $0) }
            )
        }
        guard let moved else {
            gathered.giveUp(items)
            return (0, items.count)
        }
        pool.act(on: moved)
        return (items.count, 0)
    }

    private func options(for item: Item) -> JobOptions? {
        guard var options = describe?(item) else { return nil }
        options.key = nil
        return options
    }

    // MARK: The end

    func drain() async {
        turnstile?.close()
        await pool.drain()
        await turnstile?.empty()
    }

    func shutDown(grace: Duration) async {
        turnstile?.close()
        await pool.shutdownNow(grace: grace)
    }
}

extension Pool {
    /// Takes a job in if that can be done at once; false where the submit has to wait or to do as its policy says.
    ///
    /// - Parameter time: Set to the machine's time.
    @inline(__always)
    func admitAtOnce(_ job: consuming Job, _ time: inout UInt64?) throws(PoolError) -> Bool {
        let isTimed = job.isTimed
        let now = clock.now()
        if clock.isSystem { time = now }
        switch state.withLock({ $0.admit(&job, at: now, behindLine: true) }) {
        case .admitted(_, let wake):
            wake?.resume()
            if isTimed { setTimers(for: state.withLock { $0.takeTimed() }) }
            return true
        case .full, .paused, .duplicate: return false
        case .closed: throw .closed
        }
    }
}
