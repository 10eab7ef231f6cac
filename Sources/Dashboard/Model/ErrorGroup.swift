import Monitoring

/// Failures of one type that say the same, apart from numbers and names.
struct ErrorGroup: Sendable, Equatable, Identifiable {
    /// What its failures have in common.
    struct Key: Sendable, Hashable {
        var type: String
        var pattern: String
    }

    var id: Key
    /// Newest first.
    var failures: [Failure]

    /// The newest.
    var latest: Failure { failures[0] }
    /// The oldest that is kept.
    var first: Failure { failures[failures.count - 1] }

    /// The jobs that gave up, each once, newest first.
    var lostJobs: [JobID] {
        var seen: Set<JobID> = []
        return failures.compactMap { failure in
            failure.outcome == .gaveUp && seen.insert(failure.job).inserted ? failure.job : nil
        }
    }

    /// The group a failure belongs to.
    static func key(of failure: Failure) -> Key {
        Key(type: String(failure.type.prefix(120)), pattern: ErrorPattern.normalise(failure.message))
    }

    /// Groups failures given newest first; the group with the newest failure comes first.
    static func groups(_ failures: [Failure]) -> [ErrorGroup] {
        var places: [Key: Int] = [:]
        var groups: [ErrorGroup] = []
        for failure in failures {
            let key = key(of: failure)
            if let place = places[key] {
                groups[place].failures.append(failure)
            } else {
                places[key] = groups.count
                groups.append(ErrorGroup(id: key, failures: [failure]))
            }
        }
        return groups
    }
}
