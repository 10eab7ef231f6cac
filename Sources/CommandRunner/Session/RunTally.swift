/// What became of the jobs of a run so far.
package struct RunTally: Sendable {
    /// How a job ended.
    package enum Ending: Sendable, Equatable {
        /// Well.
        case succeeded
        /// In the way that ``CommandFailure/failureType`` names.
        case failed(String)

        var isSuccess: Bool { self == .succeeded }
    }

    /// One of the jobs that took longest.
    package struct SlowJob: Sendable, Equatable {
        /// Its number.
        package var sequence: Int
        /// How long its last attempt took, in seconds.
        package var duration: Double
        /// Its command, fit for a terminal.
        package var command: String
    }

    /// Jobs that failed in the same way.
    package struct FailureGroup: Sendable, Equatable {
        /// How many.
        package var count = 0
        /// The numbers of the first few.
        package var examples: [Int] = []
    }

    /// The type of the failures that are none: somebody did not want the job any more.
    static let cancelled = "cancelled"

    private static let slowLimit = 3
    private static let exampleLimit = 5
    private static let groupLimit = 100

    /// Jobs that reached the pool.
    package var submitted = 0
    /// Jobs that an earlier run had done.
    package var skipped = 0
    /// Jobs that ended well.
    package private(set) var succeeded = 0
    /// Jobs that ended otherwise, those included that were cancelled.
    package private(set) var failed = 0
    /// Jobs that were cancelled.
    package var cancelled: Int { groups[Self.cancelled]?.count ?? 0 }
    /// The longest, longest first.
    package private(set) var slowest: [SlowJob] = []
    /// Failures by type.
    package private(set) var groups: [String: FailureGroup] = [:]
    private(set) var times = TimeHistogram()

    /// A job has ended. `before` is how it had ended when it was run before.
    mutating func record(
        _ ending: Ending, before: Ending?, sequence: Int, duration: Double?,
        command: @autoclosure () -> String
    ) {
        switch before {
        case .succeeded: succeeded -= 1
        case .failed(let type):
            failed -= 1
            groups[type]?.count -= 1
            groups[type]?.examples.removeAll { $0 == sequence }
        case nil: break
        }
        switch ending {
        case .succeeded: succeeded += 1
        case .failed(let type):
            failed += 1
            // Types come from a fixed set but for what the system says; keep even that bounded.
            let name = groups[type] != nil || groups.count < Self.groupLimit ? type : "other"
            groups[name, default: FailureGroup()].count += 1
            if groups[name]?.examples.count ?? 0 < Self.exampleLimit {
                groups[name]?.examples.append(sequence)
            }
        }
        guard let duration else { return }
        times.record(duration)
        guard slowest.count < Self.slowLimit || duration > slowest.last?.duration ?? 0 else { return }
        slowest.append(SlowJob(sequence: sequence, duration: duration, command: command()))
        slowest.sort { $0.duration > $1.duration }
        slowest = Array(slowest.prefix(Self.slowLimit))
    }
}
