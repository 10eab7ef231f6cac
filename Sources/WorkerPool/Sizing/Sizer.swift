import Monitoring
import Synchronization

/// Has the pool follow its ``SizingMachine``.
final class Sizer: Sendable {
    /// Who moves the pool, as the log has it.
    static let name = "auto"
    /// The time between two looks.
    static let interval = Duration.milliseconds(500)

    private let machine: Locked<SizingMachine>
    private let source: (any PressureSource)?

    /// A sizer for pools of adaptive size; `nil` for others.
    init?(_ configuration: PoolConfiguration) {
        guard let rails = configuration.size.rails else { return nil }
        machine = Locked(SizingMachine(rails: rails, start: configuration.size.start))
        source = configuration.pressure
    }

    /// Looks now and then until the task is cancelled.
    func run(on pool: Pool) async {
        while !Task.isCancelled {
            sweep(pool)
            let next = pool.clock.now() + Self.interval.nanoseconds
            guard (try? await pool.clock.sleep(until: next)) != nil else { return }
        }
    }

    /// Looks at the pool once; returns what it did.
    @discardableResult
    func sweep(_ pool: Pool) -> SizingMachine.Action {
        let sample = SizingSample(pool.snapshot(), pressure: source?.pressure())
        let now = pool.clock.now()
        let action = machine.withLock { $0.observe(sample, at: now) }
        // Where someone else has resized the pool in the meantime, that stands.
        if case .move(let size, let reason) = action {
            pool.apply(by: Self.name, .finish, because: reason) { $0 == sample.workers ? size : $0 }
        }
        return action
    }

    /// Someone else resizes the pool.
    func yield(to operator: String) { machine.withLock { $0.yield(to: `operator`) } }

    /// The pool, which has that many workers, sizes itself again.
    func handBack(at size: Int, by operator: String) {
        machine.withLock { $0.handBack(at: size, by: `operator`) }
    }

    /// For snapshots.
    var figures: SizingFigures {
        machine.withLock { machine in
            SizingFigures(
                min: machine.rails.lowerBound, max: machine.rails.upperBound, isActive: machine.isActive,
                reason: machine.reason, pressure: machine.pressure)
        }
    }
}
