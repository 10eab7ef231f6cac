import Monitoring

/// Failures of one type that say the same, apart from numbers and names.
struct ErrorGroup: Sendable, Equatable, Identifiable {
    /// What its failures have in common.
    struct Key: Sendable, Hashable {
        var type: String
        var pattern: String
    }

    /// Tells a failure from all others, also after the pool has begun to count anew.
    struct Member: Sendable, Hashable {
        var id: UInt64
        var time: UnixTime

        init(_ failure: Failure) { (id, time) = (failure.id, failure.time) }
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
    ///
    /// - Parameter known: the groups of failures, as far as they are known.
    static func groups(_ failures: [Failure], known: [Member: Key] = [:]) -> [ErrorGroup] {
        var places: [Key: Int] = [:]
        var groups: [ErrorGroup] = []
        for failure in failures {
            let key = known[Member(failure)] ?? key(of: failure)
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
