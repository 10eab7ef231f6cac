import Monitoring
import Synchronization

/// One job from admission to its end.
///
/// Who may touch what: ``phase`` is atomic and decides every race. Fields that
/// are written once at admission may be read by anyone afterwards. ``failures`` and
/// `holder` belong to the pool's lock. The rest belongs to whoever moved the phase to
/// `running`, and after the end to the telemetry lock, through which the record
/// is handed on.
final class JobRecord: @unchecked Sendable {
    /// Where the job is, in more detail than ``JobState``.
    enum Phase: UInt8, AtomicRepresentable {
        /// In the queue, or in a worker's batch, not started.
        case queued
        /// Back in the queue after it was in a batch before. Only a new claim starts it: an older batch in
        /// which it still stands does not.
        case requeued
        /// Waiting for its next attempt.
        case scheduled
        /// In a worker's hands.
        case running
        /// In a worker's hands and told to stop: the end is decided under the lock.
        case stopping
        case succeeded, failed, cancelled, dropped
    }

    let phase: Atomic<Phase>
    /// Written once, at admission.
    var id = JobID(rawValue: 0)
    /// Written once, at admission.
    let extras: JobExtras?
    /// When it was submitted.
    let submittedAt: UInt64
    /// When it last entered the queue.
    var queuedAt: UInt64
    var startedAt: UInt64 = 0
    var endedAt: UInt64 = 0
    /// Attempts that failed so far.
    var failures: Int32 = 0
    /// The slot whose batch it is in, -1 where in none; guarded by the pool's lock.
    var holder = -1
    /// Who ran it last.
    var worker: Int32 = -1
    /// The work; given up at the end unless it may be asked for again.
    var body: JobBody?

    init(extras: JobExtras?, at now: UInt64, body: @escaping JobBody) {
        phase = Atomic(.queued)
        self.extras = extras
        submittedAt = now
        queuedAt = now
        self.body = body
    }

    /// Moves from one phase to another; false where someone else was faster.
    @inline(__always)
    func move(from expected: Phase, to desired: Phase) -> Bool {
        phase.compareExchange(expected: expected, desired: desired, ordering: .acquiringAndReleasing).exchanged
    }

    /// Whether it waits in the queue.
    var isWaiting: Bool {
        let phase = phase.load(ordering: .acquiring)
        return phase == .queued || phase == .requeued
    }

    var name: String {
        guard let name = extras?.options.name, !name.isEmpty else { return "job-\(id.rawValue)" }
        return name
    }

    var kind: String { extras?.options.kind ?? "" }
}

/// What only some jobs carry, apart so that plain ones stay small.
final class JobExtras: @unchecked Sendable {
    let options: JobOptions
    /// Who waits for the result.
    let completion: (any JobCompletion)?
    /// Attempts that ended, for the timeline; guarded by the telemetry lock.
    var attempts: [Attempt] = []

    init(options: JobOptions, completion: (any JobCompletion)?) {
        self.options = options
        self.completion = completion
    }

    /// The longest timeline that is kept.
    static let attemptLimit = 32
}
