import Monitoring
import Synchronization
import WorkerPool

/// One line of the input on its way to being done.
///
/// Seen from a details screen by any thread, run by one worker at a time.
final class CommandJob: JobObservation {
    let sequence: Int
    let record: InputRecord
    let kit: JobKit
    let tail = OutputTail()
    let state = Locked(State())

    struct State: Sendable {
        var id: JobID?
        var control: ProcessControl?
        var usage: ResourceUsage?
        /// Where its files are kept.
        var place: [UInt8]?
        /// A failed attempt that another one may follow; whether it does is for the pool to say.
        var doubtful: Attempted?
        /// How it ended last.
        var ending: RunTally.Ending?
    }

    /// One attempt that is over.
    struct Attempted: Sendable {
        var item: OutputItem
        var failure: CommandFailure?
        var duration: Double?
    }

    init(_ record: InputRecord, sequence: Int, kit: JobKit) {
        self.record = record
        self.sequence = sequence
        self.kit = kit
    }

    // MARK: What is seen of it

    /// Its command, or its input line where that is all there is, at most 200 characters.
    var name: String { PrintableText.of(kit.text(of: record.bytes, sequence: sequence, slot: nil)) }

    var payload: String? {
        String(decoding: kit.text(of: record.bytes, sequence: sequence, slot: nil), as: UTF8.self)
    }

    var output: JobOutput? { tail.output }

    var usage: ResourceUsage? {
        let (usage, process) = state.withLock { ($0.usage, $0.control?.processID) }
        guard let process, let status = ProcessStatus(of: process) else { return usage }
        return ResourceUsage(
            userTime: status.userTime, systemTime: status.systemTime, maxResidentBytes: status.residentBytes,
            processID: process)
    }

    // MARK: Its work

    /// One attempt, on a worker of the pool.
    func run(_ context: JobContext) async throws {
        let control = ProcessControl()
        let probe = TimeoutProbe()
        state.withLock { state in
            state.id = context.id
            state.control = control
        }
        let failure: CommandFailure?
        do throws(SystemError) {
            failure = try await kit.host.perform(control: control) { bench in
                self.attempt(context, probe: probe, control: control, on: bench)
            }
        } catch {
            let problem = CommandFailure(type: "not started", message: "\(error)")
            var item = OutputItem(sequence: sequence)
            item.notice = notice(problem, attempt: context.attempt, duration: nil)
            failure = settle(Attempted(item: item, failure: problem), attempt: context.attempt)
        }
        if let failure { throw failure }
    }

    /// Whether it is not known yet if another attempt follows.
    var isDoubtful: Bool { state.withLock { $0.doubtful != nil } }

    /// The job of the pool that runs it, once it has started.
    var id: JobID? { state.withLock { $0.id } }

    /// Whether it has ended, and no one has run it again since.
    var hasEnded: Bool { state.withLock { $0.ending != nil } }

    /// What the user is told of a failed attempt, before what it printed to standard error.
    func notice(_ failure: CommandFailure, attempt: Int, duration: Double?) -> [UInt8] {
        let attempts = kit.options.attempts
        let which = attempts > 1 ? ", attempt \(attempt) of \(attempts)" : ""
        let time = duration.map { " after \(DurationText.write(seconds: $0))" } ?? ""
        return Array(
            "pooltop: job \(sequence) failed\(time)\(which): \(failure.failureMessage): \(name)\n".utf8)
    }

    /// No attempt follows any more: the last one stands.
    func conclude() {
        guard let last = state.withLock({ $0.doubtful.take() }) else { return }
        finish(last, mayWait: false)
    }

    /// An attempt is over: it stands, unless another may follow. Returns why it failed.
    func settle(_ attempted: Attempted, attempt: Int) -> CommandFailure? {
        guard let failure = attempted.failure, attempt < kit.options.attempts, !failure.isPermanent else {
            finish(attempted)
            return attempted.failure
        }
        var told = OutputItem(sequence: sequence)
        told.tag = attempted.item.tag
        told.notice = attempted.item.notice
        told.error = attempted.item.error
        kit.sink.write(told)
        var kept = attempted
        kept.item.notice = []
        kept.item.error = StoredOutput()
        state.withLock { $0.doubtful = kept }
        kit.open.doubt(self)
        return failure
    }

    private func finish(_ attempted: Attempted, mayWait: Bool = true) {
        let ending = attempted.failure.map { RunTally.Ending.failed($0.failureType) } ?? .succeeded
        let before = state.withLock { state in
            defer { state.ending = ending }
            return state.ending
        }
        kit.tally.withLock {
            $0.record(ending, before: before, sequence: sequence, duration: attempted.duration, command: name)
        }
        kit.open.ended(sequence)
        kit.sink.end(attempted.item, mayWait: mayWait)
        kit.tell(.ended(status: attempted.failure?.status ?? 0))
    }
}
