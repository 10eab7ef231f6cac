import CommandRunner
import Dashboard
import Glibc

/// Runs a session in front of the cockpit where there is a terminal, and without one where there is none.
struct RunShow: Sendable {
    let session: RunSession
    /// What the cockpit calls it.
    let title: String
    /// What others can attach to it as, such as `run`; `nil` where nobody can.
    var kind: String?
    /// Whether the cockpit stays when all jobs are done.
    let stays: Bool

    /// Opens the screen, if any, and watches for signals.
    func open(_ screen: ScreenOptions) throws -> Stage {
        let stage = Stage.open(screen, source: session.pool) { options in
            options.title = title
            options.emptyMessage = "waiting for \(session.input.name)"
            // A demo's work is done for nobody.
            options.canLoseJobs = kind != "demo"
            options.isOver = { session.isOver }
            options.onInterrupt = { RunSignals.deliver(SIGINT, to: session) }
            options.onSuspend = { session.freeze($0) }
        }
        var watched = SignalWatch.steering + [SIGQUIT]
        if case .cockpit = stage {
            // The terminal has to be given back before the process is stopped: the cockpit sees to that.
            watched.removeAll { $0 == SIGTSTP || $0 == SIGCONT }
        }
        try SignalWatch.start(watched) { RunSignals.deliver($0, to: session) }
        return stage
    }

    /// Returns once the last job has ended; what jobs printed is written then, or has been.
    func perform(on stage: Stage) async throws {
        guard let kind else { return try await present(on: stage) }
        try await LiveSocket.during(kind, title: title, pools: [session.pool]) {
            try await present(on: stage)
        }
    }

    private func present(on stage: Stage) async throws {
        guard case .cockpit(let cockpit) = stage else { return await session.run() }
        let holdsOutput = isatty(1) == 1
        if holdsOutput { session.sink.hold() }
        session.tellsProgress = false
        defer {
            session.tellsProgress = true
            session.sink.release()
        }
        let leaving = AsyncStream<Void>.makeStream()
        // Not `async let`: see `Bell.wait(until:on:)`.
        let running = Task { await run(behind: cockpit, until: leaving.stream) }
        let exit: CockpitExit
        do {
            exit = try await cockpit.run()
        } catch {
            leaving.continuation.finish()
            running.cancel()
            await running.value
            throw error
        }
        switch exit {
        case .ended: break
        case .quit: session.stop()
        case .quitGoOnHeadless:
            session.tellsProgress = true
            session.sink.release()
        case .quitCancelled: session.cancel()
        case .hangup: RunSignals.deliver(SIGHUP, to: session)
        }
        leaving.continuation.finish()
        await running.value
    }

    /// Runs the session; where the cockpit stays, jobs can be run again until it is left.
    private func run(behind cockpit: Cockpit, until isLeft: AsyncStream<Void>) async {
        guard stays else {
            await session.run()
            return cockpit.close()
        }
        await session.run { for await _ in isLeft {} }
    }
}
