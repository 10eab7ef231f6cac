import Glibc
import Monitoring
import Synchronization
package import WorkerPool

/// One run: the input, the pool, the processes and the output, put together. Knows no screen; a screen watches
/// ``pool``.
///
/// ```swift
/// let session = try RunSession(options)   // throws what the user did wrong, before anything runs
/// await session.run()                     // until the last job is done
/// let outcome = await session.finish()    // writes the rest of the output
/// ```
package final class RunSession: Sendable {
    /// What runs the jobs.
    package let pool: Pool
    /// Where output goes; a screen holds it back while it is up.
    package let sink: OutputSink
    /// Where lines come from.
    package let input: InputReader

    let options: RunOptions
    let kit: JobKit
    let host: ProcessHost
    let resume: Locked<ResumeIndex>
    let status = Locked(RunStatus())
    /// Whether all lines have become jobs.
    private let isFed = Atomic(false)
    let interrupts = Locked(0)
    let wasFrozenBySignal = Locked(false)
    let began = SystemTime.monotonic()
    private let progressIsTold = Atomic(true)
    private let stops = AsyncStream<Void>.makeStream()

    /// Whether lines of progress are written; not while a screen shows it.
    package var tellsProgress: Bool {
        get { progressIsTold.load(ordering: .relaxed) }
        set { progressIsTold.store(newValue, ordering: .relaxed) }
    }

    /// Opens what the run needs; no job is started yet.
    ///
    /// - Parameter memory: remembers the run beyond the death of the process.
    /// - Throws: ``RunError`` where the options cannot be met: a file that cannot be read or written, a directory
    ///   that is not there.
    package init(_ options: RunOptions, state memory: (any RunState)? = nil) throws(RunError) {
        do throws(SystemError) {
            let directory = try RunDirectory.resolve(options.directory)
            input = try InputReader(
                sources: options.sources, separator: options.separator, isShuffled: options.isShuffled,
                skipsBlankLines: options.template.skipsBlankLines,
                isUnbounded: options.halt?.needsTotal ?? false)
            resume = Locked(try Self.doneBefore(options))
            let environment = ChildEnvironment(changes: options.variables, removed: JobVariables.names)
            let host = try ProcessHost(environment: environment, grace: options.grace)
            var log: JobLogWriter?
            var results: ResultsDirectory?
            if !options.isDryRun {
                if let path = options.jobLog {
                    log = try JobLogWriter(path: path, isResumed: options.isResumed)
                }
                if let path = options.results { results = try ResultsDirectory(path: path) }
            }
            let memory = options.isDryRun ? nil : memory
            sink = try OutputSink(options.arrangement, spool: Spool(), jobLog: log) { memory?.note($0) }
            kit = JobKit(
                options: options, host: host, sink: sink, results: results, memory: memory,
                directory: directory)
            self.host = host
            self.options = options
            var configuration = PoolConfiguration(
                name: "run", workers: options.workers,
                retry: RetryPolicy(maxAttempts: options.attempts, base: .zero, jitter: false),
                cancelGrace: options.grace + .seconds(1), onFreeze: { host.freeze($0) })
            if let rails = options.size.rails {
                configuration.size = .adaptive(
                    rails.clamped(to: 1...max(1, host.capacity)), start: options.workers)
                configuration.pressure = LinuxPressure()
            }
            pool = Pool(configuration)
        } catch {
            throw RunError(error.description)
        }
        if options.workers > host.capacity {
            sink.tell(
                "pooltop: only \(host.capacity) jobs can run at a time: the limit of open files allows no more"
            )
        }
        // Both end with the run, in ``finish()``.
        sink.observe { [weak self] in self?.heard($0) }
        kit.observe { [weak self] in self?.heard($0) }
    }

    /// Runs all jobs; returns once the last has ended and the pool has stopped. Call it once.
    ///
    /// Until then an operator may have failed jobs run again. `farewell` is awaited before the pool is closed, for
    /// as long as someone may still want that.
    package func run(before farewell: @Sendable () async -> Void = {}) async {
        do throws(SystemError) { try input.start() } catch { failed(error) }
        await withTaskGroup { group in
            group.addTask { await self.obeyStops() }
            group.addTask { await self.tick() }
            await feed()
            isFed.store(true, ordering: .releasing)
            if let error = input.error { failed(error) }
            await pool.waitUntilIdle()
            if !isStopping { await farewell() }
            await pool.drain()
            stops.continuation.finish()
            group.cancelAll()
        }
        kit.open.concludeAll()
    }

    /// Writes what output is left and closes everything; call it after ``run()``, once no screen is up.
    package func finish() async -> RunOutcome {
        let session = self
        await SystemThread.perform {
            session.sink.close()
            session.host.close()
            session.input.close()
        }
        sink.observe(nil)
        kit.observe(nil)
        let tally = kit.tally.withLock { $0 }
        let elapsed = Double(SystemTime.monotonic() - began) / 1e9
        return RunOutcome(
            status: status.withLock { $0.code(unsuccessful: tally.submitted - tally.succeeded) },
            summary: RunSummary(
                tally: tally, notStarted: tally.submitted - tally.succeeded - tally.failed, elapsed: elapsed))
    }

    /// Whether every job has ended, and no line is to come or none would be taken any more.
    package var isOver: Bool {
        let isFed = isFed.load(ordering: .acquiring)
        let figures = pool.snapshot()
        return figures.counters.unfinished == 0 && (isFed || figures.state == .stopped)
    }

    /// Starts no more jobs, because the user has left; those that run finish. Returns at once.
    package func stop() { stop(.left, by: "operator") }

    /// Starts no more jobs and cancels those that run. Returns at once.
    package func cancel() { stop(.signal(SIGINT), by: "operator", isNow: true) }

    /// Starts no more jobs; those that run finish, unless `isNow`, then they are cancelled. Returns at once.
    func stop(_ cause: RunStatus.Cause, by operator: String, isNow: Bool = false) {
        _ = status.withLock { $0.note(cause) }
        // At once, so that nothing starts between here and the end of the pool.
        pool.pauseDispatch(by: `operator`)
        input.cancel()
        stops.continuation.yield()
        if isNow { pool.cancelAll(by: `operator`) }
    }

    /// Whether ``stop(_:by:isNow:)`` was called.
    var isStopping: Bool { status.withLock { $0.cause != nil } }

    private func obeyStops() async {
        for await _ in stops.stream {
            // Jobs end by themselves or by the kill ladder, however long that takes.
            await pool.shutdownNow(running: .finish)
        }
    }

    private static func doneBefore(_ options: RunOptions) throws(SystemError) -> ResumeIndex {
        guard options.isResumed, let path = options.jobLog else { return ResumeIndex() }
        return try ResumeIndex(path: path)
    }
}

/// How a run ended.
package struct RunOutcome: Sendable {
    /// The exit status for the program.
    package var status: Int32
    /// The run in a few lines.
    package var summary: RunSummary
}
