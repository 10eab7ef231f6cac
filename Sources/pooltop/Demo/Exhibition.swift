import ArgumentParser
import CommandRunner
import Dashboard
import Glibc
import Monitoring
import TerminalUI
import WorkerPool

/// Shows pools whose loss harms nobody, while something feeds them.
struct Exhibition {
    let pools: [Pool]
    let title: String
    /// How long it goes on; `nil` until someone ends it.
    let duration: Duration?

    /// Why it ended.
    private enum Ending: Sendable {
        case left, timeUp, workDone
        case signal(Int32)
    }

    /// Shows the pools until the operator leaves, the time is up, a signal comes, or the work is done and nobody
    /// watches.
    func show(_ screen: ScreenOptions, _ work: @escaping @Sendable () async -> Void) async throws {
        let signals = AsyncStream<Int32>.makeStream()
        try SignalWatch.start([SIGINT, SIGTERM, SIGHUP, SIGQUIT]) { signals.continuation.yield($0) }
        let stage = Stage.open(screen, sources: pools) { $0.title = title }
        let socket = LiveSocket(kind: "demo", title: title, pools: pools)
        let ending: Ending
        do {
            ending = try await self.ending(on: stage, signals.stream, work)
        } catch {
            await socket.close()
            throw error
        }
        await socket.close()
        await shutDown()
        for pool in pools {
            print(
                Farewell(title: pools.count > 1 ? pool.configuration.name : title, snapshot: pool.snapshot())
                    .text)
        }
        if case .signal(let signal) = ending { throw ExitCode(128 + signal) }
    }

    /// Returns why it ended, once it has.
    private func ending(
        on stage: Stage, _ signals: AsyncStream<Int32>, _ work: @escaping @Sendable () async -> Void
    ) async throws -> Ending {
        try await withThrowingTaskGroup(of: Ending.self) { group in
            group.addTask {
                await work()
                if case .cockpit = stage { try await Task.sleep(for: .seconds(1_000_000_000)) }
                return .workDone
            }
            group.addTask {
                for await signal in signals { return .signal(signal) }
                return .timeUp
            }
            if let duration {
                group.addTask {
                    try await Task.sleep(for: duration)
                    return .timeUp
                }
            }
            group.addTask { try await present(on: stage) }
            defer { group.cancelAll() }
            return try await group.next() ?? .workDone
        }
    }

    /// Shows the pools once, after their time.
    func show(_ look: OneLook, _ screen: ScreenOptions, _ work: @escaping @Sendable () async -> Void)
        async throws
    {
        let working = Task { await work() }  // cancelled below
        let time = duration ?? .seconds(2)
        // Shares of time are those between two looks.
        try await Task.sleep(for: time / 2)
        for pool in pools { _ = pool.snapshot() }
        try await Task.sleep(for: time / 2)
        var query = JobQuery()
        query.states = Set(JobState.allCases).subtracting([.running])
        let text = try look.text(
            of: pools.map { $0.snapshot() }, pools.first?.jobs(query), screen, title: title)
        working.cancel()
        await shutDown()
        await working.value
        print(text)
    }

    private func shutDown() async {
        await withDiscardingTaskGroup { group in
            for pool in pools { group.addTask { _ = await pool.shutdownNow() } }
        }
    }

    private func present(on stage: Stage) async throws -> Ending {
        switch stage {
        case .cockpit(let cockpit):
            // Its terminal is given back before this returns, also where the task is cancelled.
            return try await cockpit.run() == .hangup ? .signal(SIGHUP) : .left
        case .plain:
            while true {
                try await Task.sleep(for: .seconds(1))
                for pool in pools { PlainLine(pool.snapshot(), isNamed: pools.count > 1).tell() }
            }
        }
    }
}
