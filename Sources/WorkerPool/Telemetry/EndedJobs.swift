import DequeModule
import Monitoring

/// Jobs that have ended and can still be looked at: a few that went well, more
/// that did not.
struct EndedJobs {
    /// How many succeeded jobs are kept.
    static let succeededLimit = 256
    /// How many failed, cancelled or dropped jobs are kept, with their work, so that they can be retried.
    static let unsuccessfulLimit = 1_000

    private var succeeded: [Held?] = Array(repeating: nil, count: succeededLimit)
    private var next = 0
    private var unsuccessful = Deque<JobRecord>()
    /// Succeeded jobs that came without records.
    private var items = EndedItems()

    /// Puts a succeeded job in and leaves the one that makes room for it in its place, to be released by the
    /// caller once no lock is held.
    @inline(__always)
    mutating func exchange(_ record: inout Held?) {
        swap(&succeeded[next], &record)
        next = next &+ 1 == EndedJobs.succeededLimit ? 0 : next &+ 1
    }

    /// Puts an unsuccessful job in; returns the one that makes room for it, and its work apart: others may still
    /// hold the job itself, and let go of it while they hold a lock.
    mutating func append(_ record: JobRecord) -> (JobRecord?, JobWork?) {
        unsuccessful.append(record)
        guard unsuccessful.count > EndedJobs.unsuccessfulLimit, let oldest = unsuccessful.popFirst() else {
            return (nil, nil)
        }
        return (oldest, oldest.takeWork())
    }

    /// Takes the work of all jobs, as nobody asks for it any more.
    mutating func takeWork() -> [JobWork] { unsuccessful.compactMap { $0.takeWork() } }

    /// Lets go of the records it holds by hand.
    mutating func releaseRecords() {
        for record in succeeded { record?.release() }
        succeeded = Array(repeating: nil, count: EndedJobs.succeededLimit)
    }

    /// Notes a succeeded job that came without a record.
    @inline(__always)
    mutating func note(item job: EndedItems.Job) { items.append(job) }

    func find(_ id: JobID) -> JobRecord? {
        succeeded.lazy.compactMap { $0?.takeUnretainedValue() }.first { $0.id == id }
            ?? unsuccessful.first { $0.id == id } ?? items.find(id)
    }

    /// Unsuccessful jobs, then succeeded ones, the newest of each first.
    func all() -> [JobRecord] {
        let newestFirst = (1...EndedJobs.succeededLimit).compactMap { age in
            succeeded[(next - age + EndedJobs.succeededLimit) % EndedJobs.succeededLimit]?
                .takeUnretainedValue()
        }
        guard !items.isEmpty else { return unsuccessful.reversed() + newestFirst }
        let all = (newestFirst + items.all()).sorted { $0.endedAt > $1.endedAt }
        return unsuccessful.reversed() + all.prefix(EndedJobs.succeededLimit)
    }
}

/// The last succeeded jobs of those that came without records: what a list tells of them.
struct EndedItems {
    struct Job {
        let id: JobID
        let submittedAt: UInt64
        let startedAt: UInt64
        let endedAt: UInt64
        let worker: Int32
    }

    private var jobs: [Job] = []
    private var next = 0

    var isEmpty: Bool { jobs.isEmpty }

    @inline(__always)
    mutating func append(_ job: Job) {
        if jobs.count < EndedJobs.succeededLimit {
            jobs.append(job)
        } else {
            jobs[next] = job
            next = next &+ 1 == EndedJobs.succeededLimit ? 0 : next &+ 1
        }
    }

    func find(_ id: JobID) -> JobRecord? { jobs.first { $0.id == id }.map(JobRecord.init(of:)) }

    func all() -> [JobRecord] { jobs.map(JobRecord.init(of:)) }
}

extension EndedItems.Job {
    @inline(__always)
    init(_ record: JobRecord) {
        self.init(
            id: record.id, submittedAt: record.submittedAt, startedAt: record.startedAt,
            endedAt: record.endedAt, worker: record.worker)
    }
}
