import Glibc
import Monitoring
import Synchronization
import WorkerPool

extension RunSession {
    /// How often to look for jobs that ended without a word.
    private static let sweepInterval = Duration.milliseconds(250)

    /// Looks after the run until the task is cancelled: progress, and jobs that nobody waits for.
    func tick() async {
        var lastProgress = SystemTime.monotonic()
        while !Task.isCancelled {
            await SystemTime.sleep(Self.sweepInterval)
            if let sequence = kit.open.sweep(pool, awaited: sink.awaited) { sink.skip(sequence) }
            guard let interval = options.interval, tellsProgress, !Task.isCancelled else { continue }
            let now = SystemTime.monotonic()
            guard now - lastProgress >= interval.nanoseconds else { continue }
            lastProgress = now
            sink.tell("pooltop: \(progress)")
        }
    }

    /// One line: how far the run is.
    package var progress: String {
        let figures = pool.snapshot()
        let tally = kit.tally.withLock { $0 }
        let done = tally.succeeded + tally.failed
        let all = input.total.map { " of \(RunSummary.grouped($0 - tally.skipped))" } ?? ""
        var parts = ["\(RunSummary.grouped(done))\(all) done"]
        parts += RunSummary.unsuccessful(tally)
        parts.append("\(RunSummary.grouped(Int(figures.counters.running))) running")
        parts.append("\(RunSummary.grouped(Int(figures.counters.queued))) queued")
        if figures.sizing?.isActive == true { parts.append("\(figures.workers.target) workers by -j auto") }
        if figures.rates.completions > 0 { parts.append(RunSummary.rate(figures.rates.completions)) }
        if let total = input.total, figures.rates.completions > 0 {
            let left = Double(max(0, total - tally.skipped - done)) / figures.rates.completions
            parts.append("about \(DurationText.write(seconds: left)) left")
        }
        let elapsed = Double(SystemTime.monotonic() - began) / 1e9
        return parts.joined(separator: ", ") + " (\(DurationText.write(seconds: elapsed)))"
    }

    /// A job has something to say; called on its thread, before the pool hears of its end.
    func heard(_ event: JobKit.Event) {
        switch event {
        case .ended(let status): judge(lastStatus: status)
        case .resultsFailed(let error):
            guard !isStopping else { return }
            sink.tell("pooltop: \(error): no more jobs are started, so that nothing is lost")
            stop(.trouble, by: "results")
        }
    }

    /// The output thread cannot go on writing.
    func heard(_ trouble: OutputSink.Trouble) {
        switch trouble {
        case .output(let error):
            let isClosed = error.code == EPIPE
            let what = isClosed ? "standard output was closed by its reader" : "\(error)"
            sink.tell(
                "pooltop: \(what): no more jobs are started, running ones finish, what they print is lost")
            stop(isClosed ? .outputClosed : .trouble, by: "output")
        case .jobLog(let error):
            sink.tell("pooltop: \(error): no more jobs are started, so that nothing is lost")
            stop(.trouble, by: "job log")
        }
    }

    /// The input or the machine failed us.
    func failed(_ error: SystemError) {
        sink.tell("pooltop: \(error): what was read before is done, nothing after it")
        _ = status.withLock { $0.note(.trouble) }
    }

    private func judge(lastStatus: Int32) {
        guard let rule = options.halt, !isStopping else { return }
        let tally = kit.tally.withLock { $0 }
        guard
            let verdict = rule.verdict(
                failed: tally.failed, succeeded: tally.succeeded, total: input.total, lastStatus: lastStatus)
        else { return }
        let running = rule.isNow ? "running ones are cancelled" : "running ones finish"
        sink.tell("pooltop: --halt \(rule.text) applies: no more jobs are started, \(running)")
        stop(.halt(verdict), by: "halt", isNow: rule.isNow)
    }
}
