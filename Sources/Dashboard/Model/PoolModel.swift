import Monitoring
import TerminalUI

/// All that is known of the pool, as it came from the source. Goes on while the display is frozen.
struct PoolModel: Sendable, Equatable {
    /// The latest snapshot.
    var snapshot: PoolSnapshot?
    /// Each of the last seconds.
    var history = History()
    /// What operators did, oldest first.
    var marks: [OperatorMark] = []
    /// The log.
    var log = EventLog()
    /// The failures that are kept, newest first.
    private(set) var failures: [Failure] = []
    /// The same, grouped by what they say.
    private(set) var groups: [ErrorGroup] = []
    /// The page of jobs around the cursor.
    var jobs = JobWindow()
    /// What waits and what ended last, for the Overview.
    var next: JobPage?
    /// The job whose details are shown; its detail is `nil` where the pool no longer knows it.
    var job: (id: JobID, detail: JobDetail?)?
    /// Where the queue is going.
    var forecast = QueueForecast.unknown
    /// How loaded the limits are.
    var gauges = LimitGauges()
    /// What a job was ever seen to have: from then on lists have a column for it.
    var seen: JobTraits = []
    /// How many columns the longest kind took that was ever seen; 0 where there was none.
    private(set) var kindWidth = 0
    /// How many workers would do.
    var hint = SizingHint.measuring
    /// When the hint was last worked out.
    var hintAt: UnixTime = 0
    /// The graphs' scales: they change late, so that the graphs keep their shape.
    var rateScale = GraphScale.fitting(0)
    var depthScale = GraphScale.fitting(0)
    /// Since when the pool has been idle.
    var idleSince: UnixTime?

    /// How long a verdict on a resize is held to be true of the load.
    private static let kneeLasts: Seconds = 300

    static func == (left: PoolModel, right: PoolModel) -> Bool {
        left.snapshot == right.snapshot && left.history == right.history && left.marks == right.marks
            && left.log == right.log && left.failures == right.failures && left.jobs == right.jobs
            && left.next == right.next
            && left.job?.id == right.job?.id && left.job?.detail == right.job?.detail
            && left.forecast == right.forecast && left.hint == right.hint
            && left.gauges == right.gauges && left.seen == right.seen
            && left.kindWidth == right.kindWidth
    }

    /// Notes what these jobs have.
    mutating func noteTraits(of jobs: some Sequence<JobSummary>) {
        for job in jobs {
            if job.priority != 0 { seen.insert(.priority) }
            note(kind: job.kind)
            if job.error != nil { seen.insert(.error) }
        }
    }

    private mutating func note(kind: String) {
        // No text takes more columns than bytes.
        guard kind.utf8.count > kindWidth else { return }
        kindWidth = max(kindWidth, SafeText(kind, limit: 64).width)
    }

    /// A worker by its ID.
    func worker(_ id: WorkerID) -> WorkerSnapshot? {
        guard let each = snapshot?.workers.each else { return nil }
        // Workers are listed by ID, nearly always without holes.
        let guess = id.rawValue - 1
        if each.indices.contains(guess), each[guess].id == id { return each[guess] }
        return each.first { $0.id == id }
    }

    /// Takes in the failures that are kept, newest first.
    mutating func take(_ failures: [Failure]) {
        // Most of them were there before: what they have in common with others is known.
        let known = Dictionary(
            groups.flatMap { group in group.failures.map { (ErrorGroup.Member($0), group.id) } },
            uniquingKeysWith: { first, _ in first })
        self.failures = failures
        for failure in failures { note(kind: failure.kind) }
        groups = ErrorGroup.groups(failures, known: known)
    }

    /// The latest failures, newest first: those of the snapshot, and older ones that were asked for.
    func latest(_ count: Int) -> [Failure] {
        let newest = snapshot?.errors.latest ?? []
        guard let last = newest.last, newest.count < count else { return Array(newest.prefix(count)) }
        return newest + failures.lazy.drop { $0.id >= last.id }.prefix(count - newest.count)
    }

    /// The latest failure of a job.
    func failure(of job: JobID) -> Failure? {
        snapshot?.errors.latest.first { $0.job == job } ?? failures.first { $0.job == job }
    }

    /// A failure by its number.
    func failure(_ id: UInt64) -> Failure? {
        snapshot?.errors.latest.first { $0.id == id } ?? failures.first { $0.id == id }
    }

    /// The number of workers beyond which more were seen not to pay, as long as that still tells.
    func knee(at time: UnixTime) -> Int? {
        guard let mark = marks.last(where: { $0.verdict != nil }), let last = mark.verdict,
            time - mark.time < Self.kneeLasts
        else { return nil }
        switch last.judgement {
        case .pastTheKnee: return max(last.from, 1)
        case .enough: return max(last.to, 1)
        case .changed, .emptied, .notSignificant: return nil
        }
    }
}

/// The jobs around the cursor of the list of jobs.
struct JobWindow: Sendable, Equatable {
    /// What was asked.
    var query = JobQuery()
    /// What came.
    var page: JobPage?
    /// The jobs of the rows shown, those that left the page while somebody was aiming among them.
    var known: [JobID: JobSummary] = [:]
    /// The jobs that are on the page.
    var present: Set<JobID> = []
}

/// What not every job has.
struct JobTraits: OptionSet, Sendable {
    let rawValue: UInt8
    static let priority = JobTraits(rawValue: 1)
    static let error = JobTraits(rawValue: 2)
}
