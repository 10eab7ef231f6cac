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

    /// The time between two looks at an idle pool.
    private static let idlePace: Duration = .seconds(1)
    /// The times between looks at a source that does not answer: twice as long each time.
    private static let lostPaces: ClosedRange<Duration> = .milliseconds(250) ... .seconds(4)

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
        var lostPace = Self.lostPaces.lowerBound
        while !isOver.load(ordering: .acquiring) {
            var pace = refresh
            do {
                let snapshot = try await source.snapshot()
                lostPace = Self.lostPaces.lowerBound
                if snapshot.isIdle { pace = max(refresh, Self.idlePace) }
                if let last = previous, snapshot.isUnchanged(since: last) {
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
                pace = lostPace
                lostPace = min(lostPace * 2, Self.lostPaces.upperBound)
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
}
