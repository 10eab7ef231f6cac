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
        pooltop_prefetch_for_writing(start + 119)
    }

    /// Has what the record refers to fetched, too: what the work has captured, and whoever waits for its end.
    ///
    /// Where another worker has taken the job out of the batch, that may be ending it meanwhile: then what is fetched may be
    /// anything, which does no harm. Only in release builds: others count a reference to what may be gone.
    @inline(__always)
    func prefetchWork() {
        #if !DEBUG && !THREAD_SANITIZER
            _withUnsafeGuaranteedRef { record in
                // A function, what it has captured, and which kind it is; bits, as references would be counted.
                let (_, captured, _) = unsafeBitCast(record.work, to: (UInt, UInt, UInt8).self)
                if let captured = UnsafeRawPointer(bitPattern: captured) {
                    pooltop_prefetch_for_writing(captured)
                }
                // The work of a job with a handle has captured what waits for its end, which is larger than a line.
                let completion = unsafeBitCast(record.completion, to: UInt.self)
                if let completion = UnsafeRawPointer(bitPattern: completion) {
                    pooltop_prefetch_for_writing(completion + 64)
                }
            }
        #endif
    }
}

/// One job from admission to its end.
///
/// Who may touch what: ``phase`` is atomic and decides every race. Fields that
/// are written once at admission may be read by anyone afterwards. ``queuedAt``, ``failures``
/// and ``holder`` belong to the pool's lock. The rest belongs to whoever moved the phase to
/// `running`, and after the end to the telemetry lock, through which the record
/// is handed on, and ``attempts`` always belongs to that.
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

    /// The work; given up at the end unless it may be asked for again. `nil` while its item is in the hands of a worker:
    /// see ``ItemBatch``.
    var work: JobWork?
    let phase: Atomic<Phase>
    /// What its options ask for, so that they need not be looked at; written once, at admission.
    var traits: Traits = []
    /// The gate of its kind, which it passes before each start and leaves where it ends; −1 where there is none. Written
    /// once, at admission.
    var gate: Int32 = -1
    /// Who ran it last.
    var worker: Int32 = -1
    /// Written once, at admission.
    var id = JobID(rawValue: 0)
    /// Written once, at admission.
    var options: JobOptions?
    /// Who is told how it ends; written once, at admission.
    // Whoever ends the job takes it, and no access overlaps another.
    @exclusivity(unchecked) var completion: JobCompletion?
    /// When it was submitted.
    var submittedAt: UInt64 = 0
    /// When it last entered the queue; while it is scheduled, when it is due.
    var queuedAt: UInt64 = 0
    var startedAt: UInt64 = 0
    var endedAt: UInt64 = 0
    /// Attempts that failed or were cancelled so far.
    var failures: Int32 = 0
    /// Who has it, where that is not simply the slot in whose batch it stands; guarded by the pool's lock.
    var holder: Int32 = Holder.first

    /// Values of ``holder`` other than slot numbers.
    enum Holder {
        /// It has been in no hands but those in whose batch it stands.
        static let first: Int32 = -1
        /// It went back into the queue: batches in which it still stands have lost it.
        static let queue: Int32 = -2
    }

    /// What a job with options needs besides being run.
    struct Traits: OptionSet {
        let rawValue: UInt8
        /// Its attempts have a timeout.
        static let timeout = Traits(rawValue: 1)
        /// It has a deadline.
        static let deadline = Traits(rawValue: 2)
        /// It has a key.
        static let keyed = Traits(rawValue: 4)
        /// It starts later than at once.
        static let delayed = Traits(rawValue: 8)
        /// Its options hold more than a few words.
        static let laden = Traits(rawValue: 16)
        /// Timers are set for it as soon as it is admitted.
        static let timed: Traits = [.delayed, .deadline]
        /// It has a time limit: timers keep a note of it until they are told that it has ended.
        static let limited: Traits = [.timeout, .deadline]
    }
    /// The latest attempts that ended otherwise than plainly well, oldest first; guarded by the telemetry lock.
    @exclusivity(unchecked) private(set) var attempts: [PastAttempt] = []

    init() { phase = Atomic(.queued) }

    /// A job that waits without a record.
    convenience init(of stamp: ItemLane.Stamp) {
        self.init()
        begin(stamp)
    }

    /// A job that has ended well without a record of its own.
    convenience init(of job: EndedItems.Job) {
        self.init(of: ItemLane.Stamp(id: job.id, time: job.submittedAt))
        startedAt = job.startedAt
        endedAt = job.endedAt
        worker = job.worker
        phase.store(.succeeded, ordering: .relaxed)
    }

    /// A job that was given up at `now` together with its worker, which goes on to write to the original.
    init(givenUp record: JobRecord, doing work: JobWork?, by slot: WorkerSlot, now: UInt64) {
        phase = Atomic(.cancelled)
        id = record.id
        options = record.options
        completion = record.completion
        traits = record.traits
        submittedAt = record.submittedAt
        queuedAt = record.queuedAt
        startedAt = slot.startedAt.load(ordering: .relaxed)
        endedAt = now
        failures = record.failures + 1
        holder = Holder.queue
        worker = Int32(truncatingIfNeeded: slot.id.rawValue)
        self.work = work
    }

    /// Takes over what a job consists of. Records are used again, as what costs most about a short job is memory that
    /// one thread allocates and another frees.
    ///
    /// What the record still held, the options of its last job, goes to `job`, to be given up where no lock is held.
    @inline(__always)
    func take(_ job: inout Job) {
        traits = job.options?.traits ?? []
        swap(&options, &job.options)
        swap(&completion, &job.completion)
        swap(&work, &job.work)
    }

    /// Begins a life, its first or another one.
    @inline(__always)
    func begin(id: JobID, at now: UInt64) {
        self.id = id
        submittedAt = now
        queuedAt = now
        failures = 0
        holder = Holder.first
        worker = -1
        gate = -1
        phase.store(.queued, ordering: .relaxed)
    }

    /// Begins a life as a job without options.
    @inline(__always)
    func begin(_ stamp: ItemLane.Stamp) {
        traits = []
        if options != nil { options = nil }
        begin(id: stamp.id, at: stamp.time)
    }

    /// Takes the work away, to be given up where no lock is held.
    func takeWork() -> JobWork? { work.take() }

    /// Gives up what it holds; called with no lock held.
    ///
    /// Small options stay until the record is used again: jobs share them, and where one processor lets go of what another
    /// takes, each count of references waits for the other one.
    func clear() {
        if traits.contains(.laden) { options = nil }
        completion = nil
        work = nil
        if !attempts.isEmpty { attempts = [] }
    }

    /// Tells whoever waits for it how it has ended, once.
    @inline(__always)
    func tell(_ end: JobEnd) { completion.take()?.end(end) }

    /// The longest timeline there is, an attempt under way included.
    static let attemptLimit = 32

    /// Adds an attempt to the timeline of a job that has options, or whose end somebody waits for.
    func keep(_ attempt: PastAttempt) {
        guard options != nil || completion != nil else { return }
        if attempts.count == JobRecord.attemptLimit - 1 { attempts.removeFirst() }
        attempts.append(attempt)
    }

    /// Takes over the timeline of the job of which it is a copy.
    func takeAttempts(of original: JobRecord) { attempts = original.attempts }

    // Who looks at a record that others may end holds a reference to it, and it is not used again while that is held.
    // The thread sanitizer does not see references being counted, and is told.

    /// Told by whoever has looked at the record, and is about to let go of it.
    @inline(__always)
    func isAboutToBeLetGo() {
        #if THREAD_SANITIZER
            __tsan_release(Unmanaged.passUnretained(self).toOpaque())
        #endif
    }

    /// Told by whoever has found out that nobody else has the record.
    @inline(__always)
    func hasBeenLetGo() {
        #if THREAD_SANITIZER
            __tsan_acquire(Unmanaged.passUnretained(self).toOpaque())
        #endif
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
    func isHeld(by slot: WorkerSlot) -> Bool { holder == Holder.first || holder == slot.holder }

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
        guard let name = options?.name, !name.isEmpty else { return "job-\(id.rawValue)" }
        return name
    }

    var kind: String { options?.kind ?? "" }

    var priority: Int { options?.priority ?? 0 }
}
