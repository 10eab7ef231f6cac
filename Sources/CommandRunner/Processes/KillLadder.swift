import Glibc

/// Decides which signals a process group gets to end it, and when: TERM, a grace period, KILL.
///
/// Owns no process, reads no clock. Times are nanoseconds of one clock.
struct KillLadder: Sendable, Equatable {
    /// How far it has come.
    enum Rung: Sendable, Equatable {
        /// Nobody asked.
        case resting
        /// TERM was sent; KILL follows at that time.
        case terminating(until: UInt64)
        /// KILL was sent; whoever is left at that time is beyond reach.
        case killing(until: UInt64)
    }

    /// How long a killed process that is not a child of ours may take to vanish.
    static let patience: UInt64 = 2_000_000_000

    /// From TERM to KILL.
    let grace: UInt64
    private(set) var rung = Rung.resting

    init(grace: UInt64) { self.grace = grace }

    /// Someone wants the group to end. A group that was stopped has to go on to notice.
    mutating func stop(now: UInt64) -> [Int32] {
        guard case .resting = rung else { return [] }
        rung = .terminating(until: now &+ grace)
        return [SIGTERM, SIGCONT]
    }

    /// Someone wants the group to end at once.
    mutating func kill(now: UInt64) -> [Int32] {
        if case .killing = rung { return [] }
        rung = .killing(until: now &+ Self.patience)
        return [SIGKILL]
    }

    /// Time has passed.
    mutating func tick(now: UInt64) -> [Int32] {
        guard case .terminating(let end) = rung, now >= end else { return [] }
        return kill(now: now)
    }

    /// When ``tick(now:)`` has something to do.
    var deadline: UInt64? {
        if case .terminating(let end) = rung { end } else { nil }
    }

    /// Whether the group was asked to end.
    var isClimbing: Bool { rung != .resting }

    /// Whether to stop waiting for group members that outlive their leader.
    func hasGivenUp(now: UInt64) -> Bool {
        if case .killing(let end) = rung { now >= end } else { false }
    }
}
