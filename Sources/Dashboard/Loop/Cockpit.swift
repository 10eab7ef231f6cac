public import Monitoring
import Synchronization
public import TerminalUI

/// The cockpit of a pool: shows it on a terminal and lets an operator steer it.
///
/// It sees the pool through ``MonitorSource`` alone, so that the pool may live in this process, behind a
/// socket, or in a recording. The terminal is used from one thread that the cockpit starts for it, and the
/// source from another: neither ever waits for the program's own tasks, nor do these wait for the screen.
public final class Cockpit: Sendable {
    private let source: any MonitorSource
    private let screen: Screen
    private let options: CockpitOptions
    private let mailbox: Mailbox
    private let hasRun = Atomic(false)

    /// Carries the terminal to the thread that uses it from then on.
    private struct Screen: @unchecked Sendable {
        // Used by nobody but the screen's thread once the cockpit runs.
        let terminal: any Terminal
    }

    /// A cockpit. The terminal is its own from now on: nobody else may draw on it or read from it.
    public init(
        source: any MonitorSource, terminal: sending any Terminal, options: CockpitOptions = CockpitOptions()
    ) {
        self.source = source
        self.options = options
        mailbox = Mailbox(waker: terminal.waker)
        screen = Screen(terminal: terminal)
    }

    /// Shows the pool until the operator leaves, the terminal goes away, or ``close()`` is called.
    ///
    /// The terminal is given back before it returns. Cancelling the task closes the cockpit.
    /// - Returns: why it ended.
    /// - Throws: ``CockpitError`` where it cannot start; nothing has been drawn then.
    public func run() async throws -> CockpitExit {
        guard !hasRun.exchange(true, ordering: .acquiringAndReleasing) else { throw CockpitError.alreadyRun }
        let executor = try ThreadExecutor()
        let clock = WallClock()
        let sampler = Sampler(
            source: source, mailbox: mailbox, executor: executor, clock: clock, refresh: options.refresh)
        let errands = Errands(source: source, mailbox: mailbox, operatorName: options.operatorName)
        let ended = Inbox<CockpitExit>()
        let (screen, mailbox, options) = (screen, mailbox, options)
        do {
            try OwnThread.start {
                var loop = ScreenLoop(
                    terminal: screen.terminal, mailbox: mailbox, clock: clock, options: options,
                    errands: errands,
                    hurry: { sampler.hurry() })
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
                group.addTask { await sampler.run() }
                group.addTask { await errands.runCommands() }
                group.addTask { await errands.runQuestions() }
            }
            executor.end()
        }
        let exit = await withTaskCancellationHandler {
            await ended.next() ?? .ended
        } onCancel: {
            mailbox.end(.ended)
        }
        sampler.finish()
        errands.finish()
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
        let environment = CockpitEnvironment(
            title: title, isReadOnly: true, timeZoneOffset: WallClock().zoneOffset,
            capabilities: Capabilities(colorDepth: .none, glyphs: glyphs, mouse: false))
        var state = CockpitState(environment: environment, size: size)
        _ = state.reduce(.snapshot(snapshot), now: snapshot.time)
        if var page = jobs {
            page.jobs.removeAll { $0.state == .running }
            _ = state.reduce(.jobs(state.nextQuery, page), now: snapshot.time)
        }
        return Picture(of: state).frame.text
    }
}
