import Monitoring
import Synchronization

/// Looks at the pool again and again, and posts what is new.
///
/// An idle pool that has not changed wakes nobody.
final class Sampler: Sendable {
    private let source: any MonitorSource
    private let number: Int
    private let mailbox: Mailbox
    private let executor: ThreadExecutor
    private let clock: WallClock
    private let refresh: Duration
    private let isOver = Atomic(false)

    /// The time between two looks at an idle pool, or at a source that does not answer.
    private static let idlePace: Duration = .seconds(1)

    init(
        source: any MonitorSource, number: Int = 0, mailbox: Mailbox, executor: ThreadExecutor,
        clock: WallClock,
        refresh: Duration
    ) {
        self.source = source
        self.number = number
        self.mailbox = mailbox
        self.executor = executor
        self.clock = clock
        self.refresh = min(max(refresh, .milliseconds(50)), .seconds(10))
    }

    /// Looks until ``finish()``.
    @concurrent
    func run() async {
        var previous: PoolSnapshot?
        var held: PoolSnapshot?
        while !isOver.load(ordering: .acquiring) {
            var pace = refresh
            do {
                let snapshot = try await source.snapshot()
                if snapshot.isIdle { pace = max(refresh, Self.idlePace) }
                if let last = previous, Self.isUnchanged(last, snapshot) {
                    held = snapshot
                    mailbox.hear(from: number, at: clock.now)
                } else {
                    // The graphs are to know that nothing happened until now.
                    if let held { mailbox.post(held, from: number, at: clock.now) }
                    held = nil
                    previous = snapshot
                    mailbox.post(snapshot, from: number, at: clock.now)
                }
            } catch {
                pace = Self.idlePace
                previous = nil
                held = nil
                mailbox.lose(String("\(error)".prefix(200)), from: number)
            }
            if isOver.load(ordering: .acquiring) { return }
            await executor.sleep(pace, step: .milliseconds(10))
        }
    }

    /// Ends the loop.
    func finish() {
        isOver.store(true, ordering: .releasing)
        executor.wakeSleepers()
    }

    /// Whether both show an idle pool, and the same but for the time.
    static func isUnchanged(_ left: PoolSnapshot, _ right: PoolSnapshot) -> Bool {
        guard left.isIdle, right.isIdle else { return false }
        func still(_ snapshot: PoolSnapshot) -> PoolSnapshot {
            var still = snapshot
            still.time = 0
            still.uptime = 0
            still.paused.intake?.elapsed = 0
            still.paused.dispatch?.elapsed = 0
            still.paused.frozen?.elapsed = 0
            return still
        }
        return still(left) == still(right)
    }
}
