public import Monitoring
import Synchronization
public import TerminalUI

/// The cockpit of a pool, or of several: shows them on a terminal and lets an operator steer them.
///
/// It sees a pool through ``MonitorSource`` alone, so that the pool may live in this process, behind a
/// socket, or in a recording. Of several pools one is on the screen at a time, and all of them at a glance in a
/// view of their own; where they are the stages of a pipeline, that is the pipeline. The terminal is used from one thread that the cockpit starts for it, and the
/// sources from another: neither ever waits for the program's own tasks, nor do these wait for the screen.
public final class Cockpit: Sendable {
    private let sources: [any MonitorSource]
    private let screen: Screen
    private let options: CockpitOptions
    private let mailbox: Mailbox
    private let hasRun = Atomic(false)

    /// Carries the terminal to the thread that uses it from then on.
    private struct Screen: @unchecked Sendable {
        // Used by nobody but the screen's thread once the cockpit runs.
        let terminal: any Terminal
    }

    /// A cockpit of one pool. The terminal is its own from now on: nobody else may draw on it or read from it.
    public convenience init(
        source: any MonitorSource, terminal: sending any Terminal, options: CockpitOptions = CockpitOptions()
    ) {
        self.init(sources: [source], terminal: terminal, options: options)
    }

    /// A cockpit of several pools, in the order in which they are shown. The terminal is its own from now on.
    ///
    /// Each source is looked at for itself: one that is slow or lost holds up no other.
    /// - Precondition: there is at least one source.
    public init(
        sources: [any MonitorSource], terminal: sending any Terminal,
        options: CockpitOptions = CockpitOptions()
    ) {
        precondition(!sources.isEmpty, "a cockpit needs a source")
        self.sources = sources
        self.options = options
        mailbox = Mailbox(waker: terminal.waker, sources: sources.count)
        screen = Screen(terminal: terminal)
    }

    /// Shows the pools until the operator leaves, the terminal goes away, or ``close()`` is called.
    ///
    /// The terminal is given back before it returns. Cancelling the task closes the cockpit.
    /// - Returns: why it ended.
    /// - Throws: ``CockpitError`` where it cannot start; nothing has been drawn then.
    public func run() async throws -> CockpitExit {
        guard !hasRun.exchange(true, ordering: .acquiringAndReleasing) else { throw CockpitError.alreadyRun }
        let executor = try ThreadExecutor()
        let clock = WallClock()
        let (screen, mailbox, options) = (screen, mailbox, options)
        let samplers = sources.enumerated().map { number, source in
            Sampler(
                source: source, number: number, mailbox: mailbox, executor: executor, clock: clock,
                refresh: options.refresh)
        }
        let errands = sources.enumerated().map { number, source in
            Errands(source: source, number: number, mailbox: mailbox, operatorName: options.operatorName)
        }
        let ended = Inbox<CockpitExit>()
        do {
            try OwnThread.start {
                var loop = ScreenLoop(
                    terminal: screen.terminal, mailbox: mailbox, clock: clock, options: options,
                    errands: errands,
                    hurry: { executor.wakeSleepers() })
                ended.post(loop.run())
            }
        } catch {
            executor.end()
            throw error
        }
        // Ended by the `finish()`s below. Not waited for, so that a source that never answers cannot keep the
        // operator from leaving.
        _ = Task(executorPreference: executor) {
            await withDiscardingTaskGroup { group in
                for sampler in samplers { group.addTask { await sampler.run() } }
                for errands in errands {
                    group.addTask { await errands.runCommands() }
                    group.addTask { await errands.runQuestions() }
                }
            }
            executor.end()
        }
        let exit = await withTaskCancellationHandler {
            await ended.next() ?? .ended
        } onCancel: {
            mailbox.end(.ended)
        }
        for sampler in samplers { sampler.finish() }
        for errands in errands { errands.finish() }
        return exit
    }

    /// Ends the cockpit, from any thread: ``run()`` returns ``CockpitExit/ended``.
    public func close() { mailbox.end(.ended) }

    /// One picture of a pool as text, without a terminal.
    ///
    /// - Parameters:
    ///   - snapshot: the pool.
    ///   - size: columns and rows.
    ///   - glyphs: the characters to use.
    ///   - title: what to call the pool; empty takes its own name.
    ///   - jobs: jobs that wait and jobs that ended, in the pool's order, for the panel that lists them where
    ///     there is room for one; without any, the panel says how many wait.
    public static func once(
        _ snapshot: PoolSnapshot, size: Size, glyphs: GlyphSet = .unicode, title: String = "",
        jobs: JobPage? = nil
    ) -> String {
        once([snapshot], size: size, glyphs: glyphs, title: title, jobs: jobs)
    }

    /// One picture of several pools as text, without a terminal.
    ///
    /// - Parameters:
    ///   - snapshots: the pools, in the order in which they are shown.
    ///   - size: columns and rows.
    ///   - glyphs: the characters to use.
    ///   - title: what to call the whole; empty takes the pipeline's or the pool's own name.
    ///   - jobs: jobs of the first pool that wait and that ended: see ``once(_:size:glyphs:title:jobs:)``.
    public static func once(
        _ snapshots: [PoolSnapshot], size: Size, glyphs: GlyphSet = .unicode, title: String = "",
        jobs: JobPage? = nil
    ) -> String {
        let environment = CockpitEnvironment(
            title: title, isReadOnly: true, timeZoneOffset: WallClock().zoneOffset,
            capabilities: Capabilities(colorDepth: .none, glyphs: glyphs, mouse: false))
        var state = CockpitState(environment: environment, size: size, pools: snapshots.count)
        for (source, snapshot) in snapshots.enumerated() {
            _ = state.reduce(.snapshot(snapshot), from: source, now: snapshot.time)
        }
        if var page = jobs, let snapshot = snapshots.first {
            page.jobs.removeAll { $0.state == .running }
            _ = state.reduce(.jobs(state.nextQuery, page), from: 0, now: snapshot.time)
        }
        return Picture(of: state).frame.text
    }
}
