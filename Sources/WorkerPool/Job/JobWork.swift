import Synchronization

/// The work of a job as it is handed on: what is generic, such as `swap`, would wrap a bare function into another one
/// each time.
enum JobWork: Sendable {
    /// May suspend at any point.
    case suspending(JobBody)
    /// Awaits nothing.
    case plain(PlainJobBody)
    /// Seldom has to: does what can be done at once, and returns what is left to be waited for.
    ///
    /// Each call that may suspend costs a frame of its own and a look for the executor to go on with: as much as a short
    /// job.
    case atOnce(@Sendable (JobContext, inout AttemptAtOnce) throws -> JobBody?)

    /// The same as a function that may suspend.
    var body: JobBody {
        switch self {
        case .suspending(let body): body
        case .plain(let body): body
        case .atOnce(let work):
            { context in
                var attempt = AttemptAtOnce(of: nil)
                try await work(context, &attempt)?(context)
            }
        }
    }
}

/// What an attempt that does not suspend knows, and tells, of itself.
struct AttemptAtOnce {
    private let record: Held?
    /// The machine's time where it was read last.
    var time: UInt64?

    /// - Parameter record: Its job, where it runs in a worker's hands.
    @inline(__always)
    init(of record: Held?) { self.record = record }

    /// Whether its job has been told to stop.
    @inline(__always)
    var isToldToStop: Bool {
        guard let record else { return Task.isCancelled }
        return record._withUnsafeGuaranteedRef { $0.phase.load(ordering: .acquiring) != .running }
    }
}
