/// What a watcher watches: a pool, and how often.
struct Watch: Sendable, Hashable {
    /// The pool's place, from 0.
    var pool: Int
    var pace: WatchPace
}

/// The time between two frames. There are only a few, so that watchers share what is made for them.
enum WatchPace: Int, Sendable, CaseIterable {
    case tenth = 100
    case quarter = 250
    case half = 500
    case second = 1_000
    case two = 2_000
    case five = 5_000
    case ten = 10_000
    case thirty = 30_000
    case minute = 60_000

    /// The quickest that is no quicker than asked.
    init(atLeast time: Duration) {
        self = Self.allCases.first { .milliseconds($0.rawValue) >= time } ?? .minute
    }

    var duration: Duration { .milliseconds(rawValue) }
}
