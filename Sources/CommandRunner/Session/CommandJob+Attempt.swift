import Monitoring
import Synchronization
import WorkerPool

extension CommandJob {
    /// One attempt from start to end, on a thread that may block. Returns why it failed.
    func attempt(
        _ context: JobContext, probe: TimeoutProbe, control: ProcessControl, on bench: WorkBench
    ) -> CommandFailure? {
        // That it comes to this attempt shows that the one before does not stand.
        if let before = state.withLock({ $0.doubtful.take() }) {
            before.item.output.discard(in: kit.sink.spool)
        }
        tail.clear()
        let options = kit.options
        let input = TemplateInput(line: record.bytes, sequence: sequence, slot: context.worker.rawValue)
        let tag = options.isTagged ? record.bytes : nil
        let capture = JobCapture(
            sequence: sequence, sink: kit.sink, tail: tail, tag: tag, passesLines: options.isLineBuffered,
            keepsAll: kit.results != nil)
        let outcome = execute(input, control: control, capture: capture, on: bench)
        let (output, error) = capture.take()
        let hasRun = outcome.usage != nil
        var failure = CommandFailure(
            outcome, timeout: probe.hasFired ? options.timeout : nil, pressure: kit.pressure)
        if let loss = capture.loss, failure == nil {
            failure = CommandFailure(
                type: "output lost", message: "not all of its output could be kept: \(loss)")
        }
        let whole = capture.takeWhole()
        let problem = hasRun ? keepResults(whole?.output ?? output, whole?.error ?? error, on: bench) : nil
        whole?.output.discard(in: kit.sink.spool)
        whole?.error.discard(in: kit.sink.spool)
        failure = failure ?? problem

        var item = OutputItem(sequence: sequence)
        item.tag = tag
        item.output = output
        item.error = error
        if let failure {
            item.notice = notice(failure, attempt: context.attempt, duration: hasRun ? outcome.duration : nil)
        }
        if options.jobLog != nil || kit.memory != nil, outcome.ending != .withdrawn {
            item.logEntry = logEntry(
                outcome, failure, attempt: context.attempt, received: capture.outputCount, input: input)
        }
        failure?.addOutput(tail)
        return settle(
            Attempted(item: item, failure: failure, duration: hasRun ? outcome.duration : nil),
            attempt: context.attempt)
    }

    private func execute(
        _ input: TemplateInput, control: ProcessControl, capture: JobCapture, on bench: WorkBench
    ) -> ProcessOutcome {
        if case .tooLong(_, let bytes) = record {
            return ProcessOutcome(ending: .notStarted(.tooLong(bytes: bytes)), started: SystemTime.unix())
        }
        let command = Command(
            words: kit.options.template.words(for: input), directory: kit.options.directory,
            variables: JobVariables.values(sequence: sequence, slot: input.slot ?? 0))
        let outcome = kit.host.run(command, control: control, receiver: capture, on: bench)
        state.withLock { state in
            state.usage = outcome.usage
            state.control = nil
        }
        return outcome
    }

    private func keepResults(_ output: StoredOutput, _ error: StoredOutput, on bench: WorkBench)
        -> CommandFailure?
    {
        guard let results = kit.results else { return nil }
        let known = state.withLock { $0.place }
        let place = known ?? results.place(for: record.bytes)
        state.withLock { $0.place = place }
        do throws(SystemError) {
            try results.store(
                sequence, output: output, error: error, at: place, spool: kit.sink.spool, buffer: bench.buffer
            )
            return nil
        } catch {
            kit.tell(.resultsFailed(error))
            return CommandFailure(type: "results lost", message: "its results could not be kept: \(error)")
        }
    }

    private func logEntry(
        _ outcome: ProcessOutcome, _ failure: CommandFailure?, attempt: Int, received: Int,
        input: TemplateInput
    ) -> JobLogEntry {
        var status = failure?.status ?? 0
        var signal: Int32 = 0
        if case .ended(let termination) = outcome.ending, case .signalled(let number) = termination {
            status = -1
            signal = number
        }
        return JobLogEntry(
            sequence: sequence, started: outcome.started, runtime: outcome.duration, received: received,
            exitStatus: status, signal: signal, command: kit.options.template.text(for: input),
            worker: input.slot ?? 0, attempts: attempt, userTime: outcome.usage?.userTime ?? 0,
            systemTime: outcome.usage?.systemTime ?? 0,
            maxResidentBytes: outcome.usage?.maxResidentBytes ?? 0,
            directory: kit.directory, key: kit.key.adding(line: record.bytes))
    }
}

/// The variables by which a command knows its place in the run.
enum JobVariables {
    /// Their names. `PARALLEL_` is how GNU parallel calls them.
    static let names = ["POOLTOP_SEQ", "POOLTOP_WORKER", "PARALLEL_SEQ", "PARALLEL_JOBSLOT"]

    static func values(sequence: Int, slot: Int) -> [[UInt8]] {
        zip(names, [sequence, slot, sequence, slot]).map { Array("\($0)=\($1)".utf8) }
    }
}
