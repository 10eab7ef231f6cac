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

    /// The times between looks at an idle pool: twice as long each time, as most are so for a moment only, at their start above
    /// all, and a picture without the work that has just come would mislead.
    private static let idlePaces: ClosedRange<Duration> = .milliseconds(50) ... .seconds(1)
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
        var idlePace = Self.idlePaces.lowerBound
        while !isOver.load(ordering: .acquiring) {
            var pace = refresh
            do {
                let snapshot = try await source.snapshot()
                lostPace = Self.lostPaces.lowerBound
                if snapshot.isIdle {
                    pace =
                        idlePace < Self.idlePaces.upperBound ? min(refresh, idlePace) : max(refresh, idlePace)
                    idlePace = min(idlePace * 2, Self.idlePaces.upperBound)
                } else {
                    idlePace = Self.idlePaces.lowerBound
                }
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
