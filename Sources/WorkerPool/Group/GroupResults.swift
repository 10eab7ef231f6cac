public import Monitoring

/// What became of the jobs of a group.
public struct GroupResults: Sendable {
    /// How one job ended.
    public struct Outcome: Sendable, CustomStringConvertible {
        /// What the job is called.
        public let name: String
        /// `succeeded`, `failed` or `cancelled`.
        public let state: JobState
        /// What the last attempt threw; for a cancelled job a ``GroupCancellation``.
        public let error: (any Error)?

        /// Such as `parse failed: unexpected end of file`.
        public var description: String {
            switch state {
            case .failed: "\(name) failed: \(error.map { FailureText($0).message } ?? "")"
            case .cancelled: error.map { FailureText($0).message } ?? "\(name) was cancelled"
            default: "\(name) \(state.rawValue)"
            }
        }
    }

    /// How each job ended, in the order in which they were added.
    public let outcomes: [Outcome]
    let values: StepValues
    let group: GroupIdentity

    /// The jobs that failed, in the order in which they were added.
    public var failures: [Outcome] { outcomes.filter { $0.state == .failed } }
    /// The jobs that were cancelled, in the order in which they were added.
    public var cancelled: [Outcome] { outcomes.filter { $0.state == .cancelled } }

    /// The result of a job.
    ///
    /// - Throws: What its last attempt threw; ``GroupCancellation`` where it was cancelled;
    ///   ``GroupError/Code/unknownJob`` where it is a job of another group, or was added after the run.
    public subscript<Value>(step: Step<Value>) -> Value {
        get throws {
            let reference = step.reference
            guard reference.group === group, outcomes.indices.contains(reference.index) else {
                throw GroupError(.unknownJob, "the job '\(reference.name)' was not in this run")
            }
            if let error = outcomes[reference.index].error { throw error }
            return try values.value(of: step)
        }
    }
}

/// The error of a group whose jobs have not all succeeded: the first error, and what had been done by then.
public struct GroupFailure: JobFailure, CustomStringConvertible {
    /// The job that did not succeed first.
    public let job: String
    /// What its last attempt threw, or a ``GroupCancellation`` where someone cancelled it in the pool.
    public let error: any Error
    /// What became of all jobs.
    public let results: GroupResults

    /// Such as `parse: unexpected end of file`.
    public var description: String { failureMessage }
    /// The type of the job's error.
    public var failureType: String { FailureText(error).type }
    /// The job, and what its error says.
    public var failureMessage: String { "\(job): \(FailureText(error).message)" }
    /// That of the job's error.
    public var failureTrace: String? { FailureText(error).trace }
}

/// Why a job of a group was cancelled.
public struct GroupCancellation: JobFailure, Equatable, CustomStringConvertible {
    /// The cancelled job.
    public let job: String
    /// The job because of which it was cancelled: a dependency, directly or not, or the one whose error was the
    /// first of the group; `nil` where the job itself, or the whole group, was cancelled.
    public let cause: String?
    /// One line for a person, such as `link was cancelled: it depends on compile b, which failed`.
    public let failureMessage: String

    /// One line for a person.
    public var description: String { failureMessage }
    /// `cancelled`.
    public var failureType: String { "cancelled" }
    /// A cancelled job is not tried again.
    public var isPermanent: Bool { true }
}
