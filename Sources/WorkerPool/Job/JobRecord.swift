import CProcessor
import Monitoring
import Synchronization

/// A reference to a job that owns one retain, moved by hand.
///
/// On the way from queue to batch to history a job changes hands five times;
/// counting references there cost a fifth of a short job's time.
typealias Held = Unmanaged<JobRecord>

extension Unmanaged<JobRecord> {
    /// Has the record fetched from the processor that wrote it last: waiting for that was a quarter of the time of a
    /// short job.
    @inline(__always)
    func prefetch() {
        let start = toOpaque()
        pooltop_prefetch_for_writing(start)
        pooltop_prefetch_for_writing(start + 64)
        pooltop_prefetch_for_writing(start + 111)
    }
}

/// One job from admission to its end.
///
/// Who may touch what: ``phase`` is atomic and decides every race. Fields that
/// are written once at admission may be read by anyone afterwards. ``queuedAt``, ``failures``
/// and ``holder`` belong to the pool's lock. The rest belongs to whoever moved the phase to
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
    var extras: JobExtras?
    /// When it was submitted.
    var submittedAt: UInt64 = 0
    /// When it last entered the queue; while it is scheduled, when it is due.
    var queuedAt: UInt64 = 0
    var startedAt: UInt64 = 0
    var endedAt: UInt64 = 0
    /// Attempts that failed or were cancelled so far.
    var failures: Int32 = 0
    /// Who has it, where that is not simply the slot in whose batch it stands; guarded by the pool's lock.
    var holder = Holder.first

    /// Values of ``holder`` other than slot numbers.
    enum Holder {
        /// It has been in no hands but those in whose batch it stands.
        static let first = -1
        /// It went back into the queue: batches in which it still stands have lost it.
        static let queue = -2
    }
    /// The gate it passes before it starts, −1 where there is none; written once, at admission.
    var gate: Int16 = -1
    /// How it stands with that gate; guarded by the pool's lock.
    var pass = Pass.none

    /// How a job stands with the gate of its kind.
    enum Pass: UInt8 {
        /// It has not come to it.
        case none
        /// It waits behind it.
        case held
        /// It was sent back to the queue to try again.
        case recalled
        /// It is through, and has to leave.
        case passed
    }
    /// Who ran it last.
    var worker: Int32 = -1
    /// The work; given up at the end unless it may be asked for again.
    var body: JobBody?

    init() { phase = Atomic(.queued) }

    /// A job that was given up at `now` together with its worker, which goes on to write to the original.
    init(givenUp record: JobRecord, by slot: WorkerSlot, now: UInt64) {
        phase = Atomic(.cancelled)
        id = record.id
        extras = record.extras
        submittedAt = record.submittedAt
        queuedAt = record.queuedAt
        startedAt = slot.startedAt.load(ordering: .relaxed)
        endedAt = now
        failures = record.failures + 1
        holder = Holder.queue
        worker = Int32(truncatingIfNeeded: slot.id.rawValue)
        body = record.body
    }

    /// Begins a life, its first or another one: records are used again, as what costs most about a short job is
    /// memory that one thread allocates and another frees.
    @inline(__always)
    func begin(_ job: borrowing Job, id: JobID, at now: UInt64) {
        self.id = id
        extras = job.extras
        body = job.body
        submittedAt = now
        queuedAt = now
        failures = 0
        holder = Holder.first
        worker = -1
        gate = -1
        pass = .none
        phase.store(.queued, ordering: .relaxed)
    }

    /// Takes the work away, to be given up where no lock is held.
    func takeBody() -> JobBody? {
        defer { body = nil }
        return body
    }

    /// Gives up what it holds; called with no lock held.
    func clear() {
        extras = nil
        body = nil
    }

    /// Moves from one phase to another; false where someone else was faster.
    @inline(__always)
    func move(from expected: Phase, to desired: Phase) -> Bool {
        phase.compareExchange(expected: expected, desired: desired, ordering: .acquiringAndReleasing)
            .exchanged
    }

    /// Whether its turn comes before that of another job.
    func isBefore(_ other: JobRecord) -> Bool { (queuedAt, id) < (other.queuedAt, other.id) }

    /// Whether that slot has it, in whose batch it stands; asked under the pool's lock.
    @inline(__always)
    func isHeld(by slot: WorkerSlot) -> Bool { holder == Holder.first || holder == slot.id.rawValue }

    /// Whether it waits in the queue.
    var isWaiting: Bool {
        let phase = phase.load(ordering: .acquiring)
        return phase == .queued || phase == .requeued
    }

    /// Whether it has not ended.
    var isLive: Bool {
        switch phase.load(ordering: .acquiring) {
        case .queued, .requeued, .scheduled, .running, .stopping: true
        case .succeeded, .failed, .cancelled, .dropped: false
        }
    }

    var name: String {
        guard let name = extras?.options.name, !name.isEmpty else { return "job-\(id.rawValue)" }
        return name
    }

    var kind: String { extras?.options.kind ?? "" }

    var priority: Int { extras?.options.priority ?? 0 }
}
